import { describe, expect, it } from 'vitest';
import { bytesOf, smallTimeline } from '../../test/small-timeline.ts';
import type { RecordJson, SmallMachine } from '../../test/small-timeline.ts';
import { atOnce } from '../timeline/stepwise.ts';
import { Biographer } from './biography.ts';
import { TouchIndex } from './touch-index.ts';

const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 512) };
const alloc = (order: number, more: Readonly<Record<string, unknown>> = {}): RecordJson => ({
  type: 'alloc_domheap_pages',
  order,
  ...more,
});
const free = (mfn: number, order: number): RecordJson => ({ type: 'free_domheap_pages', mfn, order });
const offline = (mfn: number): RecordJson => ({ type: 'offline_page', mfn, broken: false });

/** What is told of a page, as `record state head/order`. */
async function lifeOf(mfn: number, records: readonly RecordJson[], setup: SmallMachine = {}): Promise<string[]> {
  const { history } = new Biographer(await smallTimeline(records, setup)).biography(mfn);
  return history.map(({ record, state, owner, head, order }) =>
    [record, state, ...(owner === null ? [] : [`d${owner}`]), `${head}/${order}`].join(' '),
  );
}

describe('the biography of a page', () => {
  it('[PAGE-1] an allocation elsewhere halves the block that it lies in, a free merges it again', async () => {
    const records = [MEMORY, alloc(3), alloc(0), free(504, 3), free(503, 0)];
    expect(await lifeOf(510, records)).toEqual([
      '0 outside 510/0',
      '1 free 256/8',
      '2 in-use 504/3',
      '4 free 504/3',
      '5 free 256/8',
    ]);
    expect(await lifeOf(256, records)).toEqual(['0 outside 256/0', '1 free 256/8', '2 free 256/7', '5 free 256/8']);
    expect(await lifeOf(500, records)).toEqual([
      '0 outside 500/0',
      '1 free 256/8',
      '2 free 496/3',
      '3 free 500/1',
      '5 free 256/8',
    ]);
  });

  it('[PAGE-1] each half that an allocation leaves, down to the last one', async () => {
    const halves = await Promise.all(
      [256, 384, 448, 480, 496, 504, 508, 510].map((mfn) => lifeOf(mfn, [MEMORY, alloc(0)])),
    );
    expect(halves.map((life) => life.at(-1))).toEqual([
      '2 free 256/7',
      '2 free 384/6',
      '2 free 448/5',
      '2 free 480/4',
      '2 free 496/3',
      '2 free 504/2',
      '2 free 508/1',
      '2 free 510/0',
    ]);
    expect((await lifeOf(511, [MEMORY, alloc(0)])).at(-1)).toBe('2 in-use 511/0');
  });

  it('[PAGE-2] a part of an allocation is freed: the rest is in pieces', async () => {
    const records = [MEMORY, alloc(2), free(511, 0), free(510, 0)];
    expect(await lifeOf(508, records)).toEqual(['0 outside 508/0', '1 free 256/8', '2 in-use 508/2', '3 in-use 508/1']);
    expect(await lifeOf(511, records)).toEqual([
      '0 outside 511/0',
      '1 free 256/8',
      '2 in-use 508/2',
      '3 free 511/0',
      '4 free 510/1',
    ]);
  });

  it('[PAGE-2] a page that is taken offline leaves the rest of its block in pieces', async () => {
    expect(await lifeOf(256, [MEMORY, offline(511)])).toEqual(['0 outside 256/0', '1 free 256/8', '2 free 256/7']);
    expect(await lifeOf(508, [MEMORY, alloc(2), offline(511)])).toEqual([
      '0 outside 508/0',
      '1 free 256/8',
      '2 in-use 508/2',
      '3 in-use 508/1',
    ]);
  });

  it('[PAGE-3] a block that is split and merged within one call is told of the pages that were touched alone', async () => {
    const records: RecordJson[] = [MEMORY, { type: 'domain_create', domain: 1, maxPages: 0 }, alloc(0, { domain: 1 })];
    expect(await lifeOf(256, records)).toEqual(['0 outside 256/0', '1 free 256/8']);
    expect(await lifeOf(511, records)).toEqual(['0 outside 511/0', '1 free 256/8', '3 free 256/8']);
  });

  it('[PAGE-4] frames that were never given to the heap are no block', async () => {
    expect(await lifeOf(7, [MEMORY, alloc(0)])).toEqual(['0 outside 7/0']);
    const records: RecordJson[] = [
      { type: 'domain_create', domain: 1, maxPages: 100 },
      { type: 'assign_pages', domain: 1, mfn: 16, order: 2 },
    ];
    expect(await lifeOf(18, records)).toEqual(['0 outside 18/0', '2 outside d1 18/0']);
  });

  it('[PAGE-5] an allocation and a free cost one touch each, whatever their order', async () => {
    const touches = async (order: number): Promise<number> =>
      atOnce(TouchIndex.ofStepwise(await smallTimeline([MEMORY, alloc(order), free(512 - 2 ** order, order)]))).size;
    expect(await Promise.all([0, 3, 8].map(touches))).toEqual([3, 3, 3]);
  });

  it('[PAGE-6] a frame that the machine does not have', async () => {
    const biographer = new Biographer(await smallTimeline([MEMORY]));
    expect(() => biographer.biography(4096)).toThrow(/frame 4096 is not there/);
    expect(() => biographer.biography(-1)).toThrow(RangeError);
  });
});
