import { recordToJson } from '../trace/encode-record.ts';
import { brief } from '../text/format.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import type { Timeline } from '../timeline/timeline.ts';

const INCIDENTAL: ReadonlySet<string> = new Set(['type', 'result', 'at', 'virqs', 'caller', 'freePagesBefore']);

/** What a record says, on one line: the call and what it asked for. */
export function describeRecord(record: TraceRecord): string {
  const asked = Object.entries(recordToJson(record)).filter(([key]) => !INCIDENTAL.has(key));
  return asked.length === 0 ? record.type : `${record.type} ${brief(Object.fromEntries(asked), 120)}`;
}

/** A record of a run, and what its call returned there, on one line. */
export function describeRecordOf(timeline: Timeline, record: number): string {
  if (record === 0) return 'power-on';
  const result = timeline.resultAt(record);
  const outcome = result === undefined ? '' : ` → ${brief(result, 80)}`;
  return `${describeRecord(timeline.recordAt(record))}${outcome}`;
}
