import { ExpressionError, compileExpression } from '@heaplay/replay';
import type { Expression, Moment, Timeline } from '@heaplay/replay';
import type { Engine } from '../engine/engine.ts';
import type { Job } from '../remote/job.ts';
import { wordMatcher } from './word-filter.ts';
import type { Matcher } from './word-filter.ts';

/** How a filter is read. */
export type FilterKind = 'words' | 'cel';

/** Which records of a run: those from `from` on that hold what the text asks for. */
export interface FilterAsked {
  readonly run: number;
  readonly kind: FilterKind;
  readonly text: string;
  readonly from: number;
}

/** What of a filter has been found since the last report. */
export interface FilterProgress {
  /** The numbers of records, rising. */
  readonly matches: Uint32Array;
  /** The last record that was looked at. */
  readonly scanned: number;
}

/** Where a condition is wrong, or could not be answered. */
export interface FilterProblem {
  /** Counted from 1. */
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  /** The record at which it could not be answered; null: it cannot be read at all. */
  readonly record: number | null;
}

/** How a filter came out. */
export interface FilterDone {
  /** Null if the condition cannot be read: nothing was looked at. */
  readonly scanned: number | null;
  readonly error: FilterProblem | null;
  /** How many records the condition could not be asked of, which therefore do not match, and the first of them. */
  readonly unanswered: number;
  readonly firstUnanswered: FilterProblem | null;
  /** Every record was replayed: the condition looks at the heap. */
  readonly replayed: boolean;
}

/** Milliseconds between two reports. */
const REPORT = 60;
/** Records between two looks at the clock. */
const STRETCH = 256;

/** Finds the records that hold what a filter asks for; tells them on the way. */
export async function filterCalls(
  engine: Engine,
  { run, kind, text, from }: FilterAsked,
  job: Job<FilterProgress>,
): Promise<FilterDone> {
  const { timeline } = engine.run(run);
  const found = new FoundRecords(job);
  let condition: Condition | null = null;
  if (kind === 'cel') {
    try {
      condition = new Condition(timeline, compileExpression(text));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { scanned: null, error: problemOf(error), unanswered: 0, firstUnanswered: null, replayed: false };
    }
  }
  const replayed = condition?.expression.readsHeap ?? false;
  if (condition === null || !replayed) {
    const matches = condition === null ? wordMatcher(timeline, text) : condition.matcher;
    await scanTable(timeline, from, matches, found, job);
  } else await scanHeaps(timeline, from, condition, found, job);
  found.report(timeline.length);
  const { unanswered = 0, first = null } = condition ?? {};
  return { scanned: timeline.length, error: null, unanswered, firstUnanswered: first, replayed };
}

async function scanTable(
  { length }: Timeline,
  from: number,
  matches: Matcher,
  found: FoundRecords,
  job: Job<FilterProgress>,
): Promise<void> {
  for (let record = from; record <= length; record++) {
    if (matches(record)) found.add(record);
    if (record % STRETCH !== 0) continue;
    found.reportNow(record);
    await job.breathe();
  }
}

async function scanHeaps(
  timeline: Timeline,
  from: number,
  condition: Condition,
  found: FoundRecords,
  job: Job<FilterProgress>,
): Promise<void> {
  if (from === 0 && condition.holds(timeline.momentAt(0))) found.add(0);
  const walk = timeline.walkStepwise(Math.max(0, from - 1), timeline.length, (record, { view }) => {
    if (condition.holds(timeline.momentAt(record, view))) found.add(record);
    return true;
  });
  await job.run(walk, (record) => found.reportNow(record));
}

/** A condition that is asked of one record after the other, and those of which it cannot be asked. */
class Condition {
  readonly expression: Expression;
  private readonly timeline: Timeline;
  unanswered = 0;
  first: FilterProblem | null = null;

  constructor(timeline: Timeline, expression: Expression) {
    this.timeline = timeline;
    this.expression = expression;
  }

  holds(moment: Moment): boolean {
    try {
      return this.expression.holds(moment);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.unanswered++;
      this.first ??= problemOf(error);
      return false;
    }
  }

  /** Asks without a heap: for a condition that does not look at one. */
  readonly matcher: Matcher = (record) => this.holds(momentOf(this.timeline, record));
}

/** The moment behind a record as far as it is known without a replay. */
function momentOf(timeline: Timeline, record: number): Moment {
  return {
    record,
    call: record === 0 ? undefined : timeline.recordAt(record),
    result: timeline.resultAt(record),
    failed: timeline.hasFailed(record),
    failures: 0,
    get heap(): never {
      throw new Error('a condition that looks at no heap has looked at one');
    },
  };
}

function problemOf({ problem, record }: ExpressionError): FilterProblem {
  const { column, found, expected } = problem;
  return { column, found, expected, record };
}

/** What was found and not told yet. */
class FoundRecords {
  private readonly job: Job<FilterProgress>;
  private found: number[] = [];
  private told = -Infinity;
  private readonly began = performance.now();

  constructor(job: Job<FilterProgress>) {
    this.job = job;
  }

  add(record: number): void {
    this.found.push(record);
  }

  /** Tells what was found, if the last report is old enough: the first match at once. */
  reportNow(scanned: number): void {
    const last = this.found.length > 0 ? this.told : Math.max(this.told, this.began);
    if (performance.now() - last >= REPORT) this.report(scanned);
  }

  report(scanned: number): void {
    this.job.progress({ matches: Uint32Array.from(this.found), scanned });
    this.found = [];
    this.told = performance.now();
  }
}
