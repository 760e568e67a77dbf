/** A key of the configuration, and the values that it takes one after the other. */
export interface SweepAxis {
  /** `mode`, `xen`, or a key of machine or heap as in `heap.dmaBits`. */
  readonly key: string;
  readonly values: readonly unknown[];
}

/** A value for each key that is varied, in the order of the axes. */
export type Combination = Readonly<Record<string, unknown>>;

/** Every combination of the values; the last key varies fastest. */
export function combinationsOf(axes: readonly SweepAxis[]): readonly Combination[] {
  return axes.reduce<readonly Combination[]>(
    (before, { key, values }) => before.flatMap((some) => values.map((value) => ({ ...some, [key]: value }))),
    [{}],
  );
}
