import { GrowingTimeline, TraceTable, readTrace } from '@heaplay/replay';
import { Cancelled } from '../remote/job.ts';
import type { Job } from '../remote/job.ts';
import { openSource } from './byte-source.ts';
import type { Engine } from './engine.ts';
import type { Run, RunSummary } from './run.ts';

/** A trace to be opened: where its bytes are. */
export interface TraceToOpen {
  readonly name: string;
  /** An address that the page may fetch, or the bytes themselves. */
  readonly from: string | Blob;
  /** Is it still being recorded? Then its bytes come as they are made. */
  readonly live?: boolean;
}

/** How far the opening of a trace has come. */
export interface OpenProgress {
  /** The run as far as it can be looked at. */
  readonly run: RunSummary;
  /** Bytes of the trace that were read, as it lies there, and how many there are; 0: not known. */
  readonly read: number;
  readonly bytes: number;
}

/**
 * Records between two states that are kept: twice as many as elsewhere. A page has less memory, and the way to a record
 * is short beside the painting.
 */
const SPACING = 1024;

/** Milliseconds between two reports: the page draws what has come so far, which takes time from the reading. */
const REPORT = 250;

/**
 * Reads a trace and replays it on the way: what was read can be looked at while the rest is coming, also if it is
 * recorded only now. Answers when all of it is there; a trace that breaks off or makes no sense further on stays, as
 * far as it can be looked at, with a warning. Fails if there is nothing to look at.
 */
export async function openTrace(
  engine: Engine,
  { name, from }: TraceToOpen,
  job: Job<OpenProgress>,
): Promise<RunSummary> {
  const source = await openSource(name, from, job.signal);
  const reading = await readTrace(source.chunks(), { name, eager: true });
  const { header } = reading;
  const table = new TraceTable();
  const growing = new GrowingTimeline({ name, header, table }, { spacing: SPACING });
  const run = engine.add(name, header, growing.timeline());
  const reports = new Reports(() => {
    run.grow(growing.timeline());
    job.progress({ run: run.summary(), read: source.read(), bytes: source.bytes });
  });
  try {
    reports.now();
    for await (const { records } of reading.pull()) {
      for (const record of records) table.append(record);
      while (growing.advance()) await job.breathe();
      reports.soon();
      await job.breathe();
    }
    run.warning = reading.end?.warning ?? '';
  } catch (error) {
    const stopped = error instanceof Cancelled;
    if ((growing.record === 0 && !stopped) || !(error instanceof Error)) {
      engine.close(run.id);
      throw error;
    }
    run.warning = stopped ? 'reading was stopped here' : error.message;
  } finally {
    reports.stop();
  }
  table.trim();
  return finish(run, growing);
}

function finish(run: Run, growing: GrowingTimeline): RunSummary {
  run.growing = false;
  run.grow(growing.timeline());
  return run.summary();
}

/** Reports, not too many; the last thing that happened is reported also if nothing comes behind it. */
class Reports {
  private readonly report: () => void;
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: () => void) {
    this.report = report;
  }

  now(): void {
    this.stop();
    this.last = performance.now();
    this.report();
  }

  soon(): void {
    const wait = this.last + REPORT - performance.now();
    if (wait <= 0) this.now();
    else this.timer ??= setTimeout(() => this.now(), wait);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
