import { Bench } from 'tinybench';
import { pairedRatio, median, spread } from './statistics.ts';
import { measuredParts } from './subject.ts';
import type { Figure, Group, Subject } from './subject.ts';

/** What was measured of one subject. */
export interface SubjectResult {
  readonly subject: string;
  readonly ours: boolean;
  /** Median time of an event, in nanoseconds. */
  readonly nanoseconds: number;
  /** The shortest time of an event: what is left when nobody disturbs. */
  readonly best: number;
  readonly spread: number;
  /** Time by that of the group's reference, the median over the rounds. */
  readonly ratio: number | undefined;
  readonly samples: number;
}

/** A figure beside the times. */
export interface FigureResult {
  readonly name: string;
  readonly unit: Figure['unit'];
  readonly value: number;
}

/** What was measured of a group. */
export interface GroupResult {
  readonly group: string;
  readonly title: string;
  readonly unit: string;
  readonly reference: string;
  readonly subjects: readonly SubjectResult[];
  /** What was measured beside the times. */
  readonly figures?: readonly FigureResult[];
  /** Ratios of any two subjects, the median over the rounds: `ratios[a][b]` is time of a by time of b. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const WARMUP_ROUNDS = 4;
const QUICK_ROUNDS = 5;

/**
 * Measures a group: round by round, each subject once a round, so that what disturbs the machine disturbs all of them.
 * The young garbage of one is collected before the next one starts, if the process exposes `gc`. Only the young one:
 * a full collection on demand makes V8 throw compiled code away, and what runs next pays two to four times as much.
 */
export async function runGroup(group: Group, quick: boolean): Promise<GroupResult> {
  const { subjects, figures } = measuredParts(await group.subjects(quick));
  const rounds = quick ? QUICK_ROUNDS : group.rounds;
  const warmup = Math.min(group.warmup ?? WARMUP_ROUNDS, rounds);
  const samples = subjects.map(() => [] as (number | null)[]);
  for (let round = -warmup; round < rounds; round++) {
    for (const [at, subject] of subjects.entries()) {
      const skipped = round % (subject.every ?? 1) !== 0;
      const sample = skipped ? null : await timeOnce(subject);
      if (round >= 0) samples[at]?.push(sample);
    }
  }
  const measured = figures.map(({ name, unit, measure }) => ({ name, unit, value: measure() }));
  return { ...summarize(group, subjects, samples), figures: measured };
}

/** Nanoseconds of an event in one run. */
async function timeOnce(subject: Subject): Promise<number> {
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
  bench.add(subject.name, () => subject.run(), {
    async: subject.async === true,
    beforeEach: () => {
      subject.prepare?.();
      globalThis.gc?.({ type: 'minor', execution: 'sync' });
    },
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`${subject.name} was not measured: ${result?.state}`);
  return (result.latency.mean * 1e6) / subject.events;
}

function summarize(group: Group, subjects: readonly Subject[], samples: readonly (number | null)[][]): GroupResult {
  const ratios: Record<string, Record<string, number>> = {};
  for (const [a, subject] of subjects.entries()) {
    const row: Record<string, number> = {};
    for (const [b, other] of subjects.entries()) {
      const ratio = pairedRatio(samples[a] ?? [], samples[b] ?? []);
      if (ratio !== undefined) row[other.name] = ratio;
    }
    ratios[subject.name] = row;
  }
  return {
    group: group.name,
    title: group.title,
    unit: group.unit,
    reference: group.reference,
    ratios,
    subjects: subjects.map(({ name, ours }, at) => {
      const times = (samples[at] ?? []).filter((sample) => sample !== null);
      return {
        subject: name,
        ours,
        nanoseconds: median(times),
        best: Math.min(...times),
        spread: spread(times),
        ratio: ratios[name]?.[group.reference],
        samples: times.length,
      };
    }),
  };
}
