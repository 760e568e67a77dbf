import { MEM_FLAG_NAMES, dirtyRuns, openState } from '@heaplay/core';
import { describe, expect, test } from 'vitest';
import { explainRecord } from '../analysis/explain.ts';
import { freeZones } from '../analysis/heap-sample.ts';
import { isAllocation } from '../diff/call-class.ts';
import { reconfigure } from '../rebase/reconfigure.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { recordToJson, resultToJson } from '../trace/encode-record.ts';
import { bytesOf, corpusSource, smallSource } from '../../test/small-timeline.ts';
import { allocationShape, blocksWalked, framesFollowed } from '../../test/table-oracles.ts';
import { tableRows } from '../../test/table-rows.ts';
import { runTables } from './run-tables.ts';
import { TABLE_NAMES, columnsOf } from './table-schema.ts';

const TRACES = [
  'recordings/x86-2g.4.17.heaplay.jsonl',
  'recordings/arm64-2g.4.17.heaplay.jsonl',
  'golden/4.6.separate-xenheap.1node.xenpress.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.numa.claims.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.numa.offline.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.bug_overlap.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz',
];

/** Numbers of the records that are calls, up to the one that stops Xen. */
function callsOf(timeline: Timeline): number[] {
  const { table, bug } = timeline;
  return Array.from({ length: bug?.record ?? table.length }, (_, at) => at + 1).filter(
    (record) => !table.isObservationAt(record),
  );
}

describe.each(TRACES)('the tables of %s', (path) => {
  test('[TABLE-1] have a row for each call, with what it asked for, what came of it and why', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const { calls } = tableRows(source, { tables: ['calls'], batchRows: 100 }).rows;
    const timed = source.table.atAt(2) !== undefined;
    const expected = callsOf(timeline).map((record) => {
      const json = recordToJson(source.table.record(record));
      const stopped = record === timeline.bug?.record;
      const result = stopped ? undefined : resultToJson(timeline.resultAt(record));
      const failed = !stopped && timeline.hasFailed(record);
      const isAlloc = isAllocation(json['type'] as 'alloc_domheap_pages');
      const heap = openState(timeline.stateAt(stopped ? record - 1 : record));
      return {
        record,
        at_ns: timed ? timeline.timeAt(record) : null,
        call: json['type'],
        domain: json['domain'] ?? null,
        page_order: json['order'] ?? null,
        mfn: isAlloc || json['type'] === 'alloc_boot_pages' ? (result ?? null) : (json['mfn'] ?? null),
        flags: (json['flags'] as string[] | undefined)?.join('|') || null,
        result: result === undefined ? null : JSON.stringify(result),
        failed,
        failure_reason: failed && isAlloc ? (explainRecord(timeline, record).failure?.reason ?? null) : null,
        bug: stopped ? timeline.bug?.kind : null,
        free_pages: heap.totals.freePages,
        stack: (json['caller'] as string[] | undefined)?.join(';') ?? null,
      };
    });
    expect(
      calls.map((row) => Object.fromEntries(Object.keys(expected[0] ?? {}).map((key) => [key, row[key as 'mfn']]))),
    ).toEqual(expected);
    for (const { flags } of calls) for (const flag of flags?.split('|') ?? []) expect(MEM_FLAG_NAMES).toContain(flag);
  });

  test('[TABLE-2] tell each allocation as the heap has it, frame by frame', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const { allocations } = tableRows(source, { tables: ['allocations'], batchRows: 7 }).rows;
    expect(allocations.toSorted((a, b) => a.record - b.record).map(allocationShape)).toEqual(framesFollowed(timeline));
    const ends = allocations.map(({ freed_record: end, record }) => [end ?? Infinity, end === null ? record : 0]);
    const inOrder = ends.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => (a === c ? b - d : a - c));
    expect(ends).toEqual(inOrder);
    for (const { at_ns: at, freed_at_ns: end, lifetime_ns: life, record, freed_record: freed } of allocations) {
      if (at === null) continue;
      expect(at).toBe(timeline.timeAt(record));
      if (freed === null) continue;
      expect([end, life]).toEqual([timeline.timeAt(freed), timeline.timeAt(freed) - at]);
    }
  });

  test('[TABLE-3] sample free memory: every so many records, and the last; a list that runs empty says so', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const every = 50;
    const rows = tableRows(source, { tables: ['free_memory'], every }).rows.free_memory;
    const samples = Array.from({ length: Math.floor(timeline.length / every) + 1 }, (_, at) => at * every);
    if (samples.at(-1) !== timeline.length) samples.push(timeline.length);
    const expected: object[] = [];
    let before = new Set<string>();
    for (const record of samples) {
      const now = new Set<string>();
      for (const { node, zone, blocksByOrder } of freeZones(openState(timeline.stateAt(record)))) {
        for (const [order, blocks] of blocksByOrder.entries()) {
          if (blocks === 0) continue;
          now.add(`${node} ${zone} ${order}`);
          expected.push({ record, node, zone, page_order: order, blocks, pages: blocks * 2 ** order });
        }
      }
      for (const list of [...before].filter((name) => !now.has(name))) {
        const [node, zone, order] = list.split(' ').map(Number);
        expected.push({ record, node, zone, page_order: order, blocks: 0, pages: 0 });
      }
      before = now;
    }
    expect(rows.map(({ at_ns: at, ...row }) => (at === null || at >= 0 ? row : null))).toEqual(expected);
  });

  test('[TABLE-4] show the heap block by block, so that each frame is what it is', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    for (const at of [0, Math.floor(timeline.length / 2), timeline.length]) {
      const { pages } = tableRows(source, { tables: ['pages'], at }).rows;
      expect(pages.map(({ mfn, page_order: order, state, domain }) => [mfn, order, state, domain])).toEqual(
        blocksWalked(timeline.stateAt(at)),
      );
      const heap = openState(timeline.stateAt(at));
      const sum = (key: 'pages' | 'dirty_pages'): number =>
        pages.filter(({ state }) => state === 'free').reduce((total, row) => total + (row[key] ?? 0), 0);
      expect(sum('pages')).toBe(heap.totals.freePages);
      expect(sum('dirty_pages')).toBe(dirtyRuns(heap).reduce((total, [, length]) => total + length, 0));
    }
  });

  test('[TABLE-5] name the allocation that a block is left of', async () => {
    const source = await corpusSource(path);
    const { rows } = tableRows(source);
    const held = new Map(rows.allocations.filter(({ held_pages: left }) => left > 0).map((row) => [row.record, row]));
    const left = new Map<number, number>();
    for (const { record, mfn, pages, state } of rows.pages) {
      if (record === null) continue;
      const allocation = held.get(record);
      if (allocation === undefined) throw new Error(`block ${mfn} is of record ${record}, which holds nothing`);
      expect(state).toMatch(/in-use|offlining/);
      expect(mfn).toBeGreaterThanOrEqual(allocation.mfn);
      expect(mfn + pages).toBeLessThanOrEqual(allocation.mfn + allocation.pages);
      left.set(record, (left.get(record) ?? 0) + pages);
    }
    const expected = [...held.values()].filter(({ heap }) => heap !== 'boot');
    expect(new Map([...left].toSorted(([a], [b]) => a - b))).toEqual(
      new Map(expected.map((row) => [row.record, row.held_pages] as const).toSorted(([a], [b]) => a - b)),
    );
  });
});

describe('a run under another configuration', () => {
  const path = 'recordings/x86-2g.4.17.heaplay.jsonl';

  test('[TABLE-6] makes the calls that it makes there, those that start-up plans anew and orphans marked', async () => {
    const source = await corpusSource(path);
    const to = reconfigure(source.header, { mode: 'separate-xenheap' });
    const timeline = await timelineOf(source, { to });
    const { rows, end } = tableRows(source, { to, every: 100 });
    const made: unknown[] = [];
    for (let record = 1; record <= timeline.length; record++) {
      timeline.forEachCall(record, ({ type }) => made.push([record, type]));
    }
    const carriedOut = rows.calls.filter(({ orphaned }) => !orphaned);
    expect(carriedOut.map(({ record, call }) => [record, call])).toEqual(made);
    expect(end).toEqual({ kind: 'end', records: timeline.length, bug: null });
    const own = carriedOut.filter(({ planned, call }) => !planned && !call.startsWith('init_'));
    expect(own.map(({ record, result }) => [record, result])).toEqual(
      own.map(({ record }) => {
        const result = timeline.resultAt(record);
        return [record, result === undefined ? null : JSON.stringify(resultToJson(result))];
      }),
    );
    expect(rows.calls.filter(({ planned }) => planned).length).toBeGreaterThan(0);
    const failures = own.filter(({ failed }) => failed);
    expect(failures.map(({ record }) => record)).toEqual(
      Array.from({ length: timeline.length }, (_, at) => at + 1).filter((record) => timeline.hasFailed(record)),
    );
    expect(failures.map(({ failure_reason: reason }) => reason)).toEqual(
      failures.map(({ record }) => explainRecord(timeline, record).failure?.reason),
    );
    expect(rows.pages.map(({ mfn, page_order: order, state, domain }) => [mfn, order, state, domain])).toEqual(
      blocksWalked(timeline.stateAt(timeline.length)),
    );
    const free = openState(timeline.stateAt(timeline.length)).totals.freePages;
    expect(rows.calls.at(-1)?.free_pages).toBe(free);
    const last = rows.free_memory.filter(({ record }) => record === timeline.length);
    expect(last.reduce((sum, { pages }) => sum + pages, 0)).toBe(free);
  });

  test('[TABLE-7] leaves calls out that need what failed there', async () => {
    const source = smallSource([
      { type: 'init_domheap_pages', ...bytesOf(0, 64) },
      { type: 'init_domheap_pages', ...bytesOf(1024, 1280) },
      { type: 'end_boot_allocator' },
      { type: 'alloc_domheap_pages', order: 7 },
      { type: 'free_domheap_pages', mfn: 1152, order: 7 },
    ]);
    const to = reconfigure(source.header, { heap: { maxOrder: 6 } });
    const { calls } = tableRows(source, { to }).rows;
    const used = calls.filter(({ planned }) => !planned).slice(-2);
    expect(used).toMatchObject([
      { record: 4, failed: true, orphaned: false, failure_reason: 'order-too-large', result: 'null' },
      { record: 5, failed: false, orphaned: true, result: null },
    ]);
  });
});

describe('a walk', () => {
  test('[TABLE-8] gives the tables that are wanted, in batches of the size that is wanted', async () => {
    const source = await corpusSource('golden/4.17.direct-map-all.1node.build.heaplay.jsonl.gz');
    for (const table of TABLE_NAMES) {
      const batches = [...runTables(source, { tables: [table], batchRows: 64 })].filter((item) => item.kind === 'rows');
      expect(new Set(batches.map((batch) => batch.table))).toEqual(new Set([table]));
      expect(batches.slice(0, -1).every(({ length }) => length === 64)).toBe(true);
      expect(batches.every(({ columns, length }) => columns.every((column) => column.length === length))).toBe(true);
      expect(batches.every(({ columns }) => columns.length === columnsOf(table).length)).toBe(true);
    }
  });

  test('[TABLE-9] ends as soon as it has the heap that it was asked for', async () => {
    const source = await corpusSource('recordings/x86-2g.4.17.heaplay.jsonl');
    const { end } = tableRows(source, { tables: ['pages'], at: 100 });
    expect(end).toEqual({ kind: 'end', records: 100, bug: null });
    const calls = tableRows(source, { tables: ['calls'] }).rows.calls;
    expect(tableRows(source, { tables: ['calls'], at: 100 }).rows.calls).toEqual(calls);
  });

  test('[TABLE-10] tells where Xen stopped, and gives back what that call had freed', async () => {
    const source = await corpusSource('golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz');
    const timeline = await timelineOf(source);
    const { rows, end } = tableRows(source);
    expect(end?.bug).toEqual(timeline.bug);
    expect(rows.calls.at(-1)).toMatchObject({ record: timeline.bug?.record, bug: timeline.bug?.kind });
    expect(rows.free_memory.at(-1)?.record).toBe(timeline.length);
  });

  test('[TABLE-11] knows no time where the trace has none', () => {
    const records = [
      { type: 'init_domheap_pages', ...bytesOf(256, 512) },
      { type: 'end_boot_allocator' },
      { type: 'alloc_domheap_pages', order: 0 },
    ];
    const { rows } = tableRows(smallSource(records));
    expect(rows.calls.map(({ at_ns: at }) => at)).toEqual([null, null, null]);
    expect(rows.allocations.map(({ at_ns: at, lifetime_ns: life }) => [at, life])).toEqual([[null, null]]);
    const late = tableRows(smallSource([...records, { type: 'query_page_offline', mfn: 300, at: 7 }]));
    expect(late.rows.calls.map(({ at_ns: at }) => at)).toEqual([0, 0, 0, 7]);
  });
});
