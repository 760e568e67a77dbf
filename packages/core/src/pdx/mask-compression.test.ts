import { describe, expect, it } from 'vitest';
import { GIB, GIB_FRAMES, gib, inputOf } from '../../test/pdx/ranges.ts';
import { ALL_ONES } from '../units/word64.ts';
import type { ByteRange } from './byte-range.ts';
import { MaskCompression } from './mask-compression.ts';

function mask(...ranges: readonly ByteRange[]): MaskCompression {
  return MaskCompression.setUp(inputOf(ranges));
}

/** Lowest bit and length of the hole. */
function holeOf({ holeMask, holeShift }: MaskCompression): readonly [bottom: number, length: number] {
  return [holeMask.toString(2).length - holeShift, holeShift];
}

/** Bits 18 to 21 are never set: two banks of 1 GiB, the second one at 16 GiB. */
const TWO_BANKS = mask(gib(0), gib(16));

describe('[PDX-2] the hole', () => {
  it('[PDX-MASK-5] has no bit that is set in a base, though nothing moves there', () => {
    // Bits 20 and 23 of one base: two holes of two bits.
    expect(holeOf(mask(gib(36)))).toEqual([18, 2]);
  });

  it('[PDX-MASK-5] has no bit that moves within a range, and the order of ranges is nothing', () => {
    const ranges = [gib(0, 4), gib(64)];
    expect(holeOf(mask(...ranges))).toEqual([20, 4]);
    expect(holeOf(mask(...ranges.toReversed()))).toEqual([20, 4]);
  });

  it('[PDX-MASK-6] may be one bit', () => {
    expect(holeOf(mask(gib(0), gib(2)))).toEqual([18, 1]);
  });

  it('[PDX-MASK-6] is the longest, though it lies higher', () => {
    expect(holeOf(mask(gib(0), gib(2), gib(16)))).toEqual([20, 2]);
  });

  it('[PDX-MASK-6] is the lowest of the longest', () => {
    expect(holeOf(mask(gib(0), gib(4), gib(32)))).toEqual([18, 2]);
  });

  it('[PDX-MASK-6] has a set bit above it: the zeros on top are none', () => {
    const none = mask(gib(0));
    expect([none.ok, none.why]).toEqual([false, 'no-hole']);
  });

  it('[PDX-MASK-7] parts a frame number in three, up to bit 63', () => {
    expect(TWO_BANKS.bottomMask).toBe(0x3ffffn);
    expect(TWO_BANKS.holeMask).toBe(0x3c0000n);
    expect(TWO_BANKS.topMask).toBe(0xffffffffffc00000n);
    expect(TWO_BANKS.addressBottomMask).toBe(0x3fffffffn);
    // The highest twelve bits are lost.
    expect(TWO_BANKS.addressTopMask).toBe(0xfffffffc00000000n);
  });

  it('[PDX-MASK-7] that is not there leaves every number as it is', () => {
    const { bottomMask, holeShift, holeMask, topMask, addressBottomMask, addressTopMask } = mask();
    expect([bottomMask, addressBottomMask]).toEqual([ALL_ONES, ALL_ONES]);
    expect([holeShift, holeMask, topMask, addressTopMask]).toEqual([0, 0n, 0n, 0n]);
  });
});

describe('[PDX-2] translation by masks', () => {
  it('[PDX-MASK-8] moves what is above the hole down, and back', () => {
    expect(TWO_BANKS.toPdx(16n * GIB_FRAMES + 5n)).toBe(GIB_FRAMES + 5n);
    expect(TWO_BANKS.toPfn(GIB_FRAMES + 5n)).toBe(16n * GIB_FRAMES + 5n);
    expect(TWO_BANKS.toDirectMapOffset(16n * GIB + 0x5123n)).toBe(GIB + 0x5123n);
    expect(TWO_BANKS.toAddress(GIB + 0x5123n)).toBe(16n * GIB + 0x5123n);
  });

  it('[PDX-MASK-8] drops the bits in the hole', () => {
    expect(TWO_BANKS.toPdx(3n * GIB_FRAMES + 7n)).toBe(7n);
    expect(TWO_BANKS.toDirectMapOffset(3n * GIB + 7n)).toBe(7n);
  });

  it('[PDX-MASK-10] a frame in the hole has no PDX of its own', () => {
    expect([0n, GIB_FRAMES, 15n * GIB_FRAMES, 16n * GIB_FRAMES].map((pfn) => TWO_BANKS.hasPdx(pfn))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it.each([
    ['a bank', 16n * GIB, GIB_FRAMES, true],
    ['a page more than a bank', 0n, GIB_FRAMES + 1n, false],
    ['pages in the hole', 2n * GIB, 1n, false],
    ['pages between which a bit above the hole moves', 16n * GIB, 16n * GIB_FRAMES + 1n, false],
    ['the last page of a bank', GIB - 0x1000n, 1n, true],
    ['one page that begins in the middle of it: bytes count', GIB - 0x800n, 1n, false],
  ])('[PDX-MASK-9] %s', (_, start, pages, passes) => {
    expect(TWO_BANKS.isCompressible(start, pages)).toBe(passes);
  });
});
