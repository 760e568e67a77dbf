import { describe, expect, it } from 'vitest';
import { GIB, GIB_FRAMES, gib, inputOf } from '../../test/pdx/ranges.ts';
import { ALL_ONES } from '../units/word64.ts';
import type { ByteRange } from './byte-range.ts';
import { OffsetCompression } from './offset-compression.ts';

function offset(...ranges: readonly ByteRange[]): OffsetCompression {
  return OffsetCompression.setUp(inputOf(ranges));
}

/** Three banks; the index of a frame is its address in units of 16 GiB. */
const THREE_BANKS = offset(gib(0), gib(16, 2), gib(48));
const REGION = 2n * GIB_FRAMES;

describe('[PDX-3] regions', () => {
  it('[PDX-OFFSET-7] bits that move within a range are no index, nor are those below the base', () => {
    expect(offset(gib(0), gib(16)).pfnIndexShift).toBe(22);
    // Below 32 GiB every bit may move: the two are one region.
    const wide = OffsetCompression.setUp(inputOf([gib(0), gib(16)], { base: 32n * GIB }));
    expect([wide.ok, wide.why]).toEqual([false, 'no-gain']);
    // The second bank moves bit 22 itself: it stays with the first one.
    expect(offset(gib(0), gib(15, 2), gib(256)).regions).toHaveLength(2);
  });

  it.each([
    ['one base: behind all bits that move', [gib(16)], 18, false],
    ['bits 19 to 24: all six', [gib(0), gib(2), gib(126)], 19, false],
    ['bits 19 to 25: the highest six', [gib(0), gib(2), gib(128)], 20, true],
  ])('[PDX-OFFSET-8] %s', (_, ranges, shift, truncated) => {
    const moved = offset(...ranges);
    expect([moved.pfnIndexShift, moved.truncated]).toEqual([shift, truncated]);
  });

  it('[PDX-OFFSET-8] whether the index was cut short is told even if nothing is gained', () => {
    const full = offset(...Array.from({ length: 65 }, (_, at) => gib(2 * at, 2)));
    expect([full.ok, full.why, full.truncated]).toEqual([false, 'no-gain', true]);
  });

  it('[PDX-OFFSET-10] have the size of the largest one, as a power of two', () => {
    const moved = offset(gib(0), gib(64, 3));
    expect([moved.regionPages, moved.pdxIndexShift]).toEqual([4n * GIB_FRAMES, 20]);
  });

  it.each([
    ['one region gains unless it begins at 0', [gib(0)], 'no-gain'],
    ['one region above 0', [gib(1)], 'compressed'],
    ['two that touch gain nothing: equality is no gain', [gib(0), gib(1)], 'no-gain'],
    ['two with a gap of their own size', [gib(0), gib(2)], 'compressed'],
  ])('[PDX-OFFSET-10] %s', (_, ranges, why) => {
    expect(offset(...ranges).why).toBe(why);
  });

  it('[PDX-OFFSET-11] each is moved down to its place in the row', () => {
    expect(THREE_BANKS.regionPages).toBe(REGION);
    expect(THREE_BANKS.regions).toEqual([
      { base: 0n, pages: GIB_FRAMES, index: 0, offset: 0n },
      { base: 16n * GIB_FRAMES, pages: REGION, index: 1, offset: 14n * GIB_FRAMES },
      { base: 48n * GIB_FRAMES, pages: GIB_FRAMES, index: 3, offset: 44n * GIB_FRAMES },
    ]);
  });
});

describe('[PDX-3] translation by offsets', () => {
  it('[PDX-OFFSET-12] of a frame and of a byte, and back', () => {
    expect(THREE_BANKS.toPdx(48n * GIB_FRAMES + 5n)).toBe(4n * GIB_FRAMES + 5n);
    expect(THREE_BANKS.toPfn(4n * GIB_FRAMES + 5n)).toBe(48n * GIB_FRAMES + 5n);
    expect(THREE_BANKS.toDirectMapOffset(48n * GIB + 0x5123n)).toBe(4n * GIB + 0x5123n);
    expect(THREE_BANKS.toAddress(4n * GIB + 0x5123n)).toBe(48n * GIB + 0x5123n);
  });

  it('[PDX-OFFSET-12] a frame of no region keeps its number, which may be the PDX of another one', () => {
    const outside = 32n * GIB_FRAMES + 9n;
    expect(THREE_BANKS.toPdx(outside)).toBe(outside);
    // Its index wraps around to that of the second bank.
    expect(THREE_BANKS.toPdx((64n + 1n) * 16n * GIB_FRAMES)).toBe((65n * 16n - 14n) * GIB_FRAMES);
    // A number below its offset wraps to the top of the word.
    expect(offset(gib(81)).toPdx(17n * GIB_FRAMES)).toBe(ALL_ONES + 1n - 64n * GIB_FRAMES);
  });

  it.each([
    ['the first frame of a region', 16n * GIB_FRAMES, true],
    ['behind its own pages, within the room for it', GIB_FRAMES, true],
    ['behind the room for it', REGION, false],
    ['an index that no region has', 32n * GIB_FRAMES, false],
    ['an index that comes round again', 65n * 16n * GIB_FRAMES, false],
    ['the very last number, where no region is', ALL_ONES, false],
  ])('[PDX-OFFSET-13] the frame test: %s', (_, pfn, passes) => {
    expect(THREE_BANKS.hasPdx(pfn)).toBe(passes);
  });

  it.each([
    ['all the room of a region', 16n * GIB, REGION, true],
    ['a page more', 16n * GIB, REGION + 1n, false],
    ['from a byte within the first page', 16n * GIB + 0x800n, REGION, true],
    ['before a region', 16n * GIB - 0x1000n, 2n, false],
    ['where none is', 32n * GIB, 1n, false],
  ])('[PDX-OFFSET-13] the region test: %s', (_, start, pages, passes) => {
    expect(THREE_BANKS.isCompressible(start, pages)).toBe(passes);
  });

  it('[PDX-OFFSET-14] without regions every number is as it is, and everything passes', () => {
    const off = offset(gib(0), gib(1));
    expect([off.pfnIndexShift, off.pdxIndexShift, off.regionPages]).toEqual([0, 0, ALL_ONES]);
    expect(off.regions).toEqual([]);
    for (const number of [0n, 77n, 1n << 40n]) {
      expect([off.toPdx(number), off.toPfn(number), off.toAddress(number)]).toEqual([number, number, number]);
      expect([off.hasPdx(number), off.isCompressible(number, 1n << 39n)]).toEqual([true, true]);
    }
  });
});
