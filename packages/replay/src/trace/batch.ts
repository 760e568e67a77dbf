import type { TraceRecord } from './trace-record.ts';

/** Records of a trace in their order: what a stream carries. */
export interface RecordBatch {
  /** Number of the first record, counted from 1. */
  readonly first: number;
  readonly records: readonly TraceRecord[];
}
