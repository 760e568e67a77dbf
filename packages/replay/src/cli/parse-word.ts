import type { ByteRange } from '@heaplay/core';
import { InvalidArgumentError } from 'commander';

const WORD_LIMIT = 2n ** 64n;

/** A 64-bit word as the value of an option, decimal or hex. Throws commander's `InvalidArgumentError`. */
export function parseWord(text: string): bigint {
  const value = readWhole(text);
  if (value === undefined || value >= WORD_LIMIT) {
    throw new InvalidArgumentError('Expected a number, decimal or 0x hex, below 2^64.');
  }
  return value;
}

/** Words given one after the other, as the value of an option that takes several. */
export function collectWords(text: string, before: readonly bigint[] = []): readonly bigint[] {
  return [...before, parseWord(text)];
}

/** Ranges `START-END` given one after the other, as the value of an option that takes several. */
export function collectRanges(text: string, before: readonly ByteRange[] = []): readonly ByteRange[] {
  const [first = '', last = '', more] = text.split('-');
  const [start, end] = [readWhole(first), readWhole(last)];
  if (start === undefined || end === undefined || more !== undefined || end > WORD_LIMIT || start >= WORD_LIMIT) {
    throw new InvalidArgumentError('Expected START-END in bytes, as in 0x80000000-0x100000000, at most 2^64.');
  }
  if (end < start) throw new InvalidArgumentError('It ends before it starts.');
  return [...before, { start, size: end - start }];
}

function readWhole(text: string): bigint | undefined {
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text) : undefined;
}
