/** A machine word of 64 bits, 0 ≤ word < 2^64. Arithmetic on it wraps, as C's does on `unsigned long`. */
export type Word = bigint;

const WORD_BITS = 64;

/** The word with every bit set. */
export const ALL_ONES: Word = 2n ** BigInt(WORD_BITS) - 1n;

/** What is left of a sum, a difference or a product in a word. */
export function word(value: bigint): Word {
  return BigInt.asUintN(WORD_BITS, value);
}

/** Position of the highest set bit, counted from 1; 0 for 0. */
export function wordLength(value: Word): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Position of the lowest set bit, counted from 0; 64 for 0. */
export function lowestBit(value: Word): number {
  return value === 0n ? WORD_BITS : wordLength(value & -value) - 1;
}

/** The word with the `count` lowest bits set, 0 ≤ count ≤ 64. */
export function lowBits(count: number): Word {
  return (1n << BigInt(count)) - 1n;
}

/** All ones from bit 0 up to the highest set bit of `value`. */
export function fillBelow(value: Word): Word {
  return lowBits(wordLength(value));
}

/** The bits that differ somewhere within `[start, start + count)`, and all below them. */
export function movingBits(start: Word, count: Word): Word {
  return fillBelow(start ^ word(start + count - 1n));
}

/** `value` with the bits of `mask` cleared. */
export function withoutBits(value: Word, mask: Word): Word {
  return value & ~mask;
}
