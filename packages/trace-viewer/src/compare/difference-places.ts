import type { RunDiff } from './compare-handlers.ts';

/** The record of A that a row of the differing calls is at; of a call that only B made, the last one before it. */
export function recordInA({ a, b, pairs }: Pick<RunDiff, 'a' | 'b' | 'pairs'>, row: number): number {
  const inA = a[row] ?? 0;
  return inA > 0 ? inA : besideInA({ pairs }, b[row] ?? 0);
}

/** The record of A that stands beside one of B: the first one that B has come so far with, else the last before it. */
export function besideInA({ pairs }: Pick<RunDiff, 'pairs'>, inB: number): number {
  if (pairs === null) return inB;
  const last = lastUpTo(pairs.length, (at) => pairs[at] ?? 0, inB);
  if (pairs[last] !== inB) return Math.max(0, last);
  return lastUpTo(pairs.length, (at) => pairs[at] ?? 0, inB - 1) + 1;
}

/** The last of so many rising values that is at most `most`; -1: none. */
export function lastUpTo(length: number, valueOf: (at: number) => number, most: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueOf(middle) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
