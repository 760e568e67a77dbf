import { badInput, describeRange } from '../problem.ts';
import type { ImportProblem } from '../problem.ts';
import { factsOf } from '../facts/fact.ts';
import type { E820Entry, Fact, FactOf, MapName } from '../facts/fact.ts';
import type { Bank } from './bank.ts';
import { joinOwn } from './nodes.ts';

/** Where the file tells of RAM; the first of these that it has is taken. */
export type RamSource =
  | 'e820'
  | 'efi-memory-map'
  | 'boot-info'
  | 'device-tree'
  | 'iomem'
  | 'list'
  | 'memblock'
  | 'node-ranges'
  | 'srat'
  | 'given';

/** RAM as the file tells it: not checked yet. */
export interface FoundRam {
  readonly source: RamSource;
  readonly banks: readonly Bank[];
  /** Memory that the same list calls something else: where both claim it, it is no RAM. */
  readonly other: readonly Bank[];
}

const BANK_SOURCES = ['boot-info', 'device-tree', 'iomem', 'list', 'memblock'] as const;

/** The RAM that these facts tell of. Throws `TraceError` if they tell of none. */
export function findRam(facts: readonly Fact[], name: string): FoundRam {
  const ram = searchRam(facts);
  if (ram !== undefined) return ram;
  const guest = entriesOf(facts, 'guest')[0];
  const dump = factsOf(facts, 'free-pages')[0];
  const why =
    guest !== undefined
      ? `; line ${guest.line} is of the map that Xen shows to a guest, dom0 too`
      : dump === undefined
        ? ''
        : `; line ${dump.line} tells how much is free, not where RAM lies`;
  throw badInput(name, null, {
    found: `no memory map${why}`,
    expected: 'lines that tell where RAM lies: an e820 or EFI map, RAM: banks, SRAT ranges, /proc/iomem, memory@ nodes',
    hint: 'give the log from the start of the boot on (xl dmesg soon after it), or name the RAM with --ram START-END',
  });
}

function searchRam(facts: readonly Fact[]): FoundRam | undefined {
  const e820 = firstFilled(['xen', 'bios', 'changed'] as const, (map) => entriesOf(facts, map));
  if (e820 !== undefined) return split('e820', e820);
  const efi = factsOf(facts, 'efi');
  if (efi.length > 0) return split('efi-memory-map', efi);
  const banks = factsOf(facts, 'bank');
  const source = BANK_SOURCES.find((one) => banks.some(({ from }) => from === one));
  if (source !== undefined) return { source, banks: banks.filter(({ from }) => from === source), other: [] };
  const ranges = factsOf(facts, 'node-memory').filter(({ ram }) => ram);
  if (ranges.length > 0) return { source: 'node-ranges', banks: joinOwn(ranges), other: [] };
  const srat = factsOf(facts, 'srat-memory').filter(({ present }) => present);
  return srat.length === 0 ? undefined : { source: 'srat', banks: joinOwn(srat), other: [] };
}

function firstFilled<K, T>(keys: readonly K[], get: (key: K) => readonly T[]): readonly T[] | undefined {
  return keys.map((key) => get(key)).find((list) => list.length > 0);
}

/** The entries of a map: those that say so, and those below its heading. */
function entriesOf(facts: readonly Fact[], wanted: MapName): readonly FactOf<'e820'>[] {
  let heading: MapName = 'xen';
  return facts.filter((fact): fact is FactOf<'e820'> => {
    if (fact.kind === 'map-heading') heading = fact.map;
    return fact.kind === 'e820' && (fact.map ?? heading) === wanted;
  });
}

function split(source: RamSource, entries: readonly (Bank & Pick<E820Entry, 'usable'>)[]): FoundRam {
  return {
    source,
    banks: entries.filter(({ usable }) => usable),
    other: entries.filter(({ usable, start, end }) => !usable && start < end),
  };
}

/** Where a map calls the same memory RAM and something else. Kernels then leave it alone. */
export function contradictions({ banks, other }: FoundRam): readonly ImportProblem[] {
  const sorted = other.toSorted((a, b) => a.start - b.start);
  let at = 0;
  return banks
    .toSorted((a, b) => a.start - b.start)
    .flatMap((bank) => {
      // Banks are apart from each other: what ends before one ends before the next.
      while ((sorted[at]?.end ?? Infinity) <= bank.start) at++;
      const problems: ImportProblem[] = [];
      for (let next = at; (sorted[next]?.start ?? Infinity) < bank.end; next++) {
        const entry = sorted[next];
        if (entry === undefined || entry.end <= bank.start) continue;
        problems.push({
          kind: 'odd',
          line: entry.line,
          message: `${describeRange(entry)} is not usable, but line ${bank.line} calls ${describeRange(bank)} usable: it is left out`,
        });
      }
      return problems;
    });
}
