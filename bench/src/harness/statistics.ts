/** The middle one of some numbers; of two middle ones the mean. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Half of the numbers lie within this share of the median: the noise. */
export function spread(numbers: readonly number[]): number {
  const middle = median(numbers);
  return median(numbers.map((number) => Math.abs(number - middle))) / middle;
}

/**
 * Median of the ratios of pairs that were measured right after one another: what slows the machine down for a while
 * slows both. Rounds in which one of the two was not measured do not count.
 */
export function pairedRatio(
  samples: readonly (number | null)[],
  reference: readonly (number | null)[],
): number | undefined {
  const ratios: number[] = [];
  for (const [round, sample] of samples.entries()) {
    const other = reference[round];
    if (sample !== null && other !== null && other !== undefined) ratios.push(sample / other);
  }
  return ratios.length === 0 ? undefined : median(ratios);
}
