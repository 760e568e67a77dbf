import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../test/differential/random-numbers.ts';
import { host } from '../../test/dsl/host.ts';
import { Transaction } from './transaction.ts';

const FRAMES = 2 ** 12;

function transaction(frames: number = FRAMES): Transaction {
  return new Transaction(host({ frames }));
}

describe('[BUDDY-2] dirty marks', () => {
  it('[BUDDY-2] a block is marked or cleared as a whole, its neighbours are not touched', () => {
    const { dirty } = transaction();
    dirty.assign(64, 5, true);
    dirty.assign(72, 3, false);
    expect([63, 64, 71, 72, 79, 80, 95, 96].map((mfn) => dirty.has(mfn))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
    expect([dirty.count(64, 5), dirty.count(64, 4), dirty.count(0, 12)]).toEqual([24, 8, 24]);
  });

  it('[BUDDY-2] the first dirty or clean page of a range is found, across blocks that are alike', () => {
    const { dirty } = transaction(2 ** 20);
    dirty.assign(2 ** 18, 18, true);
    dirty.assign(2 ** 18 + 4096, 0, false);
    expect(dirty.firstDirty(0, 2 ** 20)).toBe(2 ** 18);
    expect(dirty.firstDirty(0, 2 ** 18)).toBe(-1);
    expect(dirty.firstClean(2 ** 18, 2 ** 20)).toBe(2 ** 18 + 4096);
    expect(dirty.firstClean(2 ** 18 + 4097, 2 ** 20)).toBe(2 ** 19);
    expect(dirty.firstClean(2 ** 18 + 4097, 2 ** 19)).toBe(-1);
  });

  it('[BUDDY-2] answers as a plain set of frames does', () => {
    const pick = randomNumbers(20260811);
    const { dirty } = transaction();
    const plain = new Set<number>();
    for (let step = 0; step < 400; step++) {
      const order = pick(11);
      const mfn = pick(FRAMES / 2 ** order) * 2 ** order;
      const mark = pick(2) === 0;
      dirty.assign(mfn, order, mark);
      for (let page = mfn; page < mfn + 2 ** order; page++) {
        if (mark) plain.add(page);
        else plain.delete(page);
      }
      const from = pick(FRAMES);
      const size = pick(12);
      const block = Math.floor(from / 2 ** size) * 2 ** size;
      const pages = Array.from({ length: 2 ** size }, (_, at) => block + at);
      expect(dirty.has(from)).toBe(plain.has(from));
      expect(dirty.count(block, size)).toBe(pages.filter((page) => plain.has(page)).length);
      expect(dirty.firstDirty(block, block + 2 ** size)).toBe(pages.find((page) => plain.has(page)) ?? -1);
      expect(dirty.firstClean(block, block + 2 ** size)).toBe(pages.find((page) => !plain.has(page)) ?? -1);
    }
  });

  it('[STATE-6] equal sets have equal words, however they came about', () => {
    const [whole, parts, detour] = [transaction(), transaction(), transaction()];
    whole.dirty.assign(1024, 10, true);
    for (let mfn = 1024; mfn < 2048; mfn++) parts.dirty.assign(mfn, 0, true);
    detour.dirty.assign(0, 11, true);
    detour.dirty.assign(1500, 2, false);
    detour.dirty.assign(0, 10, false);
    detour.dirty.assign(1500, 2, true);
    expect(parts.digest()).toBe(whole.digest());
    expect(detour.digest()).toBe(whole.digest());
    whole.dirty.assign(1024, 10, false);
    expect(whole.digest()).toBe(transaction().digest());
  });

  it('[STATE-7] a mark on 2^18 frames takes as many pages of records as one on a single frame, or fewer', () => {
    const [large, small] = [transaction(2 ** 20), transaction(2 ** 20)];
    large.dirty.assign(2 ** 18, 18, true);
    small.dirty.assign(2 ** 18, 0, true);
    expect(large.copiedPages).toBe(1);
    expect(small.copiedPages).toBe(4);
  });
});
