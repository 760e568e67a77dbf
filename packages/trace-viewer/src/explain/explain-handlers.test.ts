import { openState, pageInfo } from '@heaplay/core';
import type { HeapState } from '@heaplay/core';
import {
  NothingToExplain,
  describeFailure,
  describeFreeStep,
  describeStep,
  explainFrees,
  explainRecord,
} from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { engineOf, engineOfRecords } from '../../test/open-engine.ts';
import { explain, failureReason } from './explain-handlers.ts';
import type { PictureLevel, PicturePart } from './explained.ts';

const TRACES = [
  'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz',
  'golden/4.23.separate-xenheap.1node.xenpress.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.numa.claims.heaplay.jsonl.gz',
];

/** What `heaplay explain` is made of. */
function librarySays(
  timeline: Timeline,
  record: number,
): { search: string[]; frees: string[]; reason: string | null; sentence: string | null } {
  let frees: string[] = [];
  try {
    frees = explainFrees(timeline, record).steps.map(describeFreeStep);
    const { steps, reason, failure } = explainRecord(timeline, record);
    return { search: steps.map(describeStep), frees, reason, sentence: failure && describeFailure(failure) };
  } catch (error) {
    if (!(error instanceof NothingToExplain)) throw error;
    return { search: [], frees, reason: null, sentence: null };
  }
}

describe('[VIEW-EXPLAIN-1] each record of a trace', () => {
  it.each(TRACES)('is explained as the library explains it: %s', async (trace) => {
    const { engine, run, timeline } = await engineOf(trace);
    const seen = { splits: 0, merges: 0, failures: 0 };
    for (let record = 0; record <= timeline.length; record += 3) {
      const explained = explain(engine, { run, record });
      const told = librarySays(timeline, record);
      expect(explained.failure?.reason ?? null).toBe(told.reason);
      expect(told.sentence ?? explained.failure?.sentence).toBe(explained.failure?.sentence);
      const all = explained.steps.map(({ text }) => text);
      expect(all.slice(0, told.search.length)).toEqual(told.search.slice(0, 300));
      // A call that does not search may still allocate inside, which only the reducer tells.
      const cut = explained.moreSteps > 0;
      const tail = all.slice(Math.max(0, all.length - told.frees.length));
      expect(tail).toEqual(cut ? tail : told.frees);
      expect(explained.failure !== null).toBe(timeline.hasFailed(record));
      expect(failureReason(engine, { run, record })).toBe(explained.failure?.sentence ?? null);
      expect(JSON.stringify(explained)).not.toMatch(/undefined|NaN/);
      if (explained.failure !== null) seen.failures++;
      seen.splits += explained.pictures.filter(({ kind, levels }) => kind === 'split' && levels.length > 1).length;
      seen.merges += explained.pictures.filter(({ kind, levels }) => kind === 'merge' && levels.length > 1).length;
    }
    expect(Math.min(seen.splits, seen.merges, seen.failures)).toBeGreaterThan(0);
  });
});

describe('[VIEW-EXPLAIN-2] the pictures', () => {
  it('of an allocation are its block, halved: each half is free behind the record, and what is taken is its result', async () => {
    const { engine, run, timeline } = await engineOf(TRACES[0] ?? '');
    for (let record = 1; record <= timeline.length; record += 7) {
      const { pictures, failure } = explain(engine, { run, record });
      const picture = pictures.find(({ kind }) => kind === 'split');
      if (picture === undefined || failure !== null) continue;
      const heap = openState(timeline.stateAt(record));
      const parts = picture.levels.flat();
      for (const { mfn, order } of parts.filter(({ role }) => role === 'back')) {
        expect(pageInfo(heap, mfn)).toMatchObject({ state: 'free', head: mfn, order });
      }
      const taken = parts.filter(({ role }) => role === 'taken').map(({ mfn }) => mfn);
      expect(taken).toEqual([timeline.resultAt(record)]);
    }
  });

  it('of a free end in the block that is free behind the record, and in the neighbour that stopped it', async () => {
    const { engine, run, timeline } = await engineOf(TRACES[0] ?? '');
    let compared = 0;
    for (let record = 1; record <= timeline.length; record += 5) {
      const { row, pictures } = explain(engine, { run, record });
      const [picture, ...others] = pictures;
      if (row.call !== 'free_domheap_pages' || picture === undefined || others.length > 0) continue;
      const heap = openState(timeline.stateAt(record));
      const last = picture.levels.at(-1) ?? [];
      const ours = last.find(({ role }) => role === 'ours');
      expect(pageInfo(heap, ours?.mfn ?? 0)).toMatchObject({ state: 'free', head: ours?.mfn, order: ours?.order });
      for (const { mfn } of last.filter(({ note }) => note.startsWith('in use'))) {
        expect(pageInfo(heap, mfn).state).toMatch(/in-use|outside|offlining/);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });
});

/** How a block that comes back merges, worked out from nothing but the frames as they were before. */
function mergedNaively(before: HeapState, mfn: number, order: number): string[] {
  const heap = openState(before);
  const { platform } = before;
  const levels: string[] = [];
  let [ours, size] = [mfn, order];
  while (size < platform.config.maxOrder) {
    const buddy = Number(BigInt(ours) ^ (1n << BigInt(size)));
    const there = buddy < platform.machine.frames ? pageInfo(heap, buddy) : null;
    const sameNode = there !== null && platform.nodeOf(buddy) === platform.nodeOf(ours);
    if (there?.state !== 'free' || there.head !== buddy || there.order !== size || !sameNode) break;
    levels.push(`${ours}/${size} + ${buddy}/${size}`);
    ours = Math.min(ours, buddy);
    size++;
  }
  return [...levels, `${ours}/${size}`];
}

describe('[VIEW-EXPLAIN-4] the merges of a free', () => {
  it.each(TRACES)('are those of the frames before it, and the whole is free behind it: %s', async (trace) => {
    const { engine, run, timeline } = await engineOf(trace);
    let [frees, merges] = [0, 0];
    for (let record = 1; record <= timeline.length; record++) {
      if (!timeline.recordAt(record).type.startsWith('free_') || timeline.hasFailed(record)) continue;
      const { pictures, nothing } = explain(engine, { run, record });
      const [picture, ...others] = pictures;
      if (nothing !== null || picture?.kind !== 'merge' || others.length > 0) continue;
      const ours = (level: PictureLevel): PicturePart | undefined => level.find(({ role }) => role === 'ours');
      const [first, last] = [picture.levels[0], picture.levels.at(-1)].map((level) => level && ours(level));
      if (first === undefined || last === undefined) throw new Error(`record ${record} shows no block`);
      const shown = picture.levels.flatMap((level) => {
        const buddy = level.find(({ role }) => role === 'buddy');
        const block = ours(level);
        return buddy === undefined ? [] : [`${block?.mfn}/${block?.order} + ${buddy.mfn}/${buddy.order}`];
      });
      const whole = `${last.mfn}/${last.order}`;
      const expected = mergedNaively(timeline.stateAt(record - 1), first.mfn, first.order ?? 0);
      expect([...shown, whole], `record ${record}`).toEqual(expected);
      const behind = pageInfo(openState(timeline.stateAt(record)), last.mfn);
      expect(behind).toMatchObject({ state: 'free', head: last.mfn, order: last.order });
      frees++;
      merges += shown.length;
    }
    expect(Math.min(frees, merges)).toBeGreaterThan(25);
  });
});

const MEMORY = { type: 'init_domheap_pages', start: '0x100000', end: '0x400000' };

describe('[VIEW-EXPLAIN-3] in words', () => {
  it('a block that is halved, and one that merges', async () => {
    const { engine, run } = await engineOfRecords([
      MEMORY,
      { type: 'alloc_domheap_pages', order: 3 },
      { type: 'free_domheap_pages', mfn: 0x3f8, order: 3 },
    ]);
    const [split] = explain(engine, { run, record: 2 }).pictures;
    expect(split?.caption).toBe(
      'Order 3 wanted: the 2 MiB block at 0x200 is halved 6 times. Each lower half goes back to its list on node 0, zone 10; the top 8 pages, at 0x3f8, are taken.',
    );
    expect(
      split?.levels.map((level) => level.map(({ mfn, order, role }) => `${mfn.toString(16)}/${order} ${role}`)),
    ).toEqual([
      ['200/9 found'],
      ['200/8 back', '300/8 on'],
      ['300/7 back', '380/7 on'],
      ['380/6 back', '3c0/6 on'],
      ['3c0/5 back', '3e0/5 on'],
      ['3e0/4 back', '3f0/4 on'],
      ['3f0/3 back', '3f8/3 taken'],
    ]);
    const [merge] = explain(engine, { run, record: 3 }).pictures;
    expect(merge?.caption).toBe(
      '8 pages (32 KiB) at 0x3f8 came back and merged 6 times, up to order 9. Its buddy is in use. The block goes to the tail of the list of node 0, zone 10.',
    );
    expect(merge?.levels.at(-1)?.map(({ role, note }) => `${role}: ${note}`)).toEqual([
      'blocked: in use',
      'ours: merged',
    ]);
  });

  it('a failure, the numbers that prove it, and what would have helped', async () => {
    const { engine, run } = await engineOfRecords([MEMORY, { type: 'alloc_domheap_pages', order: 10 }]);
    const { failure } = explain(engine, { run, record: 2 });
    expect(failure).toMatchObject({ reason: 'exhausted', remedies: ['order 9 instead: it would have got 0x200'] });
    expect(failure?.numbers).toContainEqual(['free there', '768 pages (3 MiB), largest block of order 9']);
  });

  it('a claim that is refused, by the account that was looked at', async () => {
    const { engine, run } = await engineOfRecords([
      MEMORY,
      { type: 'domain_create', domain: 1, maxPages: 9 },
      { type: 'domain_set_outstanding_pages', domain: 1, pages: 50 },
    ]);
    const { failure } = explain(engine, { run, record: 3 });
    expect(failure).toMatchObject({ reason: null, sentence: 'The call answered EINVAL.', remedies: null });
    expect(failure?.numbers).toContainEqual(['d1 may have', '9 pages (36 KiB)']);
  });

  it('what changed, and why there is nothing to explain', async () => {
    const { engine, run } = await engineOfRecords([
      MEMORY,
      { type: 'domain_create', domain: 1, maxPages: 9 },
      { type: 'alloc_domheap_pages', domain: 1, order: 0 },
      { type: 'observe_avail', minBits: 0, maxBits: 0, pages: 767 },
    ]);
    const { changes } = explain(engine, { run, record: 3 });
    expect(changes.counts).toEqual(expect.arrayContaining(['free pages: 768 → 767 (−1)', 'pages of d1: 0 → 1 (+1)']));
    expect(changes.appeared).toContainEqual({ mfn: 0x3ff, text: '0x3ff of order 0 (4 KiB): in use by d1' });
    expect(changes.vanished.map(({ mfn }) => mfn)).toEqual([0x200]);
    expect(explain(engine, { run, record: 2 }).changes.counts).toEqual(['d1 comes into being']);
    expect(explain(engine, { run, record: 4 }).nothing).toMatch(/looked/);
    expect(explain(engine, { run, record: 0 }).nothing).toMatch(/Power-on/);
  });
});
