import { freeBlocksOfOrder, openState } from '@heaplay/core';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { lastEventUpTo } from './biography.ts';
import type { PageBiography } from './biography.ts';

/** Where to look for a record: behind the one that somebody is at, or before it. */
export type JumpDirection = 'next' | 'previous';

/**
 * The nearest record behind or before `from` whose call did not get what it asked for; null: there is none. Costs a
 * bisection over counts that are there.
 */
export function failureBeside(timeline: Timeline, from: number, direction: JumpDirection): number | null {
  const wanted = direction === 'next' ? timeline.failuresUpTo(from) + 1 : timeline.failuresUpTo(from - 1);
  return wanted < 1 ? null : nthFailure(timeline, wanted);
}

/** The record of the n-th failure of a run, counted from 1; null: there are not so many. */
export function nthFailure(timeline: Timeline, nth: number): number | null {
  if (timeline.failuresUpTo(timeline.length) < nth) return null;
  let low = 0;
  let high = timeline.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (timeline.failuresUpTo(middle) >= nth) high = middle;
    else low = middle;
  }
  return high;
}

/** The nearest record behind or before `from` in the life of a page: power-on is none; null: there is none. */
export function touchBeside(biography: PageBiography, from: number, direction: JumpDirection): number | null {
  const last = lastEventUpTo(biography, from);
  const isHere = biography.history[last]?.record === from;
  const at = direction === 'next' ? last + 1 : last - (isHere ? 1 : 0);
  return at < 1 ? null : (biography.history[at]?.record ?? null);
}

/**
 * The nearest record behind or before `from` whose call changed how many blocks of an order are free; null: none.
 * Replays the records that lie between, pausing on the way.
 */
export function orderChangeBeside(
  timeline: Timeline,
  order: number,
  from: number,
  direction: JumpDirection,
): Stepwise<number | null> {
  return direction === 'next' ? changeBehind(timeline, order, from) : changeBefore(timeline, order, from);
}

function* changeBehind(timeline: Timeline, order: number, from: number): Stepwise<number | null> {
  const before = blocksAt(timeline, order, from);
  let found: number | null = null;
  yield* timeline.walkStepwise(from, timeline.length, (record, { view }) => {
    if (freeBlocksOfOrder(view, order) !== before) found = record;
    return found === null;
  });
  return found;
}

function* changeBefore(timeline: Timeline, order: number, from: number): Stepwise<number | null> {
  let end = from - 1;
  while (end > 0) {
    const begin = Math.floor((end - 1) / timeline.spacing) * timeline.spacing;
    let blocks = blocksAt(timeline, order, begin);
    let found: number | null = null;
    timeline.walk(begin, end, (record, { view }) => {
      const now = freeBlocksOfOrder(view, order);
      if (now !== blocks) found = record;
      blocks = now;
      return true;
    });
    if (found !== null) return found;
    yield begin;
    end = begin;
  }
  return null;
}

function blocksAt(timeline: Timeline, order: number, record: number): number {
  return freeBlocksOfOrder(openState(timeline.stateAt(record)), order);
}
