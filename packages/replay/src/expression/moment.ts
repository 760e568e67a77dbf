import type { CallResult, HeapReader } from '@heaplay/core';
import type { TraceRecord } from '../trace/trace-record.ts';

/** The moment behind a record of a run: what an expression is asked about. */
export interface Moment {
  readonly record: number;
  /** The record, as recorded; undefined for power-on. */
  readonly call: TraceRecord | undefined;
  /** What its call returned in this run. */
  readonly result: CallResult | undefined;
  /** Did it not get what it asked for? */
  readonly failed: boolean;
  /** How many calls of the run have not, this one among them. */
  readonly failures: number;
  readonly heap: HeapReader;
}
