import { failureBeside, orderChangeBeside, sampleRecord, touchBeside } from '@heaplay/replay';
import type { JumpDirection, RunSample } from '@heaplay/replay';
import type { Engine } from '../engine/engine.ts';
import { lifeOf } from '../page-panel/page-lives.ts';
import { Transferred } from '../remote/answer.ts';
import type { Job } from '../remote/job.ts';
import { drawRun } from './run-picture.ts';
import type { PictureParams, RunPicture } from './run-picture.ts';

/** What somebody wants to come to. */
export type JumpTarget =
  | { readonly kind: 'failure' }
  /** A record that touched a page, or changed the block around it. */
  | { readonly kind: 'frame'; readonly frame: number }
  /** A record that changed how many blocks of an order are free. */
  | { readonly kind: 'order'; readonly order: number };

/** Where a jump starts, and which way it goes. */
export interface JumpParams {
  readonly run: number;
  readonly from: number;
  readonly direction: JumpDirection;
  readonly target: JumpTarget;
}

/** Times that are told between two pauses. */
const STRETCH = 2 ** 16;

/** Draws a part of a run for the timeline; a rough picture of it is told on the way. */
export function runPicture(engine: Engine, params: PictureParams, job: Job<RunPicture>): Promise<RunPicture> {
  return drawRun(engine.run(params.run), params, job);
}

/** The figures behind a record. */
export function valuesAt(
  engine: Engine,
  { run, record }: { readonly run: number; readonly record: number },
): RunSample {
  const { timeline } = engine.run(run);
  return sampleRecord(timeline, Math.min(record, timeline.length));
}

/** When each record from one on was made, in ns since the trace began, up to the last one there is. */
export async function recordTimes(
  engine: Engine,
  { run, from }: { readonly run: number; readonly from: number },
  job: Job,
): Promise<Transferred<Float64Array>> {
  const { timeline } = engine.run(run);
  const times = new Float64Array(Math.max(0, timeline.length + 1 - from));
  for (let at = 0; at < times.length; at++) {
    times[at] = timeline.timeAt(from + at);
    if (at % STRETCH === 0) await job.breathe();
  }
  return new Transferred(times, [times.buffer]);
}

/** The nearest record of a kind behind or before one; null: there is none. Tells which record it has come to. */
export async function jumpFrom(
  engine: Engine,
  { run: id, from, direction, target }: JumpParams,
  job: Job<number>,
): Promise<number | null> {
  const run = engine.run(id);
  const told = (record: number): void => job.progress(record);
  switch (target.kind) {
    case 'failure':
      return failureBeside(run.timeline, from, direction);
    case 'frame':
      return touchBeside(
        (await lifeOf(run, target.frame, run.timeline.length, job, ({ done }) => told(done))).biography,
        from,
        direction,
      );
    case 'order':
      return job.run(orderChangeBeside(run.timeline, target.order, from, direction), told);
  }
}
