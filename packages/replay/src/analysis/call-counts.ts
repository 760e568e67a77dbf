import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { TYPE_BY_CODE } from '../trace/table.ts';
import type { RecordType } from '../trace/trace-record.ts';

/** Records between two pauses. */
const PAUSE = 2 ** 16;

/**
 * Counts the records of each of `groups` groups between two neighbours of `edges`, which do not fall: those behind the
 * one up to the other, that one among them. The counts of a group stand in a row of their own.
 */
export function* countCallsStepwise(
  timeline: Timeline,
  edges: readonly number[],
  groups: number,
  groupOf: (type: RecordType) => number,
): Stepwise<Uint32Array[]> {
  const { table } = timeline;
  const groupByCode = TYPE_BY_CODE.map(groupOf);
  const counts = Array.from({ length: groups }, () => new Uint32Array(Math.max(edges.length - 1, 0)));
  for (let part = 0; part + 1 < edges.length; part++) {
    const last = edges[part + 1] ?? 0;
    for (let record = (edges[part] ?? 0) + 1; record <= last; record++) {
      const row = counts[groupByCode[table.codeAt(record)] ?? -1];
      if (row !== undefined) row[part] = (row[part] ?? 0) + 1;
      if (record % PAUSE === 0) yield record;
    }
  }
  return counts;
}
