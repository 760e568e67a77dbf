import { CallerIndex } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import type { Engine } from '../engine/engine.ts';
import { Transferred } from '../remote/answer.ts';
import type { Job } from '../remote/job.ts';

const indexes = new WeakMap<Timeline, CallerIndex>();

/** Figures of a record, by the places of the stacks. */
export interface CallerColumnsAt {
  readonly held: Float64Array;
  readonly calls: Float64Array;
  readonly failed: Float64Array;
  readonly allocated: Float64Array;
}

/**
 * The stacks of a run's callers, innermost first; the first one is empty: not known. Goes through the run once, if it
 * did not yet; tells the record that it has come to.
 */
export async function callerStacks(
  engine: Engine,
  { run }: { readonly run: number },
  job: Job<number>,
): Promise<readonly (readonly string[])[]> {
  const { timeline } = engine.run(run);
  const index =
    indexes.get(timeline) ?? (await job.run(CallerIndex.ofStepwise(timeline), (record) => job.progress(record)));
  indexes.set(timeline, index);
  return index.stacks;
}

/** What callers hold behind a record, and have asked for up to it. Null: the stacks were not asked for yet. */
export function callersAt(
  engine: Engine,
  { run, record }: { readonly run: number; readonly record: number },
): Transferred<CallerColumnsAt> | null {
  const index = indexes.get(engine.run(run).timeline);
  if (index === undefined) return null;
  const { held, calls, failed, allocated } = index.at(record);
  const buffers = [held, calls, failed, allocated].map((column) => column.buffer as ArrayBuffer);
  return new Transferred({ held, calls, failed, allocated }, buffers);
}
