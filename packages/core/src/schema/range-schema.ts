import { z } from 'zod';
import { MFN_LIMIT, type MfnRange } from '../units/mfn.ts';

function isMfnRange(value: unknown): value is MfnRange {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((mfn) => Number.isInteger(mfn) && mfn >= 0 && mfn <= MFN_LIMIT)
  );
}

/** `[first, end]`, end excluded. A range whose end is not above its first is empty, and legal: firmware maps hold such. */
export const mfnRangeSchema: z.ZodType<MfnRange> = z.custom<MfnRange>(
  isMfnRange,
  'a range [first, end] of MFNs, end excluded, both integers from 0 to 2^40',
);

/** The first two of these ranges that share a frame, empty ranges aside; `undefined` if none do. */
export function findOverlap(ranges: readonly MfnRange[]): readonly [MfnRange, MfnRange] | undefined {
  const sorted = ranges.filter(([first, end]) => first < end).toSorted((a, b) => a[0] - b[0]);
  for (const [i, range] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined && next[0] < range[1]) return [range, next];
  }
  return undefined;
}
