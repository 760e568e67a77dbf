import { messageOf } from '../remote/message-of.ts';
import type { TraceToOpen } from '../engine/open-trace.ts';
import type { RunSummary } from '../engine/run.ts';
import { engine } from './engine.ts';
import { updateLive } from './live.ts';
import { addTrouble, loading, removeRun, run, runId, runs, trouble, updateRun } from './runs.ts';
import { noteOf } from './sources.ts';

/** Which of the traces that are opened is shown. */
export type ShowOpened =
  /** The one that the address asks for: they are what the page was opened with. */
  | 'as the address says'
  /** The first of them: a person has just chosen them. */
  | 'the first';

/**
 * Opens traces, one after the other; what has come can be looked at while the rest is coming. A trace that is being
 * recorded is followed from then on, and holds nothing up. Whatever goes wrong with one, the others stay.
 */
export async function openTraces(
  traces: readonly TraceToOpen[],
  show: ShowOpened = 'as the address says',
): Promise<void> {
  trouble.value = null;
  const before = runs.peek().length;
  for (const trace of traces) {
    try {
      await openOne(trace, (opened) => {
        if (show === 'the first' && runs.peek().length === before + 1) runId.value = opened.id;
      });
    } catch (error) {
      addTrouble(messageOf(error));
    }
  }
  // The address may ask for one that could not be opened.
  const [first] = runs.peek();
  if (run.peek() === undefined && first !== undefined) runId.value = first.id;
}

/** Resolves when all that is there was read; `opened` hears once that there is something to see. */
function openOne(trace: TraceToOpen, opened: (run: RunSummary) => void): Promise<void> {
  const { name, live = false } = trace;
  let latest: RunSummary | null = null;
  const take = (summary: RunSummary, isReady: boolean): void => {
    const isFirst = isReady && (latest === null || latest.length === 0);
    latest = summary;
    updateRun(summary);
    if (isFirst) opened(summary);
  };
  return new Promise<void>((resolve, reject) => {
    const end = (summary: RunSummary): void => {
      take(summary, true);
      if (live) {
        updateLive(summary.id, { over: true, stop: () => {} });
        void tellNote(trace, summary);
      }
      resolve();
    };
    const fail = (error: unknown): void => {
      if (latest !== null) removeRun(latest.id);
      reject(error);
    };
    const cancel = (): void => {
      reading.unsubscribe();
      if (latest === null) resolve();
      else end({ ...latest, growing: false, warning: 'reading was stopped here' });
    };
    const reading = engine
      .ask('openTrace', trace, ({ run: summary, read, bytes }) => {
        take(summary, summary.length > 0);
        if (live) updateLive(summary.id, { over: false, stop: cancel });
        // The rest is being made: nobody knows how much it will be.
        if (live && read >= bytes) resolve();
        else loading.value = { name, read, bytes, cancel };
      })
      .subscribe({ next: end, error: fail });
    loading.value = { name, read: 0, bytes: 0, cancel };
  }).finally(() => (loading.value = null));
}

/** Why a recording is not followed any further, if its server knows. */
async function tellNote({ from, name }: TraceToOpen, summary: RunSummary): Promise<void> {
  const note = summary.warning === '' ? null : await noteOf(from);
  if (note !== null) updateRun({ ...summary, warning: `${name}: ${note}; ${summary.warning}` });
}
