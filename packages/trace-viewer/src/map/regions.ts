import type { Platform } from '@heaplay/core';
import { unionOf } from './frame-order.ts';

/** Frames that are alike in all that is fixed from power-on. */
export interface Region {
  readonly first: number;
  readonly end: number;
  /** Is there memory? */
  readonly ram: boolean;
  readonly node: number;
  readonly zone: number;
  /** Does it belong to a separate xen heap? */
  readonly xenPlace: boolean;
}

/** The regions of a machine, rising: every frame lies in one. */
export function regionsOf(platform: Platform): Region[] {
  const { frames, ram } = platform.machine;
  const borders = new Set([0, frames]);
  const banks = unionOf(ram);
  for (const [first, end] of banks) borders.add(first).add(end);
  for (let mfn = 0; mfn < frames; mfn = platform.endOfNodeRun(mfn)) borders.add(mfn);
  for (let mfn = 1; mfn < frames; mfn *= 2) borders.add(mfn);
  for (let mfn = 0; mfn < frames; mfn = platform.endOfXenHeapRun(mfn)) borders.add(mfn);
  const sorted = [...borders].filter((border) => border <= frames).toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((first, at) => ({
    first,
    end: sorted[at + 1] as number,
    ram: banks.some((bank) => bank[0] <= first && first < bank[1]),
    node: platform.nodeOf(first),
    zone: platform.zoneOf(first),
    xenPlace: platform.separateXenHeap && platform.inXenHeapRange(first),
  }));
}

/** The place of the region that holds a frame. */
export function regionAt(regions: readonly Region[], mfn: number): number {
  let low = 0;
  let high = regions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((regions[middle] as Region).first <= mfn) low = middle;
    else high = middle - 1;
  }
  return low;
}
