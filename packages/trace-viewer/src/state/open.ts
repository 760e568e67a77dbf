import type { TraceToOpen } from '../engine/open-trace.ts';
import type { RunSummary } from '../engine/run.ts';
import { engine } from './engine.ts';
import { loading, trouble, updateRun } from './runs.ts';

/** Opens traces, one after the other; what has come can be looked at while the rest is coming. */
export async function openTraces(traces: readonly TraceToOpen[]): Promise<void> {
  trouble.value = null;
  for (const trace of traces) {
    try {
      await openOne(trace);
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    }
  }
}

function openOne(trace: TraceToOpen): Promise<void> {
  const { name } = trace;
  let latest: RunSummary | null = null;
  return new Promise<void>((resolve, reject) => {
    const reading = engine
      .ask('openTrace', trace, ({ run, read, bytes }) => {
        loading.value = { name, read, bytes, cancel };
        latest = run;
        updateRun(run);
      })
      .subscribe({ next: updateRun, error: reject, complete: resolve });
    const cancel = (): void => {
      reading.unsubscribe();
      if (latest !== null) updateRun({ ...latest, growing: false, warning: 'reading was stopped here' });
      resolve();
    };
    loading.value = { name, read: 0, bytes: 0, cancel };
  }).finally(() => (loading.value = null));
}
