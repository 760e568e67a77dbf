import type { HeapReader } from '@heaplay/core';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { sampleHeap } from './heap-sample.ts';
import type { HeapSample } from './heap-sample.ts';

/** The figures of a run at one record. */
export interface SeriesPoint extends HeapSample {
  readonly record: number;
  /** Nanoseconds since the trace began, as far as it says. */
  readonly at: number;
  /** Calls so far that did not get what they asked for. */
  readonly failures: number;
}

/** The figures of a run at power-on, behind every `every`-th record, and behind the last one, which is `upTo`. */
export function seriesOf(timeline: Timeline, every: number, upTo: number = timeline.length): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  atOnce(seriesStepwise(timeline, every, upTo, (point) => points.push(point)));
  return points;
}

/** The same for somebody who takes them one by one, pausing on the way. */
export function* seriesStepwise(
  timeline: Timeline,
  every: number,
  upTo: number,
  take: (point: SeriesPoint) => void,
): Stepwise<void> {
  const takeAt = (record: number, heap?: HeapReader): void => take(pointAt(timeline, record, heap));
  takeAt(0);
  if (every < timeline.spacing) {
    // To go from record to record costs less than to go to each of these.
    yield* timeline.walkStepwise(0, upTo, (record, { view }) => {
      if (record % every === 0 || record === upTo) takeAt(record, view);
      return true;
    });
    return;
  }
  for (let record = every; record < upTo; record += every) {
    takeAt(record);
    yield record;
  }
  if (upTo > 0) takeAt(upTo);
}

/** The figures behind a record; `view` is its heap, if somebody has it. */
export function pointAt(timeline: Timeline, record: number, view?: HeapReader): SeriesPoint {
  const { heap, failures } = timeline.momentAt(record, view);
  return { record, at: timeline.timeAt(record), failures, ...sampleHeap(heap) };
}

/** How a series is written as CSV (RFC 4180): a column for each figure; nodes, orders and domains by their numbers. */
export interface SeriesCsv {
  readonly header: string;
  line(point: SeriesPoint): string;
}

/** Columns for a series whose last figures are these: domains come, and none is forgotten. */
export function seriesCsv(last: HeapSample): SeriesCsv {
  const orders = last.freeBlocksByOrder.map((_, order) => order);
  const columns: readonly (readonly [name: string, value: (point: SeriesPoint) => number | ''])[] = [
    ['record', (point) => point.record],
    ['at', (point) => point.at],
    ['freePages', (point) => point.freePages],
    ['claims', (point) => point.claims],
    ['needScrub', (point) => point.needScrub],
    ['largestOrder', (point) => point.largestOrder],
    ['failures', (point) => point.failures],
    ...last.nodes.map(
      ({ node }, at) => [`node${node}.freePages`, (point: SeriesPoint) => point.nodes[at]?.freePages ?? 0] as const,
    ),
    ...orders.map(
      (order) => [`order${order}.freeBlocks`, (point: SeriesPoint) => point.freeBlocksByOrder[order] ?? 0] as const,
    ),
    ...orders.map(
      (order) => [`order${order}.unusable`, (point: SeriesPoint) => point.unusableByOrder[order] ?? 0] as const,
    ),
    ...last.domains.map(
      ({ domain: id }) =>
        [
          `domain${id}.totalPages`,
          (point: SeriesPoint) => point.domains.find(({ domain }) => domain === id)?.totalPages ?? '',
        ] as const,
    ),
  ];
  return {
    header: `${columns.map(([name]) => name).join(',')}\r\n`,
    line: (point) => `${columns.map(([, value]) => value(point)).join(',')}\r\n`,
  };
}

/** A whole series as CSV; nothing for one without points. */
export function seriesToCsv(points: readonly SeriesPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const { header, line } = seriesCsv(last);
  return [header, ...points.map(line)].join('');
}
