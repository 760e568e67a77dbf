import { openState, orderPages, usedBlocks } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { bytesOf, corpusTimeline, smallTimeline } from '../../test/small-timeline.ts';
import { hasFailed, isAllocation } from '../diff/call-class.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isObservation } from '../trace/record-kind.ts';
import { sampleHeap } from './heap-sample.ts';
import { seriesOf, seriesToCsv } from './series.ts';
import { statsOf, symbolOf } from './stats.ts';
import type { CallTotals } from './stats.ts';

const TRACES: readonly string[] = [
  'recordings/x86-2g.4.17.heaplay.jsonl',
  'recordings/x86-512m-core.4.17.heaplay.jsonl',
  'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz',
  'golden/4.17.separate-xenheap.1node.claims.heaplay.jsonl.gz',
  'golden/4.6.direct-map-all.1node.misalign.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz',
];

interface Recount {
  readonly byCall: Record<string, CallTotals>;
  readonly byOrder: Record<string, CallTotals>;
  readonly byDomain: Record<string, CallTotals>;
  readonly byCaller: Record<string, CallTotals>;
  /** Free pages, claims and pages to scrub behind each record, from power-on. */
  readonly heaps: readonly { readonly freePages: number; readonly claims: number; readonly needScrub: number }[];
}

/** Counts a run from power-on, record by record. */
function recount(timeline: Timeline, upTo: number): Recount {
  const { setup, table } = timeline;
  const session = ReplaySession.powerOn(setup.machine, setup.heap);
  const tallies: Record<'byCall' | 'byOrder' | 'byDomain' | 'byCaller', Record<string, CallTotals>> = {
    byCall: {},
    byOrder: {},
    byDomain: {},
    byCaller: {},
  };
  const heaps: Recount['heaps'][number][] = [];
  const note = (): void => {
    const { totals, nodes } = session.heap;
    const needScrub = nodes.reduce((sum, node) => sum + (node?.needScrub ?? 0), 0);
    heaps.push({ freePages: totals.freePages, claims: totals.claims, needScrub });
  };
  note();
  for (let number = 1; number <= upTo; number++) {
    const record = table.record(number);
    if (!isObservation(record)) {
      const { result } = session.apply(record);
      const failed = hasFailed(record.type, result);
      const allocates = isAllocation(record.type);
      const order = 'order' in record ? record.order : 0;
      const pages = allocates && typeof result === 'number' ? orderPages(order) : 0;
      const add = (tally: Record<string, CallTotals>, key: string): void => {
        const { calls, failed: before, pages: had } = tally[key] ?? { calls: 0, failed: 0, pages: 0 };
        tally[key] = { calls: calls + 1, failed: before + (failed ? 1 : 0), pages: had + pages };
      };
      add(tallies.byCall, record.type);
      if (allocates) {
        add(tallies.byOrder, `${order}`);
        add(tallies.byDomain, 'domain' in record && record.domain !== undefined ? `${record.domain}` : 'none');
        add(tallies.byCaller, symbolOf(record.caller?.[0]));
      }
    }
    note();
  }
  return { ...tallies, heaps };
}

describe.each(TRACES)('%s', (path) => {
  it('[STATS-1] the counts are those of a naive recount, at the end and in the middle', async () => {
    const timeline = await corpusTimeline(path);
    for (const upTo of [timeline.length, Math.floor(timeline.length / 2)]) {
      const { byCall, byOrder, byDomain, byCaller, heaps } = recount(timeline, upTo);
      const stats = statsOf(timeline, upTo);
      expect(stats).toMatchObject({ record: upTo, byCall, byOrder, byDomain, byCaller });
      expect(Object.keys(stats.byCall).length).toBe(Object.keys(byCall).length);
      expect(stats.heap).toMatchObject(heaps.at(-1) ?? {});
      const { freePages, claims, needScrub } = stats.highWater;
      expect(claims.value).toBe(Math.max(...heaps.map((heap) => heap.claims)));
      expect(heaps[claims.record]?.claims).toBe(claims.value);
      expect(needScrub.value).toBe(Math.max(...heaps.map((heap) => heap.needScrub)));
      expect(heaps[needScrub.record]?.needScrub).toBe(needScrub.value);
      expect(heaps[freePages.record]?.freePages).toBe(freePages.value);
      const later = heaps.slice(freePages.record).map((heap) => heap.freePages);
      expect(Math.min(...later)).toBe(freePages.value);
    }
  });

  it('[STATS-2] what is held adds up to what is in use, what is free to what is free', async () => {
    const timeline = await corpusTimeline(path);
    const { held, free, heap } = statsOf(timeline);
    const state = timeline.stateAt(timeline.length);
    const inUse = usedBlocks(state).reduce((sum, { order }) => sum + orderPages(order), 0);
    expect(held.reduce((sum, { pages }) => sum + pages, 0)).toBe(inUse);
    expect(held.map(({ pages }) => pages)).toEqual(held.map(({ pages }) => pages).toSorted((a, b) => b - a));
    const { freePages } = openState(state).totals;
    expect(free.reduce((sum, { pages }) => sum + pages, 0)).toBe(freePages);
    const blocks = free.flatMap(({ blocksByOrder }) => blocksByOrder.map((count, order) => count * orderPages(order)));
    expect(blocks.reduce((sum, pages) => sum + pages, 0)).toBe(freePages);
    expect(heap.freePages).toBe(freePages);
  });

  it('[STATS-3] a series as CSV reads back as the figures of each record', async () => {
    const timeline = await corpusTimeline(path);
    const every = Math.max(1, Math.floor(timeline.length / 7));
    const points = seriesOf(timeline, every);
    expect(points.map(({ record }) => record)).toEqual([
      ...Array.from({ length: Math.ceil(timeline.length / every) }, (_, at) => at * every),
      timeline.length,
    ]);
    const [head = '', ...lines] = seriesToCsv(points).trimEnd().split('\r\n');
    const names = head.split(',');
    expect(lines).toHaveLength(points.length);
    lines.forEach((line, at) => {
      const cells = line.split(',');
      const row = Object.fromEntries(names.map((name, column) => [name, cells[column]]));
      const point = points[at];
      if (point === undefined || cells.length !== names.length) throw new Error(`row ${at} has ${cells.length} cells`);
      expect(point).toMatchObject(sampleHeap(openState(timeline.stateAt(point.record))));
      expect(Number(row['record'])).toBe(point.record);
      expect(Number(row['freePages'])).toBe(point.freePages);
      expect(Number(row['failures'])).toBe(timeline.momentAt(point.record).failures);
      for (const { node, freePages } of point.nodes) expect(Number(row[`node${node}.freePages`])).toBe(freePages);
      point.freeBlocksByOrder.forEach((count, order) => expect(Number(row[`order${order}.freeBlocks`])).toBe(count));
      point.unusableByOrder.forEach((share, order) => expect(Number(row[`order${order}.unusable`])).toBe(share));
      for (const { domain, totalPages } of point.domains)
        expect(Number(row[`domain${domain}.totalPages`])).toBe(totalPages);
    });
  });
});

describe('what is counted', () => {
  it('[STATS-4] what is held is told by domain, call and caller', async () => {
    const timeline = await smallTimeline([
      { type: 'init_domheap_pages', ...bytesOf(256, 512) },
      { type: 'domain_create', domain: 1, maxPages: 100 },
      { type: 'alloc_domheap_pages', order: 3, domain: 1, caller: ['build+0x10', 'main+0x2'] },
      { type: 'alloc_domheap_pages', order: 0, domain: 1, caller: ['build+0x10', 'main+0x2'] },
      { type: 'alloc_domheap_pages', order: 0, domain: 1, caller: ['build+0x18', 'main+0x2'] },
      { type: 'alloc_xenheap_pages', order: 1 },
      { type: 'alloc_domheap_pages', order: 0 },
      { type: 'free_domheap_pages', mfn: 504, order: 1 },
    ]);
    const { held, byCaller, highWater } = statsOf(timeline);
    expect(new Set(held)).toEqual(
      new Set([
        { caller: ['build+0x10', 'main+0x2'], call: 'alloc_domheap_pages', domain: 1, pages: 7, blocks: 3 },
        { caller: [], call: 'alloc_xenheap_pages', domain: null, pages: 2, blocks: 1 },
        { caller: ['build+0x18', 'main+0x2'], call: 'alloc_domheap_pages', domain: 1, pages: 1, blocks: 1 },
        { caller: [], call: 'alloc_domheap_pages', domain: null, pages: 1, blocks: 1 },
      ]),
    );
    expect(byCaller).toEqual({
      build: { calls: 3, failed: 0, pages: 10 },
      unknown: { calls: 2, failed: 0, pages: 3 },
    });
    expect(highWater.freePages).toEqual({ value: 243, record: 7 });
  });

  it('[STATS-5] a trace without records has figures too', async () => {
    const timeline = await smallTimeline([]);
    expect(statsOf(timeline)).toMatchObject({ record: 0, byCall: {}, held: [], free: [], heap: { freePages: 0 } });
    expect(seriesOf(timeline, 5).map(({ record }) => record)).toEqual([0]);
    expect(seriesToCsv(seriesOf(timeline, 5)).split('\r\n')).toHaveLength(3);
  });

  it('[STATS-6] memory that is still being laid out is no low-water mark', async () => {
    const timeline = await smallTimeline([
      { type: 'init_domheap_pages', ...bytesOf(256, 257) },
      { type: 'init_domheap_pages', ...bytesOf(512, 1024) },
      { type: 'alloc_domheap_pages', order: 3 },
    ]);
    expect(statsOf(timeline).highWater.freePages).toEqual({ value: 505, record: 3 });
  });
});
