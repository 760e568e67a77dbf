import { CALL_CLASSES } from '@heaplay/replay';
import type { CallDiff } from '@heaplay/replay';

/** A way in which calls differ. */
export type DifferenceKind = (typeof CALL_CLASSES)[number];

/** What the ways are called. */
export const KINDS: Readonly<Record<DifferenceKind, string>> = {
  moved: 'other frames',
  failedOnlyInA: 'failed in A only',
  failedOnlyInB: 'failed in B only',
  changed: 'otherwise different',
  orphaned: 'orphaned in B',
  onlyInA: 'only in A',
  onlyInB: 'only in B',
};

/** How many calls differ in each way, those that there are, in the order of `CALL_CLASSES`. */
export function kindsOf(result: CallDiff['result']): readonly (readonly [DifferenceKind, number])[] {
  return CALL_CLASSES.map((kind): [DifferenceKind, number] => [kind, result[kind]]).filter(([, count]) => count > 0);
}

/** The places of those rows that differ in one way; null: all. */
export function rowsOfKind(classes: Uint8Array, kind: DifferenceKind | null): Uint32Array | null {
  if (kind === null) return null;
  const wanted = CALL_CLASSES.indexOf(kind);
  const rows: number[] = [];
  classes.forEach((one, at) => {
    if (one === wanted) rows.push(at);
  });
  return Uint32Array.from(rows);
}
