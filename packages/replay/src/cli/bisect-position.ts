import { positionOf } from '../analysis/bisect-search.ts';
import type { BisectPosition, BisectSearch } from '../analysis/bisect-search.ts';
import { count, plural } from '../text/format.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { configWords } from './bisect-log.ts';
import type { BisectSession } from './bisect-session.ts';
import { describeRecord } from './describe-record.ts';
import { openTraceFile } from './open-trace.ts';
import { quoteWord } from './shell-words.ts';
import { colors } from './terminal.ts';

/** Records that are listed where only skipped ones are left. */
const MOST_LISTED = 20;

/** The record that a search asks about now: what a verdict without a number means. */
export function recordLookedAt(position: BisectPosition): number {
  return position.status === 'only-skipped' ? position.last : position.record;
}

/** Where a session stands, for people. `records`: those that {@link recordsToShow} names. */
export function positionReport(
  session: BisectSession,
  search: BisectSearch,
  records: ReadonlyMap<number, TraceRecord>,
): string {
  const position = positionOf(search);
  const shown = (record: number): string => `  [${count(record)}] ${describe(records, record)}\n`;
  switch (position.status) {
    case 'waiting': {
      const { needs, record } = position;
      const missing = needs === 'both' ? 'a good and a bad record' : `a ${needs} record`;
      return `waiting for ${missing}; the run has records 0 (power-on) to ${count(session.length)}\n${shown(record)}${hints(session, record)}`;
    }
    case 'probe': {
      const { record, left, steps } = position;
      return `${plural(left, 'record')} may be the first bad one (some ${plural(steps, 'step')} more)\n${shown(record)}${hints(session, record)}`;
    }
    case 'found':
      return `${colors.bold(`record ${count(position.record)}`)} is the first bad one\n${shown(position.record)}`;
    case 'only-skipped': {
      const listed = [...records.keys()].map(shown).join('');
      const more = position.last - position.first + 1 - records.size;
      return `there are only skipped records left to judge; the first bad one is one of\n${listed}${more > 0 ? `  and ${count(more)} between them\n` : ''}`;
    }
  }
}

/** The records that a report names. */
export function recordsToShow(position: BisectPosition): number[] {
  if (position.status !== 'only-skipped') return [position.record];
  const { first, last } = position;
  const all = Array.from({ length: Math.min(last - first + 1, MOST_LISTED) }, (_, at) => first + at);
  if (all.at(-1) !== last) all[all.length - 1] = last;
  return all;
}

/** Reads some records of a trace, going through it once. */
export async function readRecords(path: string, wanted: readonly number[]): Promise<Map<number, TraceRecord>> {
  const found = new Map<number, TraceRecord>();
  const last = Math.max(...wanted);
  const trace = await openTraceFile(path, () => {});
  for await (const { first, records } of trace.pull()) {
    for (const number of wanted) {
      const record = records[number - first];
      if (record !== undefined) found.set(number, record);
    }
    if (first + records.length > last) break;
  }
  return found;
}

function describe(records: ReadonlyMap<number, TraceRecord>, number: number): string {
  if (number === 0) return 'power-on';
  const record = records.get(number);
  return record === undefined ? '' : describeRecord(record);
}

function hints({ trace, config }: BisectSession, record: number): string {
  const dump = ['heaplay', 'dump', trace.path, '--at', String(record), ...configWords(config)].map(quoteWord).join(' ');
  return `look at it:  ${dump}\nthen say:    heaplay bisect good, heaplay bisect bad, or heaplay bisect skip\n`;
}
