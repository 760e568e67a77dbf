import { stateDigest } from '@heaplay/core';
import type { CallRecord } from '@heaplay/core';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, corpusSource, smallSource } from '../../test/small-timeline.ts';
import type { RecordJson } from '../../test/small-timeline.ts';
import { differs } from '../diff/diff-result.ts';
import type { DiffResult } from '../diff/diff-result.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import { changeRecord, editRecords, whatIf } from './what-if.ts';
import type { RecordEdits } from './what-if.ts';

const NOTHING: RecordEdits = { without: new Set(), changed: new Map() };

const SOURCE: readonly RecordJson[] = [
  { type: 'init_domheap_pages', ...bytesOf(256, 512) },
  { type: 'domain_create', domain: 1, maxPages: 100 },
  { type: 'alloc_domheap_pages', order: 3, domain: 1 },
  { type: 'alloc_domheap_pages', order: 0 },
  { type: 'free_domheap_pages', mfn: 504, order: 1 },
  { type: 'free_domheap_pages', mfn: 506, order: 1 },
  { type: 'alloc_xenheap_pages', order: 3 },
  { type: 'free_xenheap_pages', mfn: 488, order: 3 },
  { type: 'domain_kill', domain: 1 },
  { type: 'relinquish_memory', domain: 1 },
];

function without(...records: readonly number[]): RecordEdits {
  return { ...NOTHING, without: new Set(records) };
}

function changed(source: TimelineSource, record: number, change: Readonly<Record<string, unknown>>): RecordEdits {
  const call = source.table.record(record);
  if (isObservation(call)) throw new Error('a call is changed');
  const read = changeRecord(call, change);
  if (!read.ok) throw new Error(read.problem.field);
  return { ...NOTHING, changed: new Map([[record, read.value]]) };
}

async function answer(source: TimelineSource, edits: RecordEdits): Promise<DiffResult> {
  return lastValueFrom(whatIf(source, edits));
}

describe('a run without some of its records', () => {
  it('[WHAT-IF-1] nothing done otherwise differs in nothing', async () => {
    for (const path of [
      'recordings/x86-2g.4.17.heaplay.jsonl',
      'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz',
      'golden/4.6.separate-xenheap.1node.misc.heaplay.jsonl.gz',
    ]) {
      const source = await corpusSource(path);
      const result = await answer(source, NOTHING);
      expect(differs(result)).toBe(false);
      expect(result).toMatchObject({ moved: 0, orphaned: 0, firstDivergence: null, moves: [] });
      expect(result.same).toBe(result.calls);
      expect(result.metrics.a).toEqual(result.metrics.b);
      const edited = await timelineOf(source, { edit: editRecords(NOTHING) });
      const recorded = await timelineOf(source);
      expect(stateDigest(edited.stateAt(edited.length))).toBe(stateDigest(recorded.stateAt(recorded.length)));
    }
  });

  it('[WHAT-IF-2] an allocation that is left out orphans what frees it, and nothing else', async () => {
    const source = smallSource(SOURCE);
    const result = await answer(source, without(3));
    expect(result).toMatchObject({ orphaned: 2, bugs: { a: null, b: null }, failedOnlyInB: 0 });
    expect(differs(result)).toBe(true);
    const timeline = await timelineOf(source, { edit: editRecords(without(3)) });
    expect([3, 5, 6].map((record) => timeline.isSkipped(record))).toEqual([true, true, true]);
    expect([4, 7, 8, 10].map((record) => timeline.isSkipped(record))).toEqual([false, false, false, false]);
    expect(timeline.resultAt(10)).toBe(0);
    // The next ones get what it would have had.
    expect(timeline.resultAt(4)).toBe(511);
  });

  it('[WHAT-IF-3] a domain that is not created orphans every call for it', async () => {
    const result = await answer(smallSource(SOURCE), without(2));
    expect(result).toMatchObject({ orphaned: 5, bugs: { a: null, b: null } });
    expect(result.firstDivergence).toMatchObject({ record: 3, b: 'orphaned' });
  });

  it('[WHAT-IF-4] a free that is left out keeps the pages', async () => {
    const timeline = await timelineOf(smallSource(SOURCE), { edit: editRecords(without(8)) });
    expect(timeline.momentAt(timeline.length).heap.totals.freePages).toBe(256 - 1 - 8);
  });
});

describe('a run with some of its records changed', () => {
  it('[WHAT-IF-5] another order: what frees the whole frees the whole still', async () => {
    const source = smallSource(SOURCE);
    for (const order of [0, 2, 5]) {
      const edits = changed(source, 7, { order });
      const timeline = await timelineOf(source, { edit: editRecords(edits) });
      const free = (record: number): number => timeline.momentAt(record).heap.totals.freePages;
      expect(free(6) - free(7)).toBe(2 ** order);
      expect(free(8)).toBe(free(6));
      expect((await answer(source, edits)).orphaned).toBe(0);
    }
  });

  it('[WHAT-IF-6] a smaller order orphans what frees parts that are not there', async () => {
    const source = smallSource(SOURCE);
    expect(await answer(source, changed(source, 3, { order: 1 }))).toMatchObject({ orphaned: 1, bugs: { b: null } });
    expect(await answer(source, changed(source, 3, { order: 0 }))).toMatchObject({ orphaned: 2, bugs: { b: null } });
    expect(await answer(source, changed(source, 3, { order: 4 }))).toMatchObject({ orphaned: 0, bugs: { b: null } });
  });

  it('[WHAT-IF-7] a frame that is named is the one of the recorded run', async () => {
    const source = smallSource(SOURCE);
    const edits = changed(source, 6, { mfn: 503, order: 0 });
    expect(await answer(source, edits)).toMatchObject({ orphaned: 0, bugs: { b: null } });
  });

  it('[WHAT-IF-8] an allocation that becomes another call has allocated nothing', async () => {
    const source = smallSource(SOURCE);
    const edits = changed(source, 7, { type: 'query_page_offline', mfn: 256, order: null });
    expect(await answer(source, edits)).toMatchObject({ orphaned: 1, bugs: { b: null } });
  });

  it('[WHAT-IF-9] a key that is null is taken out; what came of it is forgotten', () => {
    const { table } = smallSource([{ type: 'alloc_domheap_pages', order: 3, domain: 1, result: 504, virqs: 1, at: 5 }]);
    const read = changeRecord(table.record(1) as CallRecord, { domain: null, flags: ['no_dma'] });
    expect(read.ok && read.value).toEqual({ type: 'alloc_domheap_pages', order: 3, flags: 2, at: 5 });
  });

  it.each([
    [{ order: 'x' }, 'order'],
    [{ order: null }, 'order'],
    [{ ordre: 1 }, 'ordre'],
    [{ type: 'alloc_domheap_page' }, 'type'],
    [{ type: 'end', order: null, records: 3, sha256: 'a'.repeat(64) }, 'type'],
    [{ type: 'observe_digest', order: null, digest: '0123456789abcdef' }, 'type'],
    [{ flags: ['no_such_flag'] }, 'flags'],
  ])('[WHAT-IF-10] %j makes no call: the error names the field', (change, field) => {
    const { table } = smallSource([{ type: 'alloc_domheap_pages', order: 3 }]);
    const read = changeRecord(table.record(1) as CallRecord, change);
    expect(read.ok ? null : read.problem.field).toMatch(new RegExp(`^${field}`));
  });
});
