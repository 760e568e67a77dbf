import { describe, expect, it } from 'vitest';
import { ALL_ONES, fillBelow, lowBits, lowestBit, movingBits, withoutBits, word, wordLength } from './word64.ts';

describe('words of 64 bits', () => {
  it('wrap', () => {
    expect(word(ALL_ONES + 1n)).toBe(0n);
    expect(word(-1n)).toBe(ALL_ONES);
  });

  it.each([
    [0n, 0, 64],
    [1n, 1, 0],
    [6n, 3, 1],
    [1n << 40n, 41, 40],
    [ALL_ONES, 64, 0],
  ])('%i has %i bits, the lowest one set is bit %i', (value, length, lowest) => {
    expect([wordLength(value), lowestBit(value)]).toEqual([length, lowest]);
  });

  it.each([
    [0n, 0n],
    [1n, 1n],
    [0x50n, 0x7fn],
    [1n << 63n, ALL_ONES],
  ])('%i filled below is %i', (value, filled) => {
    expect(fillBelow(value)).toBe(filled);
  });

  it.each([
    [8n, 1n, 0n],
    [8n, 8n, 7n],
    [8n, 9n, 0x1fn],
    // Nothing at all: from the number before to this one.
    [8n, 0n, 0xfn],
    [0n, 0n, ALL_ONES],
  ])('within %i and %i numbers more, the bits %i move', (start, count, bits) => {
    expect(movingBits(start, count)).toBe(bits);
  });

  it('are masked', () => {
    expect([lowBits(0), lowBits(5), lowBits(64)]).toEqual([0n, 31n, ALL_ONES]);
    expect(withoutBits(0xffn, 0x3cn)).toBe(0xc3n);
  });
});
