import { describeValue, refused } from '@heaplay/core';
import type { CallRecord, Decoded } from '@heaplay/core';
import { decodeRecord, isFooter } from '../trace/decode-record.ts';
import { recordToJson } from '../trace/encode-record.ts';
import { isObservation } from '../trace/record-kind.ts';
import { asyncScheduler, scheduled } from 'rxjs';
import type { Observable } from 'rxjs';
import { diffConfigurations } from '../diff/diff-configurations.ts';
import type { DiffResult } from '../diff/diff-result.ts';
import type { EditRecord } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { batchesOf } from '../trace/batches-of.ts';

/** What to do otherwise than recorded. */
export interface RecordEdits {
  /** Numbers of records to leave out. */
  readonly without: ReadonlySet<number>;
  /** Records in the place of others, by number. */
  readonly changed: ReadonlyMap<number, CallRecord>;
}

/** Carries out edits as records come by. */
export function editRecords({ without, changed }: RecordEdits): EditRecord {
  return (record, number) => (without.has(number) ? null : (changed.get(number) ?? record));
}

/**
 * A recorded call with some keys changed, as the format writes them; null takes a key out. What it returned is not
 * known any more. Says what is wrong with it if it is no call then.
 */
export function changeRecord(record: CallRecord, change: Readonly<Record<string, unknown>>): Decoded<CallRecord> {
  const json: Record<string, unknown> = { ...recordToJson(record), ...change };
  for (const key of ['result', 'virqs', 'bug', 'freePagesBefore']) delete json[key];
  for (const [key, value] of Object.entries(change)) if (value === null) delete json[key];
  const read = decodeRecord(json);
  if (!read.ok) return read;
  if (isFooter(read.value) || isObservation(read.value)) {
    return refused({ field: 'type', found: describeValue(json['type']), expected: 'the name of a call' });
  }
  return { ok: true, value: read.value };
}

/** How a what-if is carried out. */
export interface WhatIfOptions {
  /** The configuration of the changed run; the recorded one unless said. */
  readonly to?: Setup;
  /** Most moved allocations that are told one by one. */
  readonly moves?: number;
}

/**
 * Compares a recorded run with the same one without some records, or with some changed. What depends on a record that
 * is left out is orphaned; what takes the whole of an allocation whose order was changed takes the whole of it still.
 */
export function whatIf(
  { name, header, table }: TimelineSource,
  edits: RecordEdits,
  { to = header, ...options }: WhatIfOptions = {},
): Observable<DiffResult> {
  const batches = scheduled(batchesOf(table.records()), asyncScheduler);
  return batches.pipe(diffConfigurations(name, header, to, { edit: editRecords(edits), ...options }));
}
