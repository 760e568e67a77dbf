import { CALL_CLASSES } from '@heaplay/replay';
import type { CallDiff } from '@heaplay/replay';
import type { RunDiff } from './compare-handlers.ts';
import { recordInA } from './difference-places.ts';

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

/** The rows that differ in one way, or in any, in the order of the records of A that they are at; null: all as they are. */
export function rowsOfKind(diff: RunDiff, kind: DifferenceKind | null): Uint32Array | null {
  if (kind === null && diff.pairs === null) return null;
  const wanted = kind === null ? -1 : CALL_CLASSES.indexOf(kind);
  const rows: number[] = [];
  diff.classes.forEach((one, row) => {
    if (kind === null || one === wanted) rows.push(row);
  });
  // What only one trace has is told where its counterparts were looked for, which may be later.
  if (diff.pairs !== null) {
    const places = Uint32Array.from(diff.a, (_, row) => recordInA(diff, row));
    rows.sort((x, y) => (places[x] ?? 0) - (places[y] ?? 0) || x - y);
  }
  return Uint32Array.from(rows);
}
