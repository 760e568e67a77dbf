import {
  DomainLives,
  columnsOf,
  countCallsStepwise,
  domainLivesStepwise,
  evenRecords,
  keptRecords,
  nthFailure,
  sampleRecord,
  sampleStepwise,
} from '@heaplay/replay';
import type { DomainLife, RunAxis, RunSample, SampleColumns, Timeline } from '@heaplay/replay';
import type { Run } from '../engine/run.ts';
import type { Job } from '../remote/job.ts';
import { CALL_GROUPS, callGroupOf } from './call-groups.ts';

/** Which part of a run is to be drawn, and how finely. */
export interface PictureParams {
  readonly run: number;
  /** The first record and the last, both among them. */
  readonly from: number;
  readonly to: number;
  readonly axis: RunAxis;
  /** Samples that are wanted. */
  readonly points: number;
  /** Parts in which calls and failures are counted. */
  readonly parts: number;
}

/** Failures between two edges of a picture. */
export interface FailureMark {
  /** The first of them. */
  readonly record: number;
  readonly count: number;
}

/** What the timeline draws of a part of a run. */
export interface RunPicture {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  readonly axis: RunAxis;
  /** Was every record between the samples gone through? Else there are fewer of them, and no extremes in between. */
  readonly fine: boolean;
  readonly samples: SampleColumns;
  /** Records between which calls are counted, equally far apart along the axis. */
  readonly edges: Float64Array;
  /** For each group of calls, how many there are behind each edge up to the next one. */
  readonly calls: readonly Uint32Array[];
  readonly failures: readonly FailureMark[];
  readonly lives: readonly DomainLife[];
}

/** Kept states that a rough picture is made of: each costs less than half a millisecond. */
const ROUGH = 400;

/** Domains that are drawn with their pages. */
const DOMAINS = 4;

/** What was looked at before, by run: a state behind a record never changes. */
interface Seen {
  readonly kept: Map<number, RunSample>;
  /** The lives of the domains, with when they were gone, once the whole run was gone through. */
  lives: readonly DomainLife[] | null;
}

const seenOf = new WeakMap<Run, Seen>();

/**
 * Draws a part of a run: a rough picture from kept states, which is told as progress, then, unless the run still grows,
 * a fine one in a walk from the first record to the last.
 */
export async function drawRun(run: Run, params: PictureParams, job: Job<RunPicture>): Promise<RunPicture> {
  const { timeline, growing } = run;
  const seen = seenOf.get(run) ?? { kept: new Map(), lives: null };
  seenOf.set(run, seen);
  const part = { ...params, to: Math.min(params.to, timeline.length) };
  const frame = await frameOf(timeline, part, job);
  const records = [...new Set(evenRecords(timeline, part.from, part.to, part.points, part.axis))];
  const lives = seen.lives ?? (await job.run(domainLivesStepwise(timeline)));
  const rough: RunPicture = {
    ...frame,
    fine: false,
    samples: columnsOf(await roughSamples(timeline, part, seen.kept, job), DOMAINS),
    lives,
  };
  if (growing) return rough;
  job.progress(rough);
  const whole = part.from === 0 && part.to === timeline.length && seen.lives === null;
  const taken = whole ? new DomainLives(timeline) : null;
  const samples: RunSample[] = [];
  const walk = sampleStepwise(
    timeline,
    records,
    (sample) => samples.push(sample),
    (record, heap) => taken?.look(record, heap),
  );
  await job.run(walk);
  if (taken !== null) seen.lives = taken.lives();
  return { ...frame, fine: true, samples: columnsOf(samples, DOMAINS), lives: taken === null ? lives : taken.lives() };
}

async function roughSamples(
  timeline: Timeline,
  { from, to }: PictureParams,
  kept: Map<number, RunSample>,
  job: Job<RunPicture>,
): Promise<RunSample[]> {
  const samples: RunSample[] = [];
  for (const record of keptRecords(timeline, from, to, ROUGH)) {
    const sample = kept.get(record) ?? sampleRecord(timeline, record);
    if (record % timeline.spacing === 0) kept.set(record, sample);
    samples.push(sample);
    await job.breathe();
  }
  return samples;
}

type Frame = Omit<RunPicture, 'fine' | 'samples' | 'lives'>;

/** What is counted without looking at a heap. */
async function frameOf(timeline: Timeline, params: PictureParams, job: Job<RunPicture>): Promise<Frame> {
  const { run, from, to, axis, parts } = params;
  const edges = evenRecords(timeline, from, to, Math.max(1, Math.min(parts, to - from)), axis);
  const calls = await job.run(countCallsStepwise(timeline, edges, CALL_GROUPS.length, callGroupOf));
  return { run, from, to, axis, edges: Float64Array.from(edges), calls, failures: failuresBetween(timeline, edges) };
}

function failuresBetween(timeline: Timeline, edges: readonly number[]): FailureMark[] {
  return edges.slice(1).flatMap((edge, at) => {
    const before = timeline.failuresUpTo(edges[at] ?? 0);
    const count = timeline.failuresUpTo(edge) - before;
    const record = count === 0 ? null : nthFailure(timeline, before + 1);
    return record === null ? [] : [{ record, count }];
  });
}
