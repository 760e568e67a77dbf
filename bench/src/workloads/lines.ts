import { encodeRecord } from '@heaplay/replay';
import type { TraceRecord } from '@heaplay/replay';
import type { Workload } from './workload.ts';

/** The records that a recorder would write of a workload's calls. */
export function recordsOf({ calls, results }: Pick<Workload, 'calls' | 'results'>): TraceRecord[] {
  return calls.map((call, at) => {
    const result = results[at];
    return (result === undefined ? { ...call } : { ...call, result }) as TraceRecord;
  });
}

/** The same as lines of a trace. */
export function linesOf(workload: Pick<Workload, 'calls' | 'results'>): string[] {
  return recordsOf(workload).map(encodeRecord);
}
