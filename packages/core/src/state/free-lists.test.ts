import { describe, expect, it } from 'vitest';
import { host } from '../../test/dsl/host.ts';
import { KIND_FREE, blockMeta } from './block-record.ts';
import { NIL } from './block-table.ts';
import { Transaction } from './transaction.ts';

/** MFNs on both sides of 2^32, and one where the low 32 bits of a link are all zero. */
const FAR = [8, 2 ** 32 + 4, 2 ** 39, 2 ** 33 - 1] as const;

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
    tx.lists.pushFirst(0, 1, 0, b);
    tx.lists.pushFirst(0, 1, 0, a);
    tx.lists.pushLast(0, 1, 0, c);
    tx.lists.pushLast(0, 1, 0, d);
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
    for (const mfn of FAR) tx.lists.pushLast(0, 1, 0, mfn);
    tx.lists.remove(0, 1, 0, gone);
    expect(forwards(tx)).toEqual(left);
    expect(backwards(tx)).toEqual(left.toReversed());
    expect(tx.lists.length(0, 1, 0)).toBe(3);
  });

  it('[BUDDY-1] lists of other orders, zones and nodes are others', () => {
    const tx = transaction();
    tx.lists.pushFirst(0, 1, 0, a);
    expect([tx.lists.first(0, 1, 1), tx.lists.first(0, 2, 0), tx.lists.first(0, 1, 0)]).toEqual([NIL, NIL, a]);
  });

  it('[BUDDY-1] a zone knows which of its orders have blocks', () => {
    const tx = transaction();
    expect(tx.lists.orders(0, 1)).toBe(0);
    tx.lists.pushLast(0, 1, 0, a);
    tx.lists.pushLast(0, 1, 0, b);
    tx.lists.pushLast(0, 1, 3, c);
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
    tx.lists.pushFirst(0, 1, 0, c);
    tx.lists.remove(0, 1, 0, c);
    tx.blocks.write(c, blockMeta(KIND_FREE, 0), 0);
    expect(tx.digest()).toBe(untouched.digest());
  });
});
