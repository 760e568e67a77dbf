import { describe, expect, it } from 'vitest';
import { bytesOf, corpusSource, corpusTimeline, smallTimeline } from '../../test/small-timeline.ts';
import type { RecordJson } from '../../test/small-timeline.ts';
import { GrowingTimeline } from '../timeline/growing-timeline.ts';
import { TraceTable } from '../trace/table.ts';
import { AllocationRecords } from './allocation-records.ts';
import { Biographer, allocationUpTo, lastEventUpTo } from './biography.ts';

const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 512) };
const DOMAIN: RecordJson = { type: 'domain_create', domain: 1, maxPages: 100 };
const alloc = (order: number, more: object = {}): RecordJson => ({ type: 'alloc_domheap_pages', order, ...more });
const free = (mfn: number, order: number): RecordJson => ({ type: 'free_domheap_pages', mfn, order });
const offline = (mfn: number): RecordJson => ({ type: 'offline_page', mfn, broken: false });
const online = (mfn: number): RecordJson => ({ type: 'online_page', mfn });

/** What became of a page, as `record change`. */
async function lifeOf(mfn: number, records: readonly RecordJson[]): Promise<string[]> {
  const { history } = new Biographer(await smallTimeline(records)).biography(mfn);
  return history.map(({ record, change }) => `${record} ${change}`);
}

describe('[PAGE-7] what a record made of a page', () => {
  it('given to the heap, split, allocated, freed, merged', async () => {
    const records = [MEMORY, alloc(3), alloc(0), free(503, 0), free(504, 3)];
    expect(await lifeOf(508, records)).toEqual(['0 power-on', '1 given', '2 allocated', '5 freed']);
    expect(await lifeOf(500, records)).toEqual(['0 power-on', '1 given', '2 split', '3 split', '4 merged', '5 merged']);
  });

  it('given to a domain, its allocation cut', async () => {
    const records = [
      MEMORY,
      DOMAIN,
      alloc(2),
      { type: 'assign_pages', domain: 1, mfn: 508, order: 2 },
      alloc(2, { flags: ['no_owner'] }),
      free(507, 0),
    ];
    expect(await lifeOf(508, records)).toEqual(['0 power-on', '1 given', '3 allocated', '4 assigned']);
    expect((await lifeOf(504, records)).slice(-2)).toEqual(['5 allocated', '6 cut']);
  });

  it('to be offlined, offlined, put back', async () => {
    const records = [MEMORY, alloc(0), offline(511), online(511), offline(511), free(511, 0), online(511)];
    const life = await lifeOf(511, records);
    expect(life.slice(-6)).toEqual([
      '2 allocated',
      '3 offlining',
      '4 onlined',
      '5 offlining',
      '6 offlined',
      '7 onlined',
    ]);
  });

  it('scrubbed', async () => {
    const records = [
      MEMORY,
      { type: 'free_heap_pages', mfn: 600, order: 0, dirty: true },
      { type: 'scrub_free_pages' },
    ];
    expect((await lifeOf(600, records)).at(-1)).toBe('3 scrubbed');
  });
});

const TRACES = [
  'golden/4.6.direct-map-all.numa.offline.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz',
  'recordings/x86-2g.4.17.heaplay.jsonl',
];

describe('[PAGE-8] who allocated a page', () => {
  it.each(TRACES)('%s: as the calls and their results say without a heap', async (path) => {
    const timeline = await corpusTimeline(path);
    const [biographer, records] = [new Biographer(timeline), AllocationRecords.of(timeline)];
    const stride = Math.max(1, Math.floor(timeline.length / 200));
    let compared = 0;
    for (let from = stride; from <= timeline.length; from += stride) {
      const mfn = timeline.resultAt(from);
      if (typeof mfn !== 'number' || mfn <= 0 || mfn >= timeline.setup.machine.frames) continue;
      const biography = biographer.biography(mfn);
      for (let record = 0; record <= timeline.length; record += stride) {
        const { state } = biography.history[lastEventUpTo(biography, record)] ?? { state: 'outside' };
        const used = state === 'in-use' || state === 'offlining';
        if (used) compared++;
        const found = allocationUpTo(biography, record)?.record ?? null;
        expect(found, `frame ${mfn} behind record ${record}`).toBe(used ? records.find(mfn, record) : null);
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe('[PAGE-9] biographies of a run that grows', () => {
  it('are those of the whole run in the end, whoever gave up on the way, or went along', async () => {
    const whole = await corpusSource('golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz');
    const expected = new Biographer(await corpusTimeline(whole.name));
    const table = new TraceTable();
    const growing = new GrowingTimeline({ ...whole, table });
    const biographer = new Biographer(growing.timeline());
    let known = 0;
    for (let record = 1; record <= whole.table.length; record++) {
      table.append(whole.table.record(record));
      if (record % 3001 !== 0 && record !== whole.table.length) continue;
      while (growing.advance());
      biographer.grow(growing.timeline());
      // Two are at it in turns, and neither comes to its end.
      const both = [biographer.prepare(), biographer.prepare()];
      for (const work of both) work.next();
      both[0]?.next();
      expect(biographer.known).toBeGreaterThan(known);
      ({ known } = biographer);
    }
    const frames = [...Array(40).keys()]
      .map((at) => whole.table.length - at * 97)
      .map((record) => growing.timeline().resultAt(record));
    const looked = frames.flatMap((mfn) => (typeof mfn === 'number' && mfn > 0 ? [mfn] : []));
    expect(looked.length).toBeGreaterThan(5);
    for (const mfn of looked) expect(biographer.biography(mfn)).toEqual(expected.biography(mfn));
  });
});
