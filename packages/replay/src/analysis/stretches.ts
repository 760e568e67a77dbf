import type { Expression } from '../expression/expression.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** Records behind each of which a condition holds, the last included. 0: power-on. */
export type Stretch = readonly [first: number, last: number];

/** Where in a run a condition holds. */
export interface Stretches {
  /** The first ones, rising, at most as many as were asked for. */
  readonly told: readonly Stretch[];
  /** How many there are. */
  readonly count: number;
  /** Behind how many records it holds, power-on among them. */
  readonly moments: number;
  /** Does it stay true once it is true? Only then does bisection find the first record. */
  readonly stays: boolean;
}

/** Asks a condition behind every record of a run, from power-on to the end, pausing on the way. */
export function* stretchesStepwise(timeline: Timeline, condition: Expression, most = 1000): Stepwise<Stretches> {
  const told: Stretch[] = [];
  let [count, moments] = [0, 0];
  let first: number | null = null;
  const ask = (record: number, holds: boolean): void => {
    if (holds) {
      moments++;
      first ??= record;
    } else if (first !== null) {
      end(record - 1);
    }
  };
  const end = (last: number): void => {
    if (first === null) return;
    count++;
    if (told.length < most) told.push([first, last]);
    first = null;
  };
  ask(0, condition.holds(timeline.momentAt(0)));
  yield* timeline.walkStepwise(0, timeline.length, (record, batch) => {
    ask(record, condition.holds(timeline.momentAt(record, batch.view)));
    return true;
  });
  const stays = count === 0;
  end(timeline.length);
  return { told, count, moments, stays };
}
