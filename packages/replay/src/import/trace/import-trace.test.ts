import type { BootCall, PhysicalAddress } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { Verifier } from '../../replay/verify.ts';
import { importMachine } from '../import-machine.ts';
import type { ImportOptions } from '../import-machine.ts';
import { bootCalls } from './boot-records.ts';
import { importTrace } from './import-trace.ts';
import type { ImportedTrace } from './import-trace.ts';

function traceOf(lines: readonly string[], options: ImportOptions = {}): ImportedTrace {
  return importTrace(importMachine(lines.join('\n'), options), '1.2.3');
}

/** How many things of a trace were compared; they must all be as it says. */
function verified({ header, records }: ImportedTrace): number {
  const verifier = new Verifier(header.machine, header.heap);
  for (const [at, record] of records.entries()) verifier.check(record, at + 1);
  expect(verifier.mismatches).toEqual([]);
  return verifier.checked;
}

function range(
  type: 'init_boot_pages' | 'init_domheap_pages' | 'init_xenheap_pages',
  start: number,
  end: number,
): BootCall {
  return { type, start: start as PhysicalAddress, end: end as PhysicalAddress };
}

const X86 = [
  'Xen-e820 RAM map:',
  '[0000000000000000, 000000000009fbff] (usable)',
  '[0000000000100000, 000000003fffffff] (usable)',
];
const ARM = [
  'RAM: 0000000040000000 - 000000007fffffff',
  'MODULE[0]: 0000000048000000 - 00000000481fffff Xen',
  'MODULE[1]: 000000004a000100 - 000000004a0fffff Device Tree',
  // Shares its first page with the one before.
  'MODULE[2]: 000000004a0ff800 - 000000004a1fffff Ramdisk',
  'MODULE[3]: 0000000020000000 - 0000000020ffffff Kernel',
  ' RESVD[0]: 000000004a180000 - 000000004a1fffff',
  ' RESVD[1]: 0000000050000000 - 0000000050ffffff',
];
const ZONES = (node: number, pages: Readonly<Record<number, number>>, zones = 41): readonly string[] =>
  Array.from({ length: zones }, (_, zone) => `heap[node=${node}][zone=${zone}] -> ${pages[zone] ?? 0} pages`);

describe('a boot of an imported machine', () => {
  it('[IMPORT-TRACE-1] x86: the first MiB is left alone', () => {
    expect(bootCalls(importMachine(X86.join('\n'))).calls).toEqual([
      range('init_boot_pages', 0x100000, 0x40000000),
      { type: 'end_boot_allocator' },
      { type: 'heap_init_late' },
      { type: 'set_system_state', state: 'active' },
    ]);
  });

  it('[IMPORT-TRACE-2] Arm: what is taken is kept out, modules come back, but not what is reserved or not there', () => {
    expect(bootCalls(importMachine(ARM.join('\n'))).calls).toEqual([
      range('init_boot_pages', 0x40000000, 0x48000000),
      range('init_boot_pages', 0x48200000, 0x4a000000),
      range('init_boot_pages', 0x4a200000, 0x50000000),
      range('init_boot_pages', 0x51000000, 0x80000000),
      { type: 'end_boot_allocator' },
      { type: 'heap_init_late' },
      range('init_domheap_pages', 0x4a000000, 0x4a180000),
      { type: 'set_system_state', state: 'active' },
    ]);
  });

  it.each([
    [
      'what the log says',
      ['Xen heap: 0000000078000000-000000007c000000 (16384 pages)', 'Dom heap: 1 pages'],
      [0x78000, 0x7c000],
    ],
    ['how large it was', ['Xen heap: 16384 pages  Dom heap: 245760 pages'], [0x7c000, 0x80000]],
    ['what was asked for', ['Command line: xenheap_megabytes=96'], [0x7a000, 0x80000]],
    ['what Xen would choose', [], [0x7e000, 0x80000]],
  ])('[MODE-1] the xen heap of a 32-bit Arm: %s', (_, lines, xenHeap) => {
    const trace = traceOf([...ARM.slice(0, 1), ...lines], { arch: 'arm32' });
    expect(trace.header.heap.xenHeap).toEqual(xenHeap);
    verified(trace);
  });

  it('[IMPORT-TRACE-3] the header says where everything comes from', () => {
    const { header } = traceOf(X86, { name: 'x.log' });
    expect(header.recorder).toEqual({ name: 'heaplay import', version: '1.2.3', source: 'xen-log: x.log' });
    expect(header['x-import']).toMatchObject({ boot: { number: 1, of: 1 }, sources: { ram: 'e820', nodes: null } });
  });

  it('[BOOT-1] more banks than the boot allocator has regions: the trace ends before the call that stops it, and says so', () => {
    const banks = Array.from(
      { length: 300 },
      (_, i) => `ram pfn 0x${(i * 512 + 256).toString(16)} 0x${(i * 512 + 300).toString(16)}`,
    );
    const trace = traceOf(banks, { arch: 'arm64' });
    expect(trace.problems).toEqual([
      { kind: 'odd', line: null, message: expect.stringMatching(/stops at init_boot_pages \[BOOT-1\]/) },
    ]);
    verified(trace);
  });

  it('[BOOT-5] the DMA zone that the log tells is an observation, and another one is reported', () => {
    const nodes = ['SRAT: Node 0 PXM 0 0-400000000', 'SRAT: Node 1 PXM 1 400000000-800000000'];
    const told = traceOf([...nodes, 'Domain heap initialised DMA width 32 bits']);
    expect(told.records.at(-1)).toEqual({ type: 'observe_heap', dmaBits: 32, 'x-line': 3 });
    expect(verified(told)).toBe(1);
    const other = traceOf(['Command line: dma_bits=30', ...nodes, 'Domain heap initialised DMA width 32 bits']);
    expect(other.problems).toEqual([{ kind: 'odd', line: 4, message: expect.stringMatching(/32 bits.*leads to 30/) }]);
  });
});

describe('what debug keys showed', () => {
  it('[IMPORT-DUMP-3] key m: an observation of the node, which replays', () => {
    const trace = traceOf([
      ...X86,
      'Physical memory information:',
      '    Xen heap: 0kB free',
      '    heap[09]: 1024kB free',
      '    heap[18]: 400kB free',
      '    Dom heap: 1424kB free',
    ]);
    expect(trace.problems).toEqual([]);
    expect(trace.records.at(-1)).toEqual({
      type: 'observe_heap',
      nodes: [
        {
          node: 0,
          freePages: 356,
          zones: [
            [9, 256],
            [18, 100],
          ],
        },
      ],
      'x-line': 4,
    });
    expect(verified(trace)).toBe(2);
  });

  it('[IMPORT-DUMP-4] key m with lines missing says nothing of the zones that it does not name', () => {
    const trace = traceOf([...X86, 'heap[18]: 400kB free', 'Dom heap: 1424kB free']);
    expect(trace.records.at(-1)).toEqual({
      type: 'observe_avail',
      node: 0,
      minBits: 30,
      maxBits: 30,
      pages: 100,
      'x-line': 4,
    });
    expect(verified(trace)).toBe(1);
  });

  it('[IMPORT-DUMP-5] keys m, H and u one after the other, as more memory is used', () => {
    const trace = traceOf([
      ...X86,
      'heap[18]: 400kB free',
      'Dom heap: 400kB free',
      "'H' pressed -> dumping heap info",
      ...ZONES(0, { 18: 90 }),
      "'u' pressed -> dumping numa info",
      'NODE0 start->0 size->262144 free->77',
    ]);
    expect(trace.problems).toEqual([]);
    expect(trace.records.filter(({ type }) => type.startsWith('observe'))).toEqual([
      { type: 'observe_heap', nodes: [{ node: 0, freePages: 100, zones: [[18, 100]] }], 'x-line': 4 },
      { type: 'observe_heap', nodes: [{ node: 0, freePages: 90, zones: [[18, 90]] }], 'x-line': 6 },
      { type: 'observe_node_avail', node: 0, pages: 77, 'x-line': 48 },
    ]);
    verified(trace);
  });

  it('[IMPORT-DUMP-6] on several nodes', () => {
    const nodes = ['SRAT: Node 0 PXM 0 0-40000000', 'SRAT: Node 1 PXM 1 40000000-80000000'];
    const key = traceOf([
      ...nodes,
      'heap[18]: 4000kB free',
      'heap[19]: 400kB free',
      'Xen heap: 0kB free',
      'Dom heap: 4400kB free',
    ]);
    expect(key.records.slice(-2)).toEqual([
      { type: 'observe_avail', minBits: 30, maxBits: 30, pages: 1000, 'x-line': 3 },
      { type: 'observe_avail', minBits: 31, maxBits: 31, pages: 100, 'x-line': 3 },
    ]);
    verified(key);
    const both = traceOf([...nodes, ...ZONES(0, { 18: 77 }), ...ZONES(1, { 19: 5 })]);
    expect(both.records.at(-1)).toEqual({
      type: 'observe_heap',
      nodes: [
        { node: 0, freePages: 77, zones: [[18, 77]] },
        { node: 1, freePages: 5, zones: [[19, 5]] },
      ],
      'x-line': 3,
    });
    verified(both);
  });

  it('[IMPORT-DUMP-7] more free memory than there is: no observation, and the reason', () => {
    const trace = traceOf([...X86, "'H' pressed", ...ZONES(0, { 17: 65536, 18: 131073 })]);
    expect(trace.problems).toEqual([
      {
        kind: 'odd',
        line: 4,
        message: expect.stringMatching(
          /131073 free pages in zone 18 of node 0, where a boot of this machine leaves 131072/,
        ),
      },
    ]);
    expect(trace.records.some(({ type }) => type.startsWith('observe'))).toBe(false);
  });

  it.each([0, 1, 131071, 131072])('[IMPORT-DUMP-8] %i free pages of a zone that has 131072', (pages) => {
    expect(verified(traceOf([...X86, ...ZONES(0, { 18: pages })]))).toBe(2);
  });
});
