import { PAGE_SIZE } from '@heaplay/core';
import { HEX, closedRange, openRange } from '../lines/hex-range.ts';
import type { AddressRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

/** `NUMA:` instead of `SRAT:` by Xen from 4.18 on, no `PXM` where a device tree is read. */
const SRAT_MEMORY = /^(?:ACPI:\s*)?(?:(?:NUMA:\s*)?SRAT: Node (\d+)(?: PXM \d+)?|NUMA: Node (\d+) PXM \d+)\s+(.*)$/i;
const SRAT_CPU =
  /^(?:ACPI:\s*)?(?:NUMA:\s*)?SRAT: PXM (?:0x)?[0-9a-f]+ -> (?:APIC(?:ID)?|MPIDR|x2apic)\s+\S+ -> (?:CPU \d+ -> )?Node (\d+)/i;
const SRAT_REJECTED = /\bSRAT\b.*\b(?:not used|disabled|bogus|rejected)\b/i;
/** What is plugged in later, or keeps its content without power, is not there as RAM at boot. */
const ABSENT = /hot\s?-?plug|non-?volatile/i;

const CLOSED = new RegExp(`^\\[(?:mem\\s+)?${HEX}\\s*[,-]\\s*${HEX}\\](.*)$`, 'i');
const OPEN = new RegExp(`^${HEX}\\s*-\\s*${HEX}(.*)$`, 'i');

const NODE_MFNS = new RegExp(`^NUMA: Node (\\d+) (?:MFN|PFN)s?:?\\s*\\[?${HEX}\\s*[-,]\\s*${HEX}\\]?`, 'i');
const NODE_RANGES = /^NUMA: Node (\d+):?\s+(\[.*)$/i;
const MEMBLOCK = new RegExp(`^NUMA: Adding memblock \\[${HEX} - ${HEX}\\] on node (\\d+)`, 'i');
const FAKED = new RegExp(`^(?:NUMA: )?Faking (?:a node|node (\\d+)) at (?:\\[mem )?${HEX}\\s*-\\s*${HEX}(\\]?)`, 'i');
const BOOTMEM = new RegExp(`^(?:Bootmem|Initmem) setup node (\\d+) (?:\\[mem )?${HEX}-${HEX}(\\]?)`, 'i');
const EARLY = new RegExp(`^node\\s+(\\d+): \\[mem ${HEX}-${HEX}\\]`, 'i');
/** Linux 2.6: `    0: 0x00000010 -> 0x0000009f`, in frames. */
const EARLY_FRAMES = /^(\d+): 0x([0-9a-f]+) -> 0x([0-9a-f]+)$/i;

const SPAN = /^NODE(\d+) start->(\d+) size->(\d+)(?: free->(\d+))?/;
const CPUS = /^CPU(\d+)(?:\.\.\.(\d+))? -> NODE(\d+)/;

/** Which memory and which processors belong to which node. */
export function readNuma(text: string): readonly FactBody[] {
  return (
    readSrat(text) ?? readNodeFrames(text) ?? readNodeRanges(text) ?? readNode(text) ?? readDebugKey(text) ?? NOTHING
  );
}

function readSrat(text: string): readonly FactBody[] | undefined {
  const memory = SRAT_MEMORY.exec(text);
  if (memory !== null) {
    const [, srat, numa, rest = ''] = memory;
    const found = bracketRange(rest);
    if (found === undefined) return undefined;
    return [{ kind: 'srat-memory', node: Number(srat ?? numa), ...found.range, present: !ABSENT.test(found.rest) }];
  }
  const cpu = SRAT_CPU.exec(text);
  if (cpu !== null) return [{ kind: 'cpu-node', node: Number(cpu[1]) }];
  return SRAT_REJECTED.test(text) ? [{ kind: 'srat-rejected' }] : undefined;
}

/** `[first, last]` and `[mem first-last]` hold their last byte, a bare `first-end` does not hold its end. */
function bracketRange(text: string): { readonly range: AddressRange; readonly rest: string } | undefined {
  const [, first, last, rest] = CLOSED.exec(text) ?? [];
  if (first !== undefined && last !== undefined) return { range: closedRange(first, last), rest: rest ?? '' };
  const [, start, end, behind] = OPEN.exec(text) ?? [];
  if (start === undefined || end === undefined) return undefined;
  return { range: openRange(start, end), rest: behind ?? '' };
}

function readNodeFrames(text: string): readonly FactBody[] | undefined {
  const [, node, first = '', end = ''] = NODE_MFNS.exec(text) ?? EARLY_FRAMES.exec(text) ?? [];
  if (node === undefined) return undefined;
  const { start, end: last } = openRange(first, end);
  const ram = EARLY_FRAMES.test(text);
  return [{ kind: 'node-memory', node: Number(node), start: start * PAGE_SIZE, end: last * PAGE_SIZE, ram }];
}

/** `NUMA: Node 0 [0,a0000) + [100000,80000000) -> [0,80000000)`: the sum, or the single range. */
function readNodeRanges(text: string): readonly FactBody[] | undefined {
  const [, node, rest = ''] = NODE_RANGES.exec(text) ?? [];
  if (node === undefined) return undefined;
  const sum = rest.slice(rest.lastIndexOf('[')).trim();
  const [, first = '', last = '', bracket] =
    new RegExp(`^\\[(?:mem )?${HEX}\\s*[,-]\\s*${HEX}([)\\]])`, 'i').exec(sum) ?? [];
  if (bracket === undefined) return undefined;
  const range = bracket === ')' ? openRange(first, last) : closedRange(first, last);
  return [{ kind: 'node-memory', node: Number(node), ...range, ram: false }];
}

function readNode(text: string): readonly FactBody[] | undefined {
  const memblock = MEMBLOCK.exec(text);
  if (memblock !== null) {
    const [, first = '', last = '', node] = memblock;
    return [{ kind: 'node-memory', node: Number(node), ...closedRange(first, last), ram: false }];
  }
  const early = EARLY.exec(text);
  if (early !== null) {
    const [, node, first = '', last = ''] = early;
    return [{ kind: 'node-memory', node: Number(node), ...closedRange(first, last), ram: true }];
  }
  const [, node, first, last = '', bracket] = FAKED.exec(text) ?? BOOTMEM.exec(text) ?? [];
  if (first === undefined) return undefined;
  const range = bracket === ']' ? closedRange(first, last) : openRange(first, last);
  return [{ kind: 'node-memory', node: Number(node ?? 0), ...range, ram: false }];
}

function readDebugKey(text: string): readonly FactBody[] | undefined {
  const span = SPAN.exec(text);
  if (span !== null) {
    const [, node, first, pages, free] = span;
    const facts: FactBody[] = [{ kind: 'node-span', node: Number(node), first: Number(first), pages: Number(pages) }];
    if (free !== undefined) facts.push({ kind: 'free-pages', node: Number(node), zone: 'all', pages: Number(free) });
    return facts;
  }
  const cpus = CPUS.exec(text);
  if (cpus === null) return undefined;
  const [, first, last = first, node] = cpus;
  return [{ kind: 'node-cpus', node: Number(node), first: Number(first), last: Number(last) }];
}
