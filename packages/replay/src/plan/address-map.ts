import { PAGE_SHIFT } from '@heaplay/core';
import type { Machine, MfnRange } from '@heaplay/core';
import type { LayoutPlan } from './layout-plan.ts';
import type { KeptRam } from './plan-layouts.ts';

/** A stretch of physical addresses that is all alike. */
export interface AddressStretch {
  readonly first: number;
  readonly end: number;
  /** `hole`: no RAM. */
  readonly kind: 'ram' | 'hole';
  readonly node: number | null;
  /** Who keeps it for himself; null: nobody. */
  readonly kept: string | null;
  /** Is it in the direct map for good? */
  readonly mapped: boolean;
  /** Can the xen heap come from here? */
  readonly xenHeap: boolean;
}

/**
 * A machine's physical addresses as stretches that are all alike, rising, under one layout. Small holes between banks
 * are told too; what lies behind the last bank is not.
 */
export function addressMap(machine: Machine, plan: LayoutPlan, kept: readonly KeptRam[]): readonly AddressStretch[] {
  const bits = plan.xenHeapBits;
  const ceiling = bits === null ? Infinity : 2 ** (bits - PAGE_SHIFT);
  const mapped = plan.directMap.map(({ first, end }): MfnRange => [first, end]);
  const nodes = machine.nodes.flatMap(({ id, ranges }) => ranges.map((range) => ({ id, range })));
  const cuts = new Set<number>([0, ceiling]);
  const edges = [...machine.ram, ...mapped, ...[...nodes, ...kept].map(({ range }) => range)];
  for (const [first, end] of edges) cuts.add(first).add(end);
  const last = Math.max(0, ...machine.ram.map(([, end]) => end));
  const places = [...cuts].filter((place) => place <= last).toSorted((a, b) => a - b);
  const within = (ranges: readonly MfnRange[], mfn: number): boolean =>
    ranges.some(([from, to]) => mfn >= from && mfn < to);
  const stretches: AddressStretch[] = [];
  for (const [at, first] of places.entries()) {
    const end = places[at + 1];
    if (end === undefined) break;
    const ram = within(machine.ram, first);
    const keptBy = ram ? (kept.find(({ range }) => within([range], first))?.by ?? null) : null;
    const isMapped = ram && within(mapped, first);
    const next: AddressStretch = {
      first,
      end,
      kind: ram ? 'ram' : 'hole',
      node: ram ? (nodes.find(({ range }) => within([range], first))?.id ?? null) : null,
      kept: keptBy,
      mapped: isMapped,
      xenHeap: ram && keptBy === null && isXenHeap(plan, isMapped, first < ceiling),
    };
    const before = stretches.at(-1);
    if (before !== undefined && alike(before, next)) stretches[stretches.length - 1] = { ...before, end };
    else stretches.push(next);
  }
  return stretches;
}

function isXenHeap(plan: LayoutPlan, mapped: boolean, belowCeiling: boolean): boolean {
  return plan.mode === 'direct-map-on-demand' || (mapped && belowCeiling);
}

function alike(a: AddressStretch, b: AddressStretch): boolean {
  return (
    a.kind === b.kind && a.node === b.node && a.kept === b.kept && a.mapped === b.mapped && a.xenHeap === b.xenHeap
  );
}
