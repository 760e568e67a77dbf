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
  return atOnce(seriesStepwise(timeline, every, upTo));
}

/** The same, pausing on the way. */
export function* seriesStepwise(
  timeline: Timeline,
  every: number,
  upTo: number = timeline.length,
): Stepwise<SeriesPoint[]> {
  const points: SeriesPoint[] = [];
  const take = (record: number): void => {
    const { heap, failures } = timeline.momentAt(record);
    points.push({ record, at: timeline.timeAt(record), failures, ...sampleHeap(heap) });
  };
  for (let record = 0; record < upTo; record += every) {
    take(record);
    yield record;
  }
  take(upTo);
  return points;
}

/** A series as CSV (RFC 4180): a column for each figure; nodes, orders and domains by their numbers. */
export function seriesToCsv(points: readonly SeriesPoint[]): string {
  const nodes = points[0]?.nodes.map(({ node }) => node) ?? [];
  const orders = points[0]?.freeBlocksByOrder.map((_, order) => order) ?? [];
  const domains = [...new Set(points.flatMap((point) => point.domains.map(({ domain }) => domain)))].toSorted(
    (a, b) => a - b,
  );
  const columns: readonly (readonly [name: string, value: (point: SeriesPoint) => number | ''])[] = [
    ['record', (point) => point.record],
    ['at', (point) => point.at],
    ['freePages', (point) => point.freePages],
    ['claims', (point) => point.claims],
    ['needScrub', (point) => point.needScrub],
    ['largestOrder', (point) => point.largestOrder],
    ['failures', (point) => point.failures],
    ...nodes.map((id, at) => [`node${id}.freePages`, (point: SeriesPoint) => point.nodes[at]?.freePages ?? 0] as const),
    ...orders.map(
      (order) => [`order${order}.freeBlocks`, (point: SeriesPoint) => point.freeBlocksByOrder[order] ?? 0] as const,
    ),
    ...orders.map(
      (order) => [`order${order}.unusable`, (point: SeriesPoint) => point.unusableByOrder[order] ?? 0] as const,
    ),
    ...domains.map(
      (id) =>
        [
          `domain${id}.totalPages`,
          (point: SeriesPoint) => point.domains.find(({ domain }) => domain === id)?.totalPages ?? '',
        ] as const,
    ),
  ];
  const lines = [columns.map(([name]) => name), ...points.map((point) => columns.map(([, value]) => value(point)))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
