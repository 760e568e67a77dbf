import { openState } from '@heaplay/core';
import type { DomainId, HeapReader, NodeId } from '@heaplay/core';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { pointAt } from './series.ts';
import type { SeriesPoint } from './series.ts';

/** What records are counted along: themselves, or the time at which they were made. */
export type RunAxis = 'records' | 'time';

/** The figures of a run at one record of a picture. */
export interface RunSample extends SeriesPoint {
  /** Free pages of each zone, over all nodes. */
  readonly zones: readonly number[];
  /** The least that was free behind any record since the sample before, as far as somebody went through them. */
  readonly lowestFree: number;
}

/** A figure of one of many (nodes, zones, orders, domains), at each sample. */
export interface SampleLine<Id extends number = number> {
  readonly id: Id;
  readonly values: Float64Array;
}

/** Samples as columns: what a picture is drawn from. Pages, unless said. */
export interface SampleColumns {
  /** Rising, no number twice. */
  readonly records: Float64Array;
  /** Nanoseconds since the trace began. */
  readonly at: Float64Array;
  readonly freePages: Float64Array;
  readonly lowestFree: Float64Array;
  readonly claims: Float64Array;
  readonly needScrub: Float64Array;
  /** Calls so far that did not get what they asked for. */
  readonly failures: Float64Array;
  /** Free pages. */
  readonly nodes: readonly SampleLine<NodeId>[];
  /** Free pages; only zones that ever have any. */
  readonly zones: readonly SampleLine[];
  /** Free blocks. */
  readonly orders: readonly SampleLine[];
  /** Pages of the domains that have most at any sample, those with most first; 0 where there is no such domain. */
  readonly domains: readonly SampleLine<DomainId>[];
}

/** Takes the figures behind a record; `heap` is its heap, if somebody has it. */
export function sampleRecord(
  timeline: Timeline,
  record: number,
  heap: HeapReader = openState(timeline.stateAt(record)),
  lowestFree: number = heap.totals.freePages,
): RunSample {
  return { ...pointAt(timeline, record, heap), zones: freeByZone(heap), lowestFree };
}

/**
 * Goes through a run from the first of `records`, which rise, to the last, and takes a sample behind each of them.
 * `each` looks at the heap behind every record on the way.
 */
export function* sampleStepwise(
  timeline: Timeline,
  records: readonly number[],
  take: (sample: RunSample) => void,
  each: (record: number, heap: HeapReader) => void = () => {},
): Stepwise<void> {
  const first = records[0];
  if (first === undefined) return;
  take(sampleRecord(timeline, first));
  let next = 1;
  let lowest = Infinity;
  yield* timeline.walkStepwise(first, records.at(-1) ?? first, (record, { view }) => {
    const { freePages } = view.totals;
    if (freePages < lowest) lowest = freePages;
    each(record, view);
    if (record !== records[next]) return true;
    take(sampleRecord(timeline, record, view, lowest));
    lowest = Infinity;
    next++;
    return true;
  });
}

/**
 * Records from `from` to `to`, both among them, of which all others are kept states: to look at them costs no replay.
 * At most `most` and two, equally far apart by a power of two of the spacing, so that a run that has grown is asked for
 * much the same ones.
 */
export function keptRecords(timeline: Timeline, from: number, to: number, most: number): number[] {
  let step = timeline.spacing;
  while ((to - from) / step > most) step *= 2;
  const records = [from];
  for (let record = Math.floor(from / step + 1) * step; record < to; record += step) records.push(record);
  if (to > from) records.push(to);
  return records;
}

/** `parts` + 1 records from `from` to `to`, equally far apart along an axis; some are there twice if they are few. */
export function evenRecords(timeline: Timeline, from: number, to: number, parts: number, axis: RunAxis): number[] {
  const begin = timeline.timeAt(from);
  const span = timeline.timeAt(to) - begin;
  return Array.from({ length: parts + 1 }, (_, at) => {
    if (at === parts) return to;
    if (at === 0) return from;
    if (axis === 'records') return from + Math.round(((to - from) * at) / parts);
    return Math.min(Math.max(timeline.recordAtTime(begin + (span * at) / parts), from), to);
  });
}

/** Samples as columns, with the `domains` domains that have most. */
export function columnsOf(samples: readonly RunSample[], domains: number): SampleColumns {
  const column = (value: (sample: RunSample) => number): Float64Array => Float64Array.from(samples, value);
  const last = samples.at(-1);
  const nodes = last?.nodes ?? [];
  const zones = (last?.zones ?? []).map((_, id) => ({ id, values: column((sample) => sample.zones[id] ?? 0) }));
  return {
    records: column(({ record }) => record),
    at: column(({ at }) => at),
    freePages: column(({ freePages }) => freePages),
    lowestFree: column(({ lowestFree }) => lowestFree),
    claims: column(({ claims }) => claims),
    needScrub: column(({ needScrub }) => needScrub),
    failures: column(({ failures }) => failures),
    nodes: nodes.map(({ node }, at) => ({ id: node, values: column((sample) => sample.nodes[at]?.freePages ?? 0) })),
    zones: zones.filter(({ values }) => values.some((value) => value > 0)),
    orders: (last?.freeBlocksByOrder ?? []).map((_, id) => ({
      id,
      values: column((sample) => sample.freeBlocksByOrder[id] ?? 0),
    })),
    domains: largestDomains(samples, domains),
  };
}

function largestDomains(samples: readonly RunSample[], most: number): SampleLine<DomainId>[] {
  const peaks = new Map<DomainId, number>();
  for (const { domains } of samples) {
    for (const { domain, totalPages } of domains) {
      if (totalPages > (peaks.get(domain) ?? 0)) peaks.set(domain, totalPages);
    }
  }
  const largest = [...peaks].toSorted(([a, x], [b, y]) => y - x || a - b).slice(0, most);
  const lines = new Map(largest.map(([id]) => [id, { id, values: new Float64Array(samples.length) }]));
  samples.forEach(({ domains }, at) => {
    for (const { domain, totalPages } of domains) {
      const line = lines.get(domain);
      if (line !== undefined) line.values[at] = totalPages;
    }
  });
  return [...lines.values()];
}

function freeByZone({ platform, nodes, lists }: HeapReader): number[] {
  return Array.from({ length: platform.zones }, (_, zone) => {
    let pages = 0;
    for (const node of nodes) if (node?.ready === true) pages += lists.zonePages(node.id, zone);
    return pages;
  });
}
