import { Observable, asyncScheduler } from 'rxjs';
import type { RecordType } from '../trace/trace-record.ts';
import type { Expression } from '../expression/expression.ts';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { RunSpan } from '../instrument/run-span.ts';
import { setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedSteps } from '../instrument/traced.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** What a search for a record found. */
export interface BisectResult {
  /** The first record behind which the condition holds; null if it never does. 0: at power-on already. */
  readonly record: number | null;
  /** The type of that record. */
  readonly call: RecordType | null;
  /** How many moments were looked at. */
  readonly probes: number;
}

/** How a search is getting on: the record lies in `(good, bad]`. */
export interface BisectProgress {
  readonly good: number;
  readonly bad: number;
  readonly probes: number;
}

/**
 * Finds the first record behind which a condition holds that stays true once it is true, by bisection: first over the
 * states that the timeline keeps, then between two of them. Emits each narrowing, and the result at last; to
 * unsubscribe cancels.
 */
export function bisect(timeline: Timeline, condition: Expression): Observable<BisectProgress | BisectResult> {
  return new Observable((subscriber) => {
    const search = bisectStepwise(timeline, condition);
    // A macrotask a probe: whoever wants to cancel must get their turn in between.
    const working = asyncScheduler.schedule(function work() {
      try {
        const { done, value } = search.next();
        subscriber.next(value);
        if (done === true) subscriber.complete();
        else this.schedule();
      } catch (error) {
        subscriber.error(error);
      }
    });
    return () => {
      working.unsubscribe();
      search.return({ record: null, call: null, probes: 0 });
    };
  });
}

type BisectSteps = Generator<BisectProgress, BisectResult, void>;

function bisectStepwise(timeline: Timeline, condition: Expression): BisectSteps {
  return searched(timeline, condition, (run) => {
    const holds = (record: number): boolean => {
      const probe = new RunSpan(RUN_SPANS.bisectProbe, { [RUN_ATTRIBUTES.probeRecord]: record }, run.context);
      try {
        const answer = condition.holds(timeline.momentAt(record));
        probe.set({ [RUN_ATTRIBUTES.verdict]: answer ? 'bad' : 'good' });
        return answer;
      } catch (error) {
        probe.fail(error);
        throw error;
      } finally {
        probe.end();
      }
    };
    return bisected(timeline, holds);
  });
}

/** A search for the first record behind which a condition holds, as a span. */
function searched<Step>(
  timeline: Timeline,
  { text }: Expression,
  search: (run: RunSpan) => Generator<Step, BisectResult, void>,
): Generator<Step, BisectResult, void> {
  const attributes = { ...setupAttributes(timeline.name, timeline.setup), [RUN_ATTRIBUTES.expression]: text };
  return tracedSteps({ name: RUN_SPANS.bisect, attributes }, search, ({ record, probes }) => ({
    [RUN_ATTRIBUTES.probes]: probes,
    ...(record === null ? {} : { [RUN_ATTRIBUTES.foundRecord]: record }),
  }));
}

function* bisected(timeline: Timeline, asks: (record: number) => boolean): BisectSteps {
  let probes = 0;
  const holds = (record: number): boolean => {
    probes++;
    return asks(record);
  };
  let good = -1;
  let bad = timeline.length;
  if (!holds(bad)) return { record: null, call: null, probes };
  while (bad - good > 1) {
    const probe = nextProbe(good, bad, timeline.spacing);
    if (holds(probe)) bad = probe;
    else good = probe;
    yield { good, bad, probes };
  }
  return found(timeline, bad, probes);
}

/** Finds the first record behind which a condition holds by asking at every one, from power-on. */
export function scan(timeline: Timeline, condition: Expression): BisectResult {
  return atOnce(scanStepwise(timeline, condition));
}

/** The same, pausing on the way. */
export function scanStepwise(timeline: Timeline, condition: Expression): Stepwise<BisectResult> {
  return searched(timeline, condition, () => scanned(timeline, condition));
}

function* scanned(timeline: Timeline, condition: Expression): Stepwise<BisectResult> {
  let probes = 1;
  if (condition.holds(timeline.momentAt(0))) return found(timeline, 0, probes);
  let first: number | null = null;
  yield* timeline.walkStepwise(0, timeline.length, (record, batch) => {
    probes++;
    if (!condition.holds(timeline.momentAt(record, batch.view))) return true;
    first = record;
    return false;
  });
  return first === null ? { record: null, call: null, probes } : found(timeline, first, probes);
}

/** The middle, at a state that is kept if there is one in between: looking at it costs no replay. */
function nextProbe(good: number, bad: number, spacing: number): number {
  const first = Math.floor(good / spacing) + 1;
  const last = Math.ceil(bad / spacing) - 1;
  if (first > last) return Math.floor((good + bad) / 2);
  return Math.floor((first + last) / 2) * spacing;
}

function found(timeline: Timeline, record: number, probes: number): BisectResult {
  return { record, call: record === 0 ? null : timeline.table.typeAt(record), probes };
}
