/** The value that this share of the values does not exceed. Throws `RangeError` without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new RangeError('there are no values');
  return found;
}

/** The value in the middle; the lower one of two. Throws `RangeError` without values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
