import { describe, expect, it } from 'vitest';
import type { FrameSpan } from './byte-range.ts';
import { alignedRegions, heapSorted, regionsByIndex } from './merge-regions.ts';

const REGION = 0x40000n;

/** Spans `[base, pages]` in units of `2^18` frames. */
function spans(...units: readonly (readonly [base: number, pages: number])[]): FrameSpan[] {
  return units.map(([base, pages]) => ({ base: BigInt(base) * REGION, pages: BigInt(pages) * REGION }));
}

describe('[PDX-OFFSET-5] the sort', () => {
  it('[PDX-OFFSET-5] rises by base', () => {
    const bases = [5, 1, 4, 1, 3, 9, 2, 6].map((base) => [base, 1] as const);
    expect(heapSorted(spans(...bases)).map(({ base }) => Number(base / REGION))).toEqual([1, 1, 2, 3, 4, 5, 6, 9]);
  });

  // Worked out by hand: the root goes to the end, and nothing sifts past its equal.
  it.each([
    [2, [2, 1]],
    [3, [2, 3, 1]],
    [4, [2, 3, 4, 1]],
  ])('[PDX-OFFSET-5] %i of the same base come out as %j', (count, order) => {
    const same = Array.from({ length: count }, (_, at) => ({ base: REGION, pages: BigInt(at + 1) }));
    expect(heapSorted(same).map(({ pages }) => Number(pages))).toEqual(order);
  });

  it('[PDX-OFFSET-5] leaves what it was given as it was', () => {
    const given = spans([2, 1], [1, 1]);
    heapSorted(given);
    expect(given).toEqual(spans([2, 1], [1, 1]));
  });
});

describe('[PDX-OFFSET-6] the first pass', () => {
  it('[PDX-OFFSET-6] begins a range at a multiple of 2^18 frames, and keeps its end', () => {
    expect(alignedRegions([{ base: REGION + 5n, pages: 10n }])).toEqual([{ base: REGION, pages: 15n }]);
  });

  it('[PDX-OFFSET-6] merges ranges that overlap, also by being aligned, and none that touch', () => {
    expect(alignedRegions(spans([0, 2], [1, 2], [3, 1]))).toEqual(spans([0, 3], [3, 1]));
    expect(alignedRegions([...spans([0, 1]), { base: REGION + 1n, pages: 1n }])).toHaveLength(2);
    const first = { base: 0n, pages: 5n };
    expect(alignedRegions([first, { base: 9n, pages: 1n }])).toEqual([{ base: 0n, pages: 10n }]);
  });

  it('[PDX-OFFSET-6] a range within another one makes it shorter, and the next is held against the shorter one', () => {
    expect(alignedRegions(spans([0, 9], [2, 1], [5, 1]))).toEqual(spans([0, 3], [5, 1]));
  });
});

describe('[PDX-OFFSET-9] the second pass', () => {
  it('[PDX-OFFSET-9] merges neighbours with the same index, up to the end of the later one', () => {
    const regions = regionsByIndex(spans([0, 1], [2, 1], [8, 1], [9, 1]), (pfn) => Number(pfn / REGION / 4n));
    expect(regions).toEqual(spans([0, 3], [8, 2]));
  });
});
