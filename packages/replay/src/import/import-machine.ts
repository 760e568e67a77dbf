import { PAGE_SIZE, checkMachine, heapPreset, defaultMode } from '@heaplay/core';
import type { Architecture, HeapConfig, Machine, MfnRange, NodeId } from '@heaplay/core';
import { readXenOptions } from './command-line.ts';
import type { XenOptions } from './command-line.ts';
import { factsOf } from './facts/fact.ts';
import type { Fact, TakenMemory } from './facts/fact.ts';
import { kindOf } from './kinds.ts';
import type { ImportKindName } from './kinds.ts';
import { splitBoots } from './lines/boots.ts';
import type { Boot } from './lines/boots.ts';
import { checkText } from './lines/check-text.ts';
import { cleanLines } from './lines/clean-lines.ts';
import type { AddressRange } from './lines/hex-range.ts';
import type { LogLine } from './lines/log-line.ts';
import { findArchitecture } from './machine/architecture.ts';
import { GIVEN, checkBanks, pagesTouched, pagesWithin } from './machine/bank.ts';
import { chooseHeap } from './machine/heap-choice.ts';
import { findNodes } from './machine/nodes.ts';
import type { FoundNodes } from './machine/nodes.ts';
import { contradictions, findRam } from './machine/ram-source.ts';
import type { RamSource } from './machine/ram-source.ts';
import { collectTold } from './machine/told.ts';
import type { Told } from './machine/told.ts';
import { badInput } from './problem.ts';
import type { ImportProblem } from './problem.ts';
import { framesIn, without } from '../rebase/ranges.ts';

/** How to read a file. */
export interface ImportOptions {
  /** What the file is called in messages. */
  readonly name?: string;
  /** What it is, if that is not to be found by looking. */
  readonly from?: ImportKindName;
  /** Which boot of a log that holds several, from 1. */
  readonly boot?: number;
  /** The architecture, if the file does not say, or says something else. */
  readonly arch?: Architecture;
  /** RAM of the machine in bytes, ends excluded, instead of what the file says. */
  readonly ram?: readonly AddressRange[];
}

/** Frames that are taken when the heap is laid out, and by whom. */
export interface TakenFrames extends Pick<TakenMemory, 'by' | 'name'> {
  readonly range: MfnRange;
  readonly line: number;
}

/** A machine, as a file tells of it. */
export interface ImportedMachine {
  readonly name: string;
  readonly kind: ImportKindName;
  /** Which boot of how many. */
  readonly boot: { readonly number: number; readonly of: number };
  /** `ram`: every bank, in whole pages, as the file tells it; what lies in it is in {@link taken}. */
  readonly machine: Machine;
  /** The configuration under which Xen ran. With a separate xen heap whose place the file does not tell, `xenHeap` is null. */
  readonly heap: HeapConfig;
  /** Where RAM and nodes are told of. */
  readonly sources: { readonly ram: RamSource; readonly nodes: FoundNodes['source'] };
  /** Modules, the hypervisor, and what the firmware keeps: not given to the heap at first. Modules come back behind boot. */
  readonly taken: readonly TakenFrames[];
  /** The options of Xen's command line that bear on memory. */
  readonly options: XenOptions;
  readonly told: Told;
  /** In sentences: what the file does not say, and what was taken instead. */
  readonly assumed: readonly string[];
  /** Lines that were not understood, and what does not fit together. By line. */
  readonly problems: readonly ImportProblem[];
}

/** Reads a machine out of a boot log or a memory map. Throws `TraceError` for a file that tells of none. */
export function importMachine(text: string, options: ImportOptions = {}): ImportedMachine {
  const name = options.name ?? 'file';
  checkText(text, name);
  const lines = cleanLines(text);
  const kind = kindOf(lines, options.from);
  const boots = splitBoots(kind.select(lines), kind.boots);
  const boot = chooseBoot(boots, options.boot, name);
  const read = kind.read(boot.lines, name);
  if (!('facts' in read)) throw badInput(name, null, read);
  const { facts, unknown } = read;
  const told = collectTold(facts);
  const commandLine = readXenOptions(told.commandLine?.value ?? '');
  const machine = assemble(facts, told, commandLine.options, { ...options, name });
  const { heap, assumed } = chooseHeap(machine.machine, told, commandLine.options);
  return {
    name,
    kind: kind.name,
    boot: { number: boots.indexOf(boot) + 1, of: boots.length },
    machine: machine.machine,
    heap,
    sources: machine.sources,
    taken: takenFrames(facts),
    options: commandLine.options,
    told,
    assumed: [...machine.assumed, ...assumed],
    problems: [
      ...unknown.map(notUnderstood),
      ...machine.problems,
      ...commandLine.bad.map(({ option, expected }) => ({
        kind: 'not-understood' as const,
        line: told.commandLine?.line ?? null,
        message: `the option ${option}: expected ${expected}`,
      })),
    ].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
}

function chooseBoot(boots: readonly Boot[], wanted: number | undefined, name: string): Boot {
  const boot = boots[(wanted ?? 1) - 1];
  if (boot !== undefined && (wanted !== undefined || boots.length === 1)) return boot;
  const list = boots
    .map(({ first }, at) => `\n  ${at + 1}: line ${first.number}: ${first.text.slice(0, 100)}`)
    .join('');
  const number = boots.length === 1 ? 'one boot' : `${boots.length} boots`;
  throw badInput(name, boots[1]?.first.number ?? null, {
    found: wanted === undefined ? `${number} in one log` : `${number}, and no boot ${wanted}`,
    expected: 'one boot, or its number',
    hint: `name one with --boot N:${list}`,
  });
}

function notUnderstood({ number, text }: LogLine): ImportProblem {
  return { kind: 'not-understood', line: number, message: `not understood: ${text.slice(0, 120)}` };
}

interface Assembled extends Pick<ImportedMachine, 'machine' | 'sources' | 'assumed' | 'problems'> {}

function assemble(
  facts: readonly Fact[],
  told: Told,
  xen: XenOptions,
  options: ImportOptions & { readonly name: string },
): Assembled {
  const { name } = options;
  const assumed: string[] = [];
  const found = findArchitecture(facts);
  const arch = options.arch ?? found.arch;
  if (options.arch === undefined && found.line === null) {
    assumed.push(`the file does not say which architecture it is of: ${arch} is taken (--arch names another)`);
  }
  const given = options.ram?.map((range) => ({ ...range, line: GIVEN }));
  const ram = given === undefined ? findRam(facts, name) : { source: 'given' as const, banks: given, other: [] };
  const banks = checkBanks(ram.banks, heapPreset(arch, defaultMode(arch)).paddrBits, name);
  const whole = without(
    banks.map(pagesWithin).filter(([first, end]) => first < end),
    ram.other.map(pagesTouched),
  );
  const usable = arch === 'x86_64' ? limitRam(whole, xen) : whole;
  const frames = usable.at(-1)?.[1] ?? 0;
  if (frames === 0) {
    throw badInput(name, banks[0]?.line ?? null, {
      found: 'a memory map without a whole page of usable RAM',
      expected: 'at least one usable range',
      hint: 'give the whole map',
    });
  }
  const cut = usable !== whole;
  // Of a bare list all that is known is where memory is: on x86 its compression is set up from that.
  const single: readonly MfnRange[] = ram.source === 'list' ? usable : [[0, frames]];
  const nodes = findNodes(facts, { ram: usable, frames, single, cut, name });
  const reserved = factsOf(facts, 'taken').filter(({ by }) => by === 'xen');
  const machine: Machine = {
    arch,
    frames,
    ram: usable,
    nodes: nodes.nodes,
    cpus: findCpus(facts, told, nodes),
    reserved: reserved.map(pagesTouched),
  };
  const problem = checkMachine(machine);
  if (problem !== undefined) throw badInput(name, null, { ...problem, found: `${problem.field}: ${problem.found}` });
  if (ram.source === 'srat')
    assumed.push('the file tells of no memory map: all that its SRAT gives to nodes is taken for RAM');
  return {
    machine,
    sources: { ram: ram.source, nodes: nodes.source },
    assumed,
    problems: [...contradictions(ram), ...checkSystemRam(usable, told)],
  };
}

/** RAM as the options `mem` and `availmem` limit it; the same list if they do not. */
function limitRam(ram: readonly MfnRange[], { mem = Infinity, availmem = Infinity }: XenOptions): readonly MfnRange[] {
  const end = Math.floor(mem / PAGE_SIZE);
  let left = Math.floor(availmem / PAGE_SIZE);
  const limited = ram.flatMap(([first, last]): MfnRange[] => {
    const cut = Math.min(last, end, first + left);
    left -= Math.max(0, cut - first);
    return first < cut ? [[first, cut]] : [];
  });
  const before = ram.reduce((sum, [first, last]) => sum + last - first, 0);
  const after = limited.reduce((sum, [first, last]) => sum + last - first, 0);
  return before === after ? ram : limited;
}

/** The node of each processor: as debug key `u` shows it, else as the SRAT has it, else all on the first node. */
function findCpus(facts: readonly Fact[], told: Told, { nodes }: FoundNodes): readonly NodeId[] {
  const ids = new Set<number>(nodes.map(({ id }) => id));
  const first = nodes[0]?.id ?? (0 as NodeId);
  const online = (node: number): NodeId => (ids.has(node) ? (node as NodeId) : first);
  const shown = factsOf(facts, 'node-cpus').flatMap(({ node, first: cpu, last }) =>
    Array.from({ length: Math.min(last - cpu + 1, MOST_CPUS) }, () => online(node)),
  );
  if (shown.length > 0) return shown;
  const srat = factsOf(facts, 'cpu-node').map(({ node }) => online(node));
  const up = Math.min(told.cpus?.value ?? Math.max(srat.length, 1), MOST_CPUS);
  if (srat.length >= up) return srat.slice(0, up);
  return nodes.length === 1 ? Array.from({ length: up }, () => first) : [first];
}

const MOST_CPUS = 4096;

/** What Xen counted, against what its map adds up to: a line of it may be missing. */
function checkSystemRam(ram: readonly MfnRange[], told: Told): readonly ImportProblem[] {
  const { systemRam } = told;
  const bytes = framesIn(ram) * PAGE_SIZE;
  // Versions differ in what they make of a page that a border cuts.
  if (systemRam === undefined || Math.abs(systemRam.value - bytes) <= 2 * ram.length * PAGE_SIZE) return [];
  return [
    {
      kind: 'odd',
      line: systemRam.line,
      message: `Xen counted ${systemRam.value / 1024} kB of RAM, the ranges add up to ${bytes / 1024} kB: lines of the map may be missing`,
    },
  ];
}

function takenFrames(facts: readonly Fact[]): readonly TakenFrames[] {
  return factsOf(facts, 'taken').map(({ by, name, line, ...range }) => ({
    by,
    name,
    line,
    range: pagesTouched(range),
  }));
}
