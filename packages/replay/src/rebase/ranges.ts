import type { MfnRange } from '@heaplay/core';

/** The parts of ranges within `[first, end)`. */
export function clip(ranges: readonly MfnRange[], first: number, end: number): MfnRange[] {
  return ranges.flatMap(([from, to]) => {
    const low = Math.max(from, first);
    const high = Math.min(to, end);
    return low < high ? [[low, high] as const] : [];
  });
}

/** Ranges sorted, those that touch or overlap joined. */
export function joinRanges(ranges: readonly MfnRange[]): MfnRange[] {
  const joined: [number, number][] = [];
  for (const [first, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end);
    else if (first < end) joined.push([first, end]);
  }
  return joined;
}

/** What is left of ranges without others, by their start. The ranges share no frames; the others may, in any order. */
export function without(ranges: readonly MfnRange[], taken: readonly MfnRange[]): readonly MfnRange[] {
  const gone = joinRanges(taken);
  const left: MfnRange[] = [];
  let at = 0;
  for (const [first, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    let from = first;
    while ((gone[at]?.[1] ?? Infinity) <= from) at++;
    for (let next = at; from < end; next++) {
      const [low, high] = gone[next] ?? [Infinity, Infinity];
      if (from < low) left.push([from, Math.min(low, end)]);
      from = Math.max(from, high);
    }
  }
  return left;
}

/** How many frames these ranges hold, which share none. */
export function framesIn(ranges: readonly MfnRange[]): number {
  return ranges.reduce((sum, [first, end]) => sum + end - first, 0);
}
