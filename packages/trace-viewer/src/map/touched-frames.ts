import { orderPages } from '@heaplay/core';
import type { MfnRange } from '@heaplay/core';
import { isAllocation, isObservation } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';

/** The frames that a record's call allocated, or named; null if it did neither. */
export function touchedFrames(timeline: Timeline, record: number): MfnRange | null {
  if (record === 0 || timeline.isSkipped(record)) return null;
  const call = timeline.recordAt(record);
  if (isObservation(call)) return null;
  const result = timeline.resultAt(record);
  const pages = 'order' in call ? orderPages(call.order) : 1;
  if (isAllocation(call.type)) return typeof result === 'number' ? [result, result + pages] : null;
  return 'mfn' in call ? [call.mfn, call.mfn + pages] : null;
}
