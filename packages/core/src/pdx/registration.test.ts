import { describe, expect, it } from 'vitest';
import { gib, inputOf } from '../../test/pdx/ranges.ts';
import { initialMask, registerRanges } from './registration.ts';

const EMPTY = { start: 1n << 36n, size: 0n };

describe('ranges are registered', () => {
  it('[PDX-MASK-1] [PDX-OFFSET-1] with every page that they touch, if only in part', () => {
    expect(registerRanges(inputOf([{ start: 0x1800n, size: 0x1000n }]))).toEqual([{ base: 1n, pages: 2n }]);
    expect(registerRanges(inputOf([{ start: 0x1fffn, size: 1n }]))).toEqual([{ base: 1n, pages: 1n }]);
  });

  it('[PDX-MASK-1] [PDX-OFFSET-1] in their order, empty ones left out and not counted', () => {
    const spans = registerRanges(inputOf([gib(4), EMPTY, gib(1)], { maxRanges: 2 }));
    expect(spans).toEqual([
      { base: 0x100000n, pages: 0x40000n },
      { base: 0x40000n, pages: 0x40000n },
    ]);
  });

  it('[PDX-MASK-2] [PDX-OFFSET-2] a switch that is off comes before no ranges, no ranges before too many', () => {
    expect(registerRanges(inputOf([], { enabled: false }))).toBe('disabled');
    expect(registerRanges(inputOf([gib(0), gib(2)], { enabled: false, maxRanges: 1 }))).toBe('disabled');
    expect(registerRanges(inputOf([EMPTY], { maxRanges: 0 }))).toBe('no-ranges');
    expect(registerRanges(inputOf([gib(0), gib(2)], { maxRanges: 1 }))).toBe('too-many');
    expect(registerRanges(inputOf([gib(0), gib(2)], { maxRanges: 2 }))).toHaveLength(2);
  });

  it.each([
    [0n, 18],
    [1n, 18],
    [1n << 30n, 18],
    [(1n << 30n) + 1n, 19],
    [1n << 32n, 20],
  ])('[PDX-MASK-3] [PDX-OFFSET-3] a base of %i makes use of %i bits', (base, bits) => {
    expect(initialMask(base)).toBe((1n << BigInt(bits)) - 1n);
  });
});
