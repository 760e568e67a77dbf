import { bisectStepwise, compileExpression, stretchesStepwise } from '@heaplay/replay';
import type { BisectResult, Expression, PartValue, Stretches, Timeline } from '@heaplay/replay';
import { callText, resultText } from '../compare/compare-handlers.ts';
import type { Engine } from '../engine/engine.ts';
import type { Job } from '../remote/job.ts';

/** What to look for: the first record of a run behind which a condition in CEL holds. */
export interface RecordToFind {
  readonly run: number;
  readonly when: string;
}

/** A moment that was looked at. */
export interface Probed {
  readonly record: number;
  readonly holds: boolean;
  /** What is left: the record lies behind the first and is at most the second. -1: not even power-on is known. */
  readonly left: readonly [good: number, bad: number];
}

/** What a search found. */
export interface FoundRecord {
  /** Null: the condition does not hold at the end, or nowhere. */
  readonly record: number | null;
  readonly probes: number;
  /** The call and what it returned; empty at power-on. */
  readonly call: string;
  readonly result: string;
  /** What the sides of the condition's comparisons are behind the record before it, and behind it. */
  readonly before: readonly PartValue[];
  readonly behind: readonly PartValue[];
}

/**
 * Finds the record by bisection, for a condition that stays true once it is true. Tells every moment that was looked
 * at. Fails with an error that points at the column if the condition makes no sense.
 */
export async function bisectRun(engine: Engine, { run, when }: RecordToFind, job: Job<Probed>): Promise<FoundRecord> {
  const { timeline } = engine.run(run);
  const condition = compileExpression(when);
  const search = bisectStepwise(timeline, condition);
  let left: Probed['left'] = [-1, timeline.length];
  for (;;) {
    const { done, value } = search.next();
    if (done === true) {
      if (value.record === null) job.progress({ record: timeline.length, holds: false, left });
      return found(timeline, condition, value);
    }
    const { good, bad, probes } = value;
    // The first narrowing comes with the answer of the second moment: the end was looked at before.
    if (probes === 2) job.progress({ record: timeline.length, holds: true, left });
    const holds = good === left[0];
    left = [good, bad];
    job.progress({ record: holds ? bad : good, holds, left });
    await job.breathe();
  }
}

/** What asking at every record found. */
export interface ScannedRun extends FoundRecord {
  readonly stretches: Stretches;
}

/** Asks the condition behind every record: finds the first one, whatever the condition does behind it. */
export async function scanRun(engine: Engine, { run, when }: RecordToFind, job: Job<number>): Promise<ScannedRun> {
  const { timeline } = engine.run(run);
  const condition = compileExpression(when);
  const stretches = await job.run(stretchesStepwise(timeline, condition), (record) => job.progress(record));
  const record = stretches.told[0]?.[0] ?? null;
  return { ...found(timeline, condition, { record, call: null, probes: timeline.length + 1 }), stretches };
}

function found(timeline: Timeline, condition: Expression, { record, probes }: BisectResult): FoundRecord {
  const valuesAt = (at: number): readonly PartValue[] => condition.values(timeline.momentAt(at));
  if (record === null) {
    return { record, probes, call: '', result: '', before: [], behind: valuesAt(timeline.length) };
  }
  const told = record === 0 ? { call: '', result: '' } : callAndResult(timeline, record);
  return { record, probes, ...told, before: record === 0 ? [] : valuesAt(record - 1), behind: valuesAt(record) };
}

function callAndResult(timeline: Timeline, record: number): { readonly call: string; readonly result: string } {
  return { call: callText(timeline, record), result: resultText(timeline, record) };
}
