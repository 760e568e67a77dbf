import { HeapBatch, observeHeap, openState, pageInfo, powerOn } from '@heaplay/core';
import type { HeapReader, PageInfo } from '@heaplay/core';
import { AllocationRecords } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { engineOf, engineOfRecords, quietly } from '../../test/open-engine.ts';
import { Cancelled, Job } from '../remote/job.ts';
import { CHANGE_CODES, STATE_CODES } from './life-columns.ts';
import { pageEvents, pageFacts, pageLife, pageOrigin } from './page-handlers.ts';
import type { PageLife } from './page-handlers.ts';
import type { LifeProgress } from './page-lives.ts';

const TRACES = [
  'recordings/x86-2g.4.17.heaplay.jsonl',
  'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.1node.offline.heaplay.jsonl.gz',
];

/** Frames all over a run: what its calls returned, what lies beside, and any. */
function framesOf(timeline: Timeline): number[] {
  const { frames } = timeline.setup.machine;
  const stride = Math.max(1, Math.floor(timeline.length / 12));
  const found = new Set<number>([0, frames - 1]);
  for (let record = stride; record <= timeline.length; record += stride) {
    const result = timeline.resultAt(record);
    if (typeof result !== 'number' || result <= 0 || result >= frames) continue;
    for (const mfn of [result, result + 1, result - 1, result ^ 16]) if (mfn < frames) found.add(mfn);
  }
  return [...found];
}

/** What a biography tells of a page: outside of the heap nothing is a block. */
function toldOf({ mfn, state, owner, head, order }: PageInfo): string {
  return [state, owner ?? -1, ...(state === 'outside' ? [mfn, 0] : [head, order])].join(' ');
}

/** Carries the calls of a trace out from power-on, and looks at the heap behind every record. */
function fromScratch({ table, setup, length }: Timeline, look: (record: number, heap: HeapReader) => void): void {
  let batch = new HeapBatch(powerOn(setup.machine, setup.heap));
  look(0, batch.view);
  for (let record = 1; record <= length; record++) {
    const call = table.callAt(record);
    if (call !== undefined) batch.apply(call);
    look(record, batch.view);
    if (record % 500 === 0) batch = new HeapBatch(batch.commit());
  }
}

const asked = { run: 0, atLeast: Infinity };

describe('[VIEW-PAGE-1] the life of a page', () => {
  it.each(TRACES)('has every record at which it was otherwise than before, and says what it was: %s', async (trace) => {
    const { engine, timeline } = await engineOf(trace);
    const mfns = framesOf(timeline);
    const seen = new Map(mfns.map((mfn) => [mfn, [] as string[]]));
    fromScratch(timeline, (_, heap) => seen.forEach((states, mfn) => states.push(toldOf(pageInfo(heap, mfn)))));
    const kinds = new Set<string>();
    for (const [mfn, states] of seen) {
      const { value: life } = await pageLife(engine, { ...asked, mfn }, quietly());
      expect(life.known).toBe(timeline.length);
      const changed = states.flatMap((state, record) => (state === states[record - 1] ? [] : [record]));
      const records = new Set(life.records);
      expect(
        changed.filter((record) => !records.has(record)),
        `frame ${mfn}`,
      ).toEqual([]);
      const { events } = await pageEvents(engine, { ...asked, mfn, from: 0, count: Infinity }, quietly());
      expect(columnsOf(life)).toEqual(
        events.map(({ event: { record, change, state, owner } }) => ({ record, change, state, owner: owner ?? -1 })),
      );
      for (const { event, row } of events) {
        const { record, state, owner, head, order } = event;
        expect([state, owner ?? -1, head, order].join(' '), `frame ${mfn}, record ${record}`).toBe(states[record]);
        expect(row.record).toBe(record);
        expect(row.call).toBe(record === 0 ? 'power-on' : timeline.recordAt(record).type);
        kinds.add(event.change);
      }
    }
    expect(kinds.size).toBeGreaterThanOrEqual(4);
  });

  it('comes part by part', async () => {
    const { engine, timeline } = await engineOf(TRACES[2] ?? '');
    const all = await Promise.all(
      framesOf(timeline).map((mfn) => pageEvents(engine, { ...asked, mfn, from: 0, count: 999 }, quietly())),
    );
    const longest = all.toSorted((a, b) => b.events.length - a.events.length)[0];
    if (longest === undefined || longest.events.length < 6) throw new Error('no life is long enough');
    for (let from = 0; from <= longest.events.length; from++) {
      const part = await pageEvents(engine, { ...asked, mfn: longest.mfn, from, count: 3 }, quietly());
      expect(part).toEqual({ mfn: longest.mfn, from, events: longest.events.slice(from, from + 3) });
    }
  });

  it('tells how far it is, can be given up, and goes on from there', async () => {
    const { engine, timeline } = await engineOf(TRACES[1] ?? '');
    const told: LifeProgress[] = [];
    const job: Job<LifeProgress> = new Job((progress) => {
      told.push(progress);
      job.cancel();
    });
    await expect(pageLife(engine, { ...asked, mfn: 5 }, job)).rejects.toThrow(Cancelled);
    expect(told).toEqual([{ done: 1024, of: timeline.length }]);
    const before = timeline.replayedCalls;
    const again: LifeProgress[] = [];
    await pageLife(engine, { ...asked, mfn: 5 }, new Job((progress) => again.push(progress)));
    expect(again[0]?.done).toBe(2048);
    expect(timeline.replayedCalls - before).toBeLessThan(timeline.length - 512);
    const calls = timeline.replayedCalls;
    await pageLife(engine, { ...asked, mfn: 5 }, quietly());
    await pageOrigin(engine, { ...asked, mfn: 5, record: 9 }, quietly());
    expect(timeline.replayedCalls).toBe(calls);
  });
});

function columnsOf({ records, changes, states, owners }: PageLife): object[] {
  return Array.from(records, (record, at) => ({
    record,
    change: CHANGE_CODES[changes[at] ?? NaN],
    state: STATE_CODES[states[at] ?? NaN],
    owner: owners[at],
  }));
}

describe('[VIEW-PAGE-2] what a page is behind a record', () => {
  it.each(TRACES)('is what a look at the whole heap from scratch says, its free list too: %s', async (trace) => {
    const { engine, timeline } = await engineOf(trace);
    const mfns = framesOf(timeline);
    const { machine } = timeline.setup;
    const stride = Math.max(1, Math.floor(timeline.length / 25));
    const wanted: {
      readonly record: number;
      readonly pages: readonly PageInfo[];
      readonly lists: Map<number, object>;
    }[] = [];
    fromScratch(timeline, (record, heap) => {
      if (record % stride !== 0) return;
      const lists = new Map<number, object>();
      for (const { node, lists: listed = [] } of observeHeap(heap).nodes) {
        for (const [zone, order, blocks] of listed) {
          const length = blocks.length;
          blocks.forEach(([head], place) => {
            const [before, after] = [blocks[place - 1]?.[0] ?? null, blocks[place + 1]?.[0] ?? null];
            lists.set(head, { node, zone, order, head, length, place, before, after });
          });
        }
      }
      wanted.push({ record, pages: mfns.map((mfn) => pageInfo(heap, mfn)), lists });
    });
    let free = 0;
    for (const { record, pages, lists } of wanted) {
      for (const page of pages) {
        const { mfn, state, head } = page;
        const facts = await pageFacts(engine, { run: 0, record, mfn }, quietly());
        expect(facts.frame).toMatchObject(page);
        expect(facts.list, `frame ${mfn} behind record ${record}`).toEqual(state === 'free' ? lists.get(head) : null);
        expect(facts.frame.ram).toBe(machine.ram.some(([first, end]) => first <= mfn && mfn < end));
        const node = machine.nodes.find(({ ranges }) => ranges.some(([first, end]) => first <= mfn && mfn < end));
        expect(facts.frame.ram ? facts.frame.node : node?.id).toBe(node?.id);
        if (state === 'free') free++;
      }
    }
    expect(free).toBeGreaterThan(0);
  });

  it('its mappings, and how often each was made', async () => {
    const map = { type: 'map_domain_page_global', mfn: 511 };
    const memory = { type: 'init_domheap_pages', start: '0x100000', end: '0x200000' };
    const { engine } = await engineOfRecords([memory, { type: 'alloc_domheap_pages', order: 0 }, map, map]);
    const { mappings, directMap, frame } = await pageFacts(engine, { run: 0, record: 4, mfn: 511 }, quietly());
    expect(mappings.reduce((sum, { references }) => sum + references, 0)).toBe(2);
    expect(directMap).toMatch(/^0x[0-9a-f]+$/);
    expect(frame).toMatchObject({ state: 'in-use', pdx: 511 });
    const before = await pageFacts(engine, { run: 0, record: 2, mfn: 511 }, quietly());
    expect(before.mappings).toEqual([]);
  });

  it('of a frame that the machine does not have there is nothing to be told', async () => {
    const { engine } = await engineOfRecords([]);
    await expect(pageFacts(engine, { run: 0, record: 0, mfn: 4096 }, quietly())).rejects.toThrow(RangeError);
    await expect(pageLife(engine, { ...asked, mfn: 4096 }, quietly())).rejects.toThrow(/frame 4096 is not there/);
  });
});

describe('[VIEW-PAGE-3] who allocated a page', () => {
  it.each(TRACES)('is the last call that returned it, or a block around it: %s', async (trace) => {
    const { engine, timeline } = await engineOf(trace);
    const records = AllocationRecords.of(timeline);
    const stride = Math.max(1, Math.floor(timeline.length / 40));
    let compared = 0;
    for (const mfn of framesOf(timeline)) {
      for (let record = 0; record <= timeline.length; record += stride) {
        const { state } = pageInfo(openState(timeline.stateAt(record)), mfn);
        const used = state === 'in-use' || state === 'offlining';
        const { allocation, age } = await pageOrigin(engine, { ...asked, mfn, record }, quietly());
        expect(allocation?.event.record ?? null).toBe(used ? records.find(mfn, record) : null);
        if (allocation === null) continue;
        compared++;
        const times = timeline.timeAt(timeline.length) > 0;
        expect(age).toBe(times ? timeline.timeAt(record) - timeline.timeAt(allocation.row.record) : null);
        expect(allocation.row.stack).toEqual(timeline.recordAt(allocation.row.record).caller ?? []);
      }
    }
    expect(compared).toBeGreaterThan(20);
  });
});
