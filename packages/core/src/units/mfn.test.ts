import { describe, expect, it } from 'vitest';
import {
  alignDown,
  alignmentOf,
  bitLength,
  frameAtOrAfter,
  frameHolding,
  isAligned,
  isUpperBuddy,
  largestOrderAt,
  offsetInBlock,
} from './mfn.ts';
import type { PhysicalAddress } from './mfn.ts';

const FAR = 2 ** 39;

describe('numbers beyond 32 bits', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [255, 8],
    [2 ** 31, 32],
    [2 ** 32 - 1, 32],
    [2 ** 32, 33],
    [FAR + 1, 40],
    [2 ** 52, 53],
  ])('bitLength(%i) is %i', (value, bits) => {
    expect(bitLength(value)).toBe(bits);
  });

  it.each([
    [0, 40],
    [1, 0],
    [24, 3],
    [2 ** 31, 31],
    [2 ** 32, 32],
    [2 ** 32 + 4, 2],
    [FAR, 39],
  ])('alignmentOf(%i) is %i', (mfn, order) => {
    expect(alignmentOf(mfn)).toBe(order);
  });

  it.each([
    [21, 2, 1, 20],
    [21, 0, 0, 21],
    [FAR + 5, 2, 1, FAR + 4],
    [2 ** 31 + 2 ** 18 + 7, 18, 7, 2 ** 31 + 2 ** 18],
    [2 ** 32 - 1, 30, 2 ** 30 - 1, 3 * 2 ** 30],
  ])('frame %i in its block of order %i has offset %i, the block begins at %i', (mfn, order, offset, head) => {
    expect(offsetInBlock(mfn, order)).toBe(offset);
    expect(alignDown(mfn, order)).toBe(head);
    expect(isAligned(mfn, order)).toBe(offset === 0);
  });

  it('the buddy of a block lies below it if the bit of its order is set', () => {
    expect([16, 20, 24, 28].map((mfn) => isUpperBuddy(mfn, 2))).toEqual([false, true, false, true]);
    expect(isUpperBuddy(FAR + 4, 2)).toBe(true);
    expect(isUpperBuddy(FAR, 2)).toBe(false);
  });
});

describe('[BUDDY-12] the largest aligned block', () => {
  it.each([
    { mfn: 16, end: 32, limit: 18, order: 4, why: 'the range' },
    { mfn: 16, end: 31, limit: 18, order: 3, why: 'the range, rounded down' },
    { mfn: 16, end: 64, limit: 18, order: 4, why: 'its alignment' },
    { mfn: 16, end: 64, limit: 2, order: 2, why: 'the greatest order' },
    { mfn: 17, end: 64, limit: 18, order: 0, why: 'an odd frame' },
    { mfn: 0, end: 2 ** 20, limit: 18, order: 18, why: 'the greatest order: frame 0 is aligned to everything' },
    { mfn: FAR, end: FAR + 3, limit: 18, order: 1, why: 'the range beyond 32 bits' },
  ])('[BUDDY-12] at $mfn up to $end is of order $order, by $why', ({ mfn, end, limit, order }) => {
    expect(largestOrderAt(mfn, end, limit)).toBe(order);
  });
});

describe('[BOOT-2] addresses and whole pages', () => {
  it.each([
    [0, 0, 0],
    [1, 1, 0],
    [4095, 1, 0],
    [4096, 1, 1],
    [4097, 2, 1],
    [2 ** 51 + 1, FAR + 1, FAR],
  ])('[BOOT-2] a start at byte %i begins at frame %i, an end there ends at frame %i', (address, first, end) => {
    expect(frameAtOrAfter(address as PhysicalAddress)).toBe(first);
    expect(frameHolding(address as PhysicalAddress)).toBe(end);
  });
});
