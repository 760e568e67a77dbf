import type { CallRecord, Observation } from '@heaplay/core';

/** A record of a trace: a call, or what somebody saw. */
export type TraceRecord = CallRecord | Observation;

/** The name of a record. */
export type RecordType = TraceRecord['type'];

/** The last line of a trace that was written to its end. */
export interface TraceFooter {
  readonly type: 'end';
  /** How many records the trace holds, the header and the footer not counted. */
  readonly records: number;
  /** SHA-256 over all bytes before the footer's line: 64 hex digits, lower case. */
  readonly sha256: string;
}
