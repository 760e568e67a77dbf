import { beforeAll, describe, expect, it } from 'vitest';
import { naiveHeaps } from '../../test/naive-heaps.ts';
import type { NaiveHeap } from '../../test/naive-heaps.ts';
import { corpusSource } from '../../test/small-timeline.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { columnsOf, evenRecords, keptRecords, sampleRecord, sampleStepwise } from './run-samples.ts';
import type { RunSample, SampleColumns, SampleLine } from './run-samples.ts';

const NUMA = 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz';
const MIXED = 'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz';

/** What lines say at a sample, without zeros. */
function linesAt(lines: readonly SampleLine[], at: number): Record<number, number> {
  return Object.fromEntries(lines.flatMap(({ id, values }) => (values[at] === 0 ? [] : [[id, values[at] ?? NaN]])));
}

function naiveAt(columns: SampleColumns, at: number): NaiveHeap {
  return {
    freePages: columns.freePages[at] ?? NaN,
    failures: columns.failures[at] ?? NaN,
    nodes: linesAt(columns.nodes, at),
    zones: linesAt(columns.zones, at),
    orders: linesAt(columns.orders, at),
    domains: linesAt(columns.domains, at),
  };
}

describe.each([NUMA, MIXED])('samples of %s', (path) => {
  let naive: NaiveHeap[];
  let timeline: Timeline;
  beforeAll(async () => {
    const source = await corpusSource(path);
    naive = naiveHeaps(source);
    timeline = await timelineOf(source);
  });

  it('[SAMPLE-1] each is what a replay from power-on counts, block by block', () => {
    const records = [...new Set(evenRecords(timeline, 0, timeline.length, 97, 'records'))];
    const samples: RunSample[] = [];
    atOnce(sampleStepwise(timeline, records, (sample) => samples.push(sample)));
    const columns = columnsOf(samples, 100);
    expect([...columns.records]).toEqual(records);
    expect(records.map((_, at) => naiveAt(columns, at))).toEqual(records.map((record) => naive[record]));
    // From one kept state to the next it says the same.
    expect(
      columnsOf(
        records.map((record) => sampleRecord(timeline, record)),
        100,
      ).orders,
    ).toEqual(columns.orders);
  });

  it('[SAMPLE-2] the least that was free between two samples is told, though neither of them saw it', () => {
    const records = [...new Set(evenRecords(timeline, 3, timeline.length, 11, 'records'))];
    const samples: RunSample[] = [];
    atOnce(sampleStepwise(timeline, records, (sample) => samples.push(sample)));
    const least = records.map((record, at) => {
      const first = at === 0 ? record : (records[at - 1] ?? 0) + 1;
      return Math.min(...naive.slice(first, record + 1).map(({ freePages }) => freePages));
    });
    expect(samples.map(({ lowestFree }) => lowestFree)).toEqual(least);
    expect(least.some((value, at) => value < (samples[at]?.freePages ?? 0))).toBe(true);
  });

  it('[SAMPLE-3] kept states cost no replay, except at the two ends', () => {
    const records = keptRecords(timeline, 0, timeline.length, 4);
    expect(records.length).toBeLessThanOrEqual(6);
    const before = timeline.replayedCalls;
    for (const record of records) sampleRecord(timeline, record);
    expect(timeline.replayedCalls - before).toBeLessThan(timeline.spacing);
    expect([records[0], records.at(-1)]).toEqual([0, timeline.length]);
  });

  it('[SAMPLE-4] records along time are the last ones up to equally spaced times', () => {
    const edges = evenRecords(timeline, 0, timeline.length, 40, 'time');
    const end = timeline.timeAt(timeline.length);
    const expected = edges.map((_, at) => {
      if (at === 0 || at === 40) return at === 0 ? 0 : timeline.length;
      let last = 0;
      while (last < timeline.length && timeline.timeAt(last + 1) <= (end * at) / 40) last++;
      return last;
    });
    expect(edges).toEqual(expected);
  });

  it('[SAMPLE-5] the domains with most pages come first, and no more than were asked for', () => {
    const samples = evenRecords(timeline, 0, timeline.length, 9, 'records').map((one) => sampleRecord(timeline, one));
    const all = columnsOf(samples, 100).domains;
    const peaks = all.map(({ values }) => Math.max(...values));
    expect(peaks).toEqual(peaks.toSorted((a, b) => b - a));
    expect(columnsOf(samples, 1).domains).toEqual(all.slice(0, 1));
  });
});
