import { describe, expect, it } from 'vitest';
import { host } from '../../test/dsl/host.ts';
import { KIND_FREE, blockMeta } from './block-record.ts';
import { NIL } from './block-table.ts';
import { Transaction } from './transaction.ts';

/** MFNs on both sides of 2^32, and one where the low 32 bits of a link are all zero. */
const FAR = [8, 2 ** 32 + 4, 2 ** 39, 2 ** 33 - 1] as const;

const FREE = blockMeta(KIND_FREE, 0);

function transaction(): Transaction {
  const tx = new Transaction(host({ frames: 2 ** 40, paddrBits: 52 }));
  for (const mfn of FAR) tx.blocks.write(mfn, blockMeta(KIND_FREE, 0), 0);
  return tx;
}

function forwards({ lists, blocks }: Transaction): number[] {
  const found: number[] = [];
  for (let mfn = lists.first(0, 1, 0); mfn !== NIL; mfn = blocks.next(mfn, 0)) found.push(mfn);
  return found;
}

function backwards({ lists, blocks }: Transaction): number[] {
  const found: number[] = [];
  for (let mfn = lists.last(0, 1, 0); mfn !== NIL; mfn = blocks.previous(mfn, 0)) found.push(mfn);
  return found;
}

describe('[BUDDY-1] doubly linked free lists', () => {
  const [a, b, c, d] = FAR;

  it('[BUDDY-1] blocks enter at both ends, and are found from both ends', () => {
    const tx = transaction();
    tx.lists.insertFirst(0, 1, 0, b, FREE);
    tx.lists.insertFirst(0, 1, 0, a, FREE);
    tx.lists.insertLast(0, 1, 0, c, FREE);
    tx.lists.insertLast(0, 1, 0, d, FREE);
    expect(forwards(tx)).toEqual([a, b, c, d]);
    expect(backwards(tx)).toEqual([d, c, b, a]);
    expect(tx.lists.length(0, 1, 0)).toBe(4);
  });

  it.each([
    { gone: a, left: [b, c, d], where: 'head' },
    { gone: b, left: [a, c, d], where: 'middle' },
    { gone: d, left: [a, b, c], where: 'tail' },
  ])('[BUDDY-1] a block leaves from the $where', ({ gone, left }) => {
    const tx = transaction();
    for (const mfn of FAR) tx.lists.insertLast(0, 1, 0, mfn, FREE);
    tx.lists.remove(0, 1, 0, gone);
    expect(forwards(tx)).toEqual(left);
    expect(backwards(tx)).toEqual(left.toReversed());
    expect(tx.lists.length(0, 1, 0)).toBe(3);
  });

  it('[BUDDY-1] lists of other orders, zones and nodes are others', () => {
    const tx = transaction();
    tx.lists.insertFirst(0, 1, 0, a, FREE);
    expect([tx.lists.first(0, 1, 1), tx.lists.first(0, 2, 0), tx.lists.first(0, 1, 0)]).toEqual([NIL, NIL, a]);
  });

  it('[BUDDY-6] the head of a list moves to its tail', () => {
    const tx = transaction();
    tx.lists.insertLast(0, 1, 0, a, FREE);
    tx.lists.rotate(0, 1, 0);
    expect(forwards(tx)).toEqual([a]);
    for (const mfn of [b, c, d]) tx.lists.insertLast(0, 1, 0, mfn, FREE);
    tx.lists.rotate(0, 1, 0);
    expect(forwards(tx)).toEqual([b, c, d, a]);
    expect(backwards(tx)).toEqual([a, d, c, b]);
    expect(tx.lists.length(0, 1, 0)).toBe(4);
  });

  it('[BUDDY-6] a search finds the next zone with free pages, from high to low', () => {
    const tx = transaction();
    expect(tx.lists.zoneAtOrBelow(0, 40)).toBe(-1);
    for (const zone of [0, 5, 31, 32, 40]) tx.lists.addZonePages(0, zone, 7);
    const next = [40, 39, 32, 31, 30, 5, 4, 0, -1].map((zone) => tx.lists.zoneAtOrBelow(0, zone));
    expect(next).toEqual([40, 32, 32, 31, 5, 5, 0, 0, -1]);
    tx.lists.addZonePages(0, 31, -7);
    tx.lists.addZonePages(0, 32, -6);
    expect(tx.lists.zoneAtOrBelow(0, 39)).toBe(32);
    expect(tx.lists.zoneAtOrBelow(0, 31)).toBe(5);
  });

  it('[BUDDY-1] a zone knows which of its orders have blocks', () => {
    const tx = transaction();
    expect(tx.lists.orders(0, 1)).toBe(0);
    tx.lists.insertLast(0, 1, 0, a, FREE);
    tx.lists.insertLast(0, 1, 0, b, FREE);
    tx.lists.insertLast(0, 1, 3, c, FREE);
    expect(tx.lists.orders(0, 1)).toBe(0b1001);
    tx.lists.remove(0, 1, 0, a);
    expect(tx.lists.orders(0, 1)).toBe(0b1001);
    tx.lists.remove(0, 1, 0, b);
    expect(tx.lists.orders(0, 1)).toBe(0b1000);
  });

  it('[BUDDY-1] a zone can have more than 2^32 free pages', () => {
    const tx = transaction();
    for (let blocks = 0; blocks < 3; blocks++) tx.lists.addZonePages(0, 1, 2 ** 31);
    expect(tx.lists.zonePages(0, 1)).toBe(3 * 2 ** 31);
    tx.lists.addZonePages(0, 1, -(2 ** 31) - 1);
    expect(tx.lists.zonePages(0, 1)).toBe(2 ** 32 - 1);
    expect(tx.lists.zonePages(0, 2)).toBe(0);
  });

  it('[STATE-6] a list that is empty again leaves the words of one that never held a block', () => {
    const [tx, untouched] = [transaction(), transaction()];
    tx.lists.insertFirst(0, 1, 0, c, FREE);
    tx.lists.remove(0, 1, 0, c);
    tx.blocks.write(c, blockMeta(KIND_FREE, 0), 0);
    expect(tx.digest()).toBe(untouched.digest());
  });
});
