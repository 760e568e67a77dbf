import { GrowingTimeline, TraceTable, readTrace } from '@heaplay/replay';
import { Cancelled } from '../remote/job.ts';
import type { Job } from '../remote/job.ts';
import type { Engine } from './engine.ts';
import type { Run, RunSummary } from './run.ts';

/** A trace to be opened: where its bytes are. */
export interface TraceToOpen {
  readonly name: string;
  /** An address that the page may fetch, or the bytes themselves. */
  readonly from: string | Blob;
}

/** How far the opening of a trace has come. */
export interface OpenProgress {
  /** The run as far as it can be looked at. */
  readonly run: RunSummary;
  /** Bytes of the trace that were read, as it lies there, and how many there are; 0: not known. */
  readonly read: number;
  readonly bytes: number;
}

/** Milliseconds between two reports: the page draws what has come so far. */
const REPORT = 100;

/**
 * Reads a trace and replays it on the way: what was read can be looked at while the rest is coming. Answers when all
 * of it is there; a trace that breaks off or makes no sense further on stays, as far as it can be looked at, with a
 * warning. Fails if there is nothing to look at.
 */
export async function openTrace(
  engine: Engine,
  { name, from }: TraceToOpen,
  job: Job<OpenProgress>,
): Promise<RunSummary> {
  const source = await sourceOf(name, from);
  const reading = await readTrace(source.chunks(), { name });
  const { header } = reading;
  const table = new TraceTable();
  const growing = new GrowingTimeline({ name, header, table });
  const run = engine.add(name, header, growing.timeline());
  let reported = performance.now();
  const report = (): void => {
    run.grow(growing.timeline());
    job.progress({ run: run.summary(), read: source.read(), bytes: source.bytes });
    reported = performance.now();
  };
  try {
    report();
    for await (const { records } of reading.pull()) {
      for (const record of records) table.append(record);
      while (growing.advance()) await job.breathe();
      if (performance.now() - reported > REPORT) report();
      await job.breathe();
    }
    run.warning = reading.end?.warning ?? '';
  } catch (error) {
    if (growing.record === 0 || !(error instanceof Error)) {
      engine.close(run.id);
      throw error;
    }
    run.warning = error instanceof Cancelled ? 'reading was stopped here' : error.message;
  }
  table.trim();
  return finish(run, growing);
}

function finish(run: Run, growing: GrowingTimeline): RunSummary {
  run.growing = false;
  run.grow(growing.timeline());
  return run.summary();
}

interface ByteSource {
  readonly bytes: number;
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  read(): number;
}

async function sourceOf(name: string, from: string | Blob): Promise<ByteSource> {
  if (typeof from !== 'string') return counted(from.size, from.stream());
  const response = await fetch(from);
  if (!response.ok || response.body === null) {
    throw new Error(
      `${name} could not be fetched: the server answered ${response.status} ${response.statusText}. Next: is "heaplay view" still running?`,
    );
  }
  return counted(Number(response.headers.get('content-length') ?? 0), response.body);
}

function counted(bytes: number, stream: ReadableStream<Uint8Array>): ByteSource {
  let read = 0;
  return {
    bytes,
    read: () => read,
    async *chunks() {
      const reader = stream.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          read += value.length;
          yield value;
        }
      } finally {
        await reader.cancel();
      }
    },
  };
}
