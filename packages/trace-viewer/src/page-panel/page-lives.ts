import type { PageBiography } from '@heaplay/replay';
import type { Run } from '../engine/run.ts';
import type { Job } from '../remote/job.ts';

/** Lives that are kept of each run: a busy one has 100,000 events. */
const KEPT = 4;

/** How far the search for a page's events is. */
export interface LifeProgress {
  /** Records that were looked at, of so many. */
  readonly done: number;
  readonly of: number;
}

/** A biography, and the last record that it knows of. */
export interface KnownLife {
  readonly known: number;
  readonly biography: PageBiography;
}

const lives = new WeakMap<Run, Map<number, KnownLife>>();

/**
 * The life of a page up to the record `atLeast` or further, worked out now if it is not known. Throws `RangeError` for a
 * frame that the machine does not have, `Cancelled` if nobody waits any more; what was looked at by then is kept.
 */
export async function lifeOf(
  run: Run,
  mfn: number,
  atLeast: number,
  job: Pick<Job, 'run'>,
  told: (progress: LifeProgress) => void,
): Promise<KnownLife> {
  const kept = lives.get(run) ?? new Map<number, KnownLife>();
  lives.set(run, kept);
  const before = kept.get(mfn);
  const { biographer } = run;
  const { length } = run.timeline;
  let life = before;
  if (life === undefined || life.known < Math.min(atLeast, length)) {
    const biography = await job.run(biographer.biographyStepwise(mfn), () =>
      told({ done: Math.min(biographer.known, length), of: length }),
    );
    life = { known: length, biography };
  }
  // The one that was asked for last is the last one to go.
  kept.delete(mfn);
  kept.set(mfn, life);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return life;
}
