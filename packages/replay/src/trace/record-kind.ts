import type { Observation } from '@heaplay/core';
import type { TraceRecord } from './trace-record.ts';

/** Did somebody look? Otherwise it is a call. */
export function isObservation(record: TraceRecord): record is Observation {
  return record.type.startsWith('observe_');
}
