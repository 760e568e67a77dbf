import type { WordMemory } from '../memory/word-memory.ts';
import { DirtySet, dirtyRecords } from '../state/dirty-set.ts';
import { alignmentOf, bitLength } from '../units/mfn.ts';

const LEVELS = 4;

/** Order of the largest aligned run that the tree takes at once. */
const MOST_ORDER = 19;

/** Records that this many bits need. */
export function bitRangesRecords(bits: number): number {
  let records = 0;
  for (let level = 0; level < LEVELS; level++) records += dirtyRecords(level, bits);
  return records;
}

/**
 * Bits in the word memory, as the tree of uniform parts that dirty marks are kept in: a run of bits that are alike is
 * passed in a few steps, however long it is. Bits that were never written are clear.
 */
export class BitRanges {
  private readonly tree: DirtySet;

  /** `first`: its first record, of {@link bitRangesRecords}. */
  constructor(memory: WordMemory, first: number, bits: number) {
    const bases: number[] = [];
    let next = first;
    for (let level = 0; level < LEVELS; level++) {
      bases.push(next);
      next += dirtyRecords(level, bits);
    }
    this.tree = new DirtySet(memory, bases);
  }

  /** Is this bit set? */
  has(bit: number): boolean {
    return this.tree.has(bit);
  }

  /** Sets (`value`) or clears the bits `[from, end)`. */
  assign(from: number, end: number, value: boolean): void {
    for (let at = from; at < end;) {
      const order = Math.min(MOST_ORDER, alignmentOf(at), bitLength(end - at) - 1);
      this.tree.assign(at, order, value);
      at += 2 ** order;
    }
  }

  /** The first set bit in `[from, end)`; `end` if there is none. */
  nextSet(from: number, end: number): number {
    const found = this.tree.firstDirty(from, end);
    return found < 0 ? end : found;
  }

  /** The first clear bit in `[from, end)`; `end` if there is none. */
  nextClear(from: number, end: number): number {
    const found = this.tree.firstClean(from, end);
    return found < 0 ? end : found;
  }
}
