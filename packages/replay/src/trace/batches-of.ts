import type { RecordBatch } from './batch.ts';
import { DEFAULT_BATCH_SIZE } from './parser.ts';
import type { TraceRecord } from './trace-record.ts';

/** Records in batches, numbered from 1. */
export function* batchesOf(
  records: Iterable<TraceRecord>,
  size: number = DEFAULT_BATCH_SIZE,
): Generator<RecordBatch, void, undefined> {
  let first = 1;
  let batch: TraceRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < size) continue;
    yield { first, records: batch };
    first += batch.length;
    batch = [];
  }
  if (batch.length > 0) yield { first, records: batch };
}
