import type { MfnRange } from '@heaplay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { without } from '../../rebase/ranges.ts';

const LIMIT = 40;
const anyRange = fc.tuple(fc.nat(LIMIT), fc.nat(LIMIT)).map(([a, b]): MfnRange => [Math.min(a, b), Math.max(a, b)]);

/** Which frames are in ranges, one by one. */
function framesIn(ranges: readonly MfnRange[]): readonly number[] {
  return Array.from({ length: LIMIT }, (_, mfn) => mfn).filter((mfn) =>
    ranges.some(([first, end]) => first <= mfn && mfn < end),
  );
}

/** Ranges that share no frame. */
const apart = fc.uniqueArray(fc.nat(LIMIT), { maxLength: 12 }).map((borders) => {
  const sorted = borders.toSorted((a, b) => a - b);
  return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i): MfnRange => [
    sorted[2 * i] ?? 0,
    sorted[2 * i + 1] ?? 0,
  ]);
});

describe('ranges without others', () => {
  it('[IMPORT-RANGE-1] hold the frames of the ones that are not in the others, and no range is empty', () => {
    fc.assert(
      fc.property(apart, fc.array(anyRange, { maxLength: 6 }), (ranges, taken) => {
        const left = without(ranges.toReversed(), taken);
        const gone = new Set(framesIn(taken));
        expect(framesIn(left)).toEqual(framesIn(ranges).filter((mfn) => !gone.has(mfn)));
        expect(left.every(([first, end]) => first < end)).toBe(true);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
