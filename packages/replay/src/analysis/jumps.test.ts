import { beforeAll, describe, expect, it } from 'vitest';
import { naiveHeaps } from '../../test/naive-heaps.ts';
import type { NaiveHeap } from '../../test/naive-heaps.ts';
import { corpusSource } from '../../test/small-timeline.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { Biographer } from './biography.ts';
import { failureBeside, nthFailure, orderChangeBeside, touchBeside } from './jumps.ts';

const MIXED = 'golden/4.17.direct-map-all.numa.exhaust.heaplay.jsonl.gz';

/** The nearest of rising records behind or before one. */
function nearest(records: readonly number[], from: number, direction: 'next' | 'previous'): number | null {
  if (direction === 'next') return records.find((record) => record > from) ?? null;
  return records.findLast((record) => record < from) ?? null;
}

describe('jumping from record to record', () => {
  let naive: NaiveHeap[];
  let timeline: Timeline;
  let places: number[];
  beforeAll(async () => {
    const source = await corpusSource(MIXED);
    naive = naiveHeaps(source);
    timeline = await timelineOf(source);
    places = Array.from({ length: 60 }, (_, at) => Math.round((timeline.length * at) / 59));
  });

  it('[JUMP-1] to the failure beside it, as a scan finds it', () => {
    const failures = naive.flatMap(({ failures: so }, at) => (so > (naive[at - 1]?.failures ?? 0) ? [at] : []));
    expect(failures.length).toBeGreaterThan(2);
    for (const direction of ['next', 'previous'] as const) {
      const all = [...places, ...failures, ...failures.map((record) => record - 1)];
      expect(all.map((from) => failureBeside(timeline, from, direction))).toEqual(
        all.map((from) => nearest(failures, from, direction)),
      );
    }
    expect(failures.map((_, at) => nthFailure(timeline, at + 1))).toEqual(failures);
    expect(nthFailure(timeline, failures.length + 1)).toBeNull();
  });

  it.each([0, 4, 9])('[JUMP-2] to the record beside it that changed the free blocks of order %i', (order) => {
    const changes = naive.flatMap(({ orders }, at) => {
      if (at === 0) return [];
      return (orders[order] ?? 0) === (naive[at - 1]?.orders[order] ?? 0) ? [] : [at];
    });
    expect(changes.length).toBeGreaterThan(2);
    for (const direction of ['next', 'previous'] as const) {
      expect(places.map((from) => atOnce(orderChangeBeside(timeline, order, from, direction)))).toEqual(
        places.map((from) => nearest(changes, from, direction)),
      );
    }
  });

  it('[JUMP-3] to the record beside it that touched a page; power-on is none', () => {
    const biographer = new Biographer(timeline);
    const results = Array.from({ length: timeline.length }, (_, at) => timeline.table.numberResultAt(at + 1));
    const lives = results.flatMap((result) => (typeof result === 'number' ? [biographer.biography(result)] : []));
    const life = lives.find(({ history }) => history.length > 4) ?? biographer.biography(0);
    const touches = life.history.map(({ record }) => record);
    expect(touches[0]).toBe(0);
    expect(touches.length).toBeGreaterThan(2);
    for (const direction of ['next', 'previous'] as const) {
      expect(places.map((from) => touchBeside(life, from, direction))).toEqual(
        places.map((from) => nearest(touches.slice(1), from, direction)),
      );
    }
  });
});
