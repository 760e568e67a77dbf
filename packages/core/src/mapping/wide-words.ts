import type { WordMemory } from '../memory/word-memory.ts';

const WORD = 0x100000000;

/** Reads a number of two words, the low one first: -1, or from 0 to 2^53 - 1. */
export function readWide(memory: WordMemory, record: number, word: number): number {
  return memory.get(record, word + 1) * WORD + (memory.get(record, word) >>> 0);
}

/** Writes a number of two words, the low one first: -1, or from 0 to 2^53 - 1. */
export function writeWide(memory: WordMemory, record: number, word: number, value: number): void {
  // Conversion to a word keeps the low bits.
  memory.put(record, word, value);
  memory.put(record, word + 1, Math.floor(value / WORD));
}
