import { orderPages } from '../units/order.ts';
import { wordOffset } from '../memory/word-memory.ts';
import type { WordMemory } from '../memory/word-memory.ts';

/**
 * Which frames carry a dirty mark (BUDDY-2), as a tree of 32 children a node, so that marking, clearing or asking for
 * a whole block costs the same for 1 page and for 2^18.
 *
 * Level 0: a bit for each frame. Levels 1 to 3: for each child two bits, *some* and *all*. A child whose frames are all
 * alike has no words of its own (they are zero), so that equal sets have equal words. What is dropped when a child
 * becomes uniform was written before: the cost is paid by those who made it.
 */
export class DirtySet {
  private readonly memory: WordMemory;
  /** First record of each level. */
  private readonly bases: readonly number[];
  /** Bits of the children of the node loaded last that hold a dirty frame, and of those that are dirty throughout. */
  private some = 0;
  private all = 0;

  constructor(memory: WordMemory, bases: readonly number[]) {
    this.memory = memory;
    this.bases = bases;
  }

  /** Marks (`dirty`) or clears all frames of the aligned block at `mfn`. */
  assign(mfn: number, order: number, dirty: boolean): void {
    const target = blockLevel(order);
    for (let level = TOP; level > target; level--) {
      const bit = childBit(mfn, level);
      this.load(mfn, level);
      if ((this.all & bit) !== 0) {
        if (dirty) return;
        this.expand(mfn, level, bit);
      } else if ((this.some & bit) === 0 && !dirty) {
        return;
      }
    }
    const bits = blockBits(mfn, order, target);
    this.load(mfn, target);
    const { some, all } = this;
    if (dirty ? (all & bits) === bits : (some & bits) === 0) return;
    if (target > 0) this.dropChildren(mfn, target, some & ~all & bits);
    const nextSome = dirty ? some | bits : some & ~bits;
    const nextAll = dirty ? all | bits : all & ~bits;
    this.write(mfn, target, nextSome, nextAll);
    this.propagate(mfn, target, nextSome, nextAll);
  }

  /** Clears the marks of the aligned block at `mfn`; returns how many there were. */
  take(mfn: number, order: number): number {
    const target = blockLevel(order);
    for (let level = TOP; level > target; level--) {
      const bit = childBit(mfn, level);
      this.load(mfn, level);
      if ((this.some & bit) === 0) return 0;
      if ((this.all & bit) !== 0) this.expand(mfn, level, bit);
    }
    const bits = blockBits(mfn, order, target);
    const marks = this.countBits(mfn, target, bits);
    if (marks === 0) return 0;
    this.load(mfn, target);
    const { some, all } = this;
    if (target > 0) this.dropChildren(mfn, target, some & ~all & bits);
    this.write(mfn, target, some & ~bits, all & ~bits);
    this.propagate(mfn, target, some & ~bits, all & ~bits);
    return marks;
  }

  /** Is this frame dirty? */
  has(mfn: number): boolean {
    for (let level = TOP; level > 0; level--) {
      const bit = childBit(mfn, level);
      this.load(mfn, level);
      if ((this.all & bit) !== 0) return true;
      if ((this.some & bit) === 0) return false;
    }
    this.load(mfn, 0);
    return (this.some & childBit(mfn, 0)) !== 0;
  }

  /** Number of dirty frames in the aligned block at `mfn`. */
  count(mfn: number, order: number): number {
    const target = blockLevel(order);
    for (let level = TOP; level > target; level--) {
      const bit = childBit(mfn, level);
      this.load(mfn, level);
      if ((this.some & bit) === 0) return 0;
      if ((this.all & bit) !== 0) return orderPages(order);
    }
    return this.countBits(mfn, target, blockBits(mfn, order, target));
  }

  /** The first dirty frame in `[from, end)`, or -1. */
  firstDirty(from: number, end: number): number {
    return this.seek(from, end, true);
  }

  /** The first frame in `[from, end)` that is not dirty, or -1. */
  firstClean(from: number, end: number): number {
    return this.seek(from, end, false);
  }

  /** Walks over whole uniform subtrees, so the cost is that of the runs passed, not of the frames. */
  private seek(from: number, end: number, dirty: boolean): number {
    let mfn = from;
    while (mfn < end) {
      let level = TOP;
      for (; level > 0; level--) {
        const bit = childBit(mfn, level);
        this.load(mfn, level);
        const all = (this.all & bit) !== 0;
        const none = (this.some & bit) === 0;
        if (all || none) {
          if (all === dirty) return mfn;
          break;
        }
      }
      if (level === 0) {
        const position = childIndex(mfn, 0);
        this.load(mfn, 0);
        const word = this.some;
        const wanted = (dirty ? word : ~word) & (-1 << position);
        if (wanted !== 0) {
          const found = mfn - position + lowestBit(wanted);
          return found < end ? found : -1;
        }
        mfn += 32 - position;
      } else {
        mfn = this.skipUniform(mfn, level, dirty);
      }
    }
    return -1;
  }

  /** The first frame behind the run of children of this node that are all of the kind not wanted. */
  private skipUniform(mfn: number, level: number, dirty: boolean): number {
    const position = childIndex(mfn, level);
    this.load(mfn, level);
    const interesting = (dirty ? this.some : ~this.all) & (-1 << position);
    const next = interesting === 0 ? 32 : lowestBit(interesting);
    const span = 2 ** (5 * level);
    return (Math.floor(mfn / span) - position + next) * span;
  }

  private countBits(mfn: number, level: number, bits: number): number {
    this.load(mfn, level);
    const some = this.some & bits;
    if (level === 0) return popCount(some);
    const all = this.all & bits;
    const span = 2 ** (5 * level);
    const base = nodeBase(mfn, level);
    let count = popCount(all) * span;
    for (let mixed = some & ~all; mixed !== 0; mixed &= mixed - 1) {
      count += this.countBits(base + lowestBit(mixed) * span, level - 1, -1);
    }
    return count;
  }

  /** Gives a child that was dirty throughout words of its own. The node is the one loaded last. */
  private expand(mfn: number, level: number, bit: number): void {
    this.write(mfn, level, this.some, this.all & ~bit);
    this.write(mfn, level - 1, -1, -1);
  }

  private dropChildren(mfn: number, level: number, mixed: number): void {
    const span = 2 ** (5 * level);
    const base = nodeBase(mfn, level);
    for (let rest = mixed; rest !== 0; rest &= rest - 1) {
      const child = base + lowestBit(rest) * span;
      if (level > 1) {
        this.load(child, level - 1);
        this.dropChildren(child, level - 1, this.some & ~this.all);
      }
      this.write(child, level - 1, 0, 0);
    }
  }

  /** Tells the nodes above what this one has become. */
  private propagate(mfn: number, from: number, some: number, all: number): void {
    let childSome = some;
    let childAll = all;
    for (let level = from; level < TOP; level++) {
      const full = childAll === FULL;
      const bit = childBit(mfn, level + 1);
      this.load(mfn, level + 1);
      const nextSome = childSome === 0 ? this.some & ~bit : this.some | bit;
      const nextAll = full ? this.all | bit : this.all & ~bit;
      if (full) this.write(mfn, level, 0, 0);
      if (nextSome === this.some && nextAll === this.all) return;
      this.write(mfn, level + 1, nextSome, nextAll);
      childSome = nextSome;
      childAll = nextAll;
    }
  }

  /** Reads a node into {@link some} and {@link all}. At level 0 a frame is its own child: both are the same. */
  private load(mfn: number, level: number): void {
    const record = this.recordOf(mfn, level);
    const words = this.memory.read(record);
    const at = wordOffset(record) + wordInRecord(mfn, level);
    this.some = words[at] as number;
    this.all = level === 0 ? this.some : (words[at + 1] as number);
  }

  private write(mfn: number, level: number, some: number, all: number): void {
    const record = this.recordOf(mfn, level);
    const word = wordInRecord(mfn, level);
    this.memory.put(record, word, some);
    if (level > 0) this.memory.put(record, word + 1, all);
  }

  private recordOf(mfn: number, level: number): number {
    return (this.bases[level] as number) + shiftRight(mfn, RECORD_SHIFT[level] as number);
  }
}

const TOP = 3;
const FULL = -1;

/** Children of a node: a bit of a word for each. */
export const BITS_PER_WORD = 32;

/** log2 of the frames that one record of each level covers: four words of 32 frames, or two pairs of words. */
export const RECORD_SHIFT: readonly number[] = [7, 11, 16, 21];

/** Records that a level's table needs for this many frames. */
export function dirtyRecords(level: number, frames: number): number {
  return Math.ceil(frames / 2 ** (RECORD_SHIFT[level] as number));
}

function shiftRight(mfn: number, bits: number): number {
  return mfn < 0x80000000 ? mfn >>> bits : Math.floor(mfn / 2 ** bits);
}

function wordInRecord(mfn: number, level: number): number {
  return level === 0 ? shiftRight(mfn, 5) & 3 : (shiftRight(mfn, 5 * level + 5) & 1) << 1;
}

function childIndex(mfn: number, level: number): number {
  return shiftRight(mfn, 5 * level) & 31;
}

function childBit(mfn: number, level: number): number {
  return 1 << childIndex(mfn, level);
}

function nodeBase(mfn: number, level: number): number {
  const span = 2 ** (5 * level + 5);
  return Math.floor(mfn / span) * span;
}

function blockLevel(order: number): number {
  return order < 5 ? 0 : order < 10 ? 1 : order < 15 ? 2 : TOP;
}

function blockBits(mfn: number, order: number, level: number): number {
  const width = 1 << (order - 5 * level);
  const ones = width === 32 ? FULL : (1 << width) - 1;
  return ones << childIndex(mfn, level);
}

/** Position of the lowest bit that is set; `bits` is not 0. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function popCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
