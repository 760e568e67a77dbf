// Runs on a thread of its own: replays traces under the configurations that it is sent, one after the other.
import { parentPort } from 'node:worker_threads';
import type { TimelineSource } from '../../timeline/timeline-source.ts';
import { TraceError } from '../../trace/errors.ts';
import { loadTraceFile } from '../../trace/node/file.ts';
import { TraceTable } from '../../trace/table.ts';
import { sweepRun } from '../sweep-run.ts';
import type { Stretch, SweepAnswer, SweepTask, TraceToSweep } from './sweep-message.ts';

/** The trace of the last run: most often the next one is of it too. */
let last: TimelineSource | undefined;

interface Read {
  readonly source: TimelineSource;
  readonly warning: string | null;
}

async function read(trace: TraceToSweep): Promise<Read> {
  const { name } = trace;
  if ('isKept' in trace) {
    if (last === undefined) throw new Error(`${name} is not there any more`);
    return { source: last, warning: null };
  }
  // It must not be there twice.
  last = undefined;
  if ('table' in trace) {
    last = { name, header: trace.header, table: new TraceTable(trace.table) };
    return { source: last, warning: null };
  }
  const { header, table, end } = await loadTraceFile(trace.path, { name });
  last = { name, header, table };
  return { source: last, warning: end.cut === null ? null : end.warning };
}

async function make({ number, trace, change }: SweepTask): Promise<SweepAnswer> {
  const start = now();
  let reading: Stretch | null = null;
  let warning: string | null = null;
  const answer = (came: SweepAnswer['came']): SweepAnswer => {
    return { number, came, warning, made: { start, end: now() }, read: reading };
  };
  try {
    const got = await read(trace);
    if (!('isKept' in trace)) reading = { start, end: now() };
    warning = got.warning;
    return answer(sweepRun(got.source, change));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return answer({ error: { message: error.message } });
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

parentPort?.on('message', (task: SweepTask) => {
  // What it throws is a bug: it ends the thread, and whoever waits hears of it.
  void make(task).then((answer) => parentPort?.postMessage(answer, []));
});
