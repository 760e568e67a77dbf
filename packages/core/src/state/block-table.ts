import { assertInvariant } from '../invariant/assert.ts';
import type { MemoryLayout } from '../memory/memory-layout.ts';
import { wordOffset } from '../memory/word-memory.ts';
import type { WordMemory } from '../memory/word-memory.ts';
import { PAGE_RECORD_BITS } from '../memory/word-page.ts';
import { alignDown, alignmentOf, offsetInBlock } from '../units/mfn.ts';
import {
  KIND_FREE,
  KIND_NONE,
  KIND_OUTSIDE,
  KIND_SPLIT,
  blockMeta,
  freeOrderOf,
  kindOf,
  orderOf,
} from './block-record.ts';
import type { BlockMeta } from './block-record.ts';

/** Orders below it stand in the fine table, one record a frame. */
export const MEDIUM_ORDER = 9;
/** Orders below it stand in the middle table, one record for 2^9 frames; this one in the coarse table. */
export const LARGE_ORDER = 18;

/** The meta of frames that no record describes: in use since power-on. */
const UNTOUCHED: BlockMeta = blockMeta(KIND_OUTSIDE, LARGE_ORDER);

/** End of a list, or no link. */
export const NIL = -1;

/**
 * What every frame is, by block: a block's facts stand once, at its head, whatever its size.
 *
 * At every moment every frame lies in exactly one block. Three tables hold the heads, by order: fine (0–8), middle
 * (9–17), coarse (18). A `SPLIT` record of a coarser table says that the frames it stands for are described by the next
 * finer one. The finder leaves what it found in {@link head}, {@link meta} and {@link owner}: it is called for nearly
 * every event, and an object for each answer would cost more than the search.
 */
export class BlockTable {
  private readonly memory: WordMemory;
  private readonly fine: number;
  private readonly middle: number;
  private readonly coarse: number;

  /** Head of the block last found. */
  head = 0;
  /** Word 0 of the block last found. */
  meta: BlockMeta = 0;

  constructor(memory: WordMemory, layout: MemoryLayout) {
    this.memory = memory;
    this.fine = layout.fine;
    this.middle = layout.middle;
    this.coarse = layout.coarse;
  }

  /** Finds the block that holds `mfn`; leaves it in {@link head} and {@link meta}. */
  find(mfn: number): BlockMeta {
    const coarse = this.memory.get(this.coarse + shift18(mfn), 0);
    if (kindOf(coarse) !== KIND_SPLIT)
      return this.found(alignDown(mfn, LARGE_ORDER), coarse === 0 ? UNTOUCHED : coarse);
    const middle = this.memory.get(this.middle + shift9(mfn), 0);
    const kind = kindOf(middle);
    if (kind === KIND_SPLIT) {
      const found = this.findFine(mfn);
      if (found !== 0) return found;
    } else if (kind !== KIND_NONE) {
      return this.found(alignDown(mfn, MEDIUM_ORDER), middle);
    } else {
      for (let order = MEDIUM_ORDER + 1; order < LARGE_ORDER; order++) {
        const head = alignDown(mfn, order);
        const meta = this.memory.get(this.middle + shift9(head), 0);
        if (meta !== 0) return this.found(head, meta);
      }
    }
    return assertInvariant(`frame 0x${mfn.toString(16)} lies in no block`);
  }

  private findFine(mfn: number): BlockMeta {
    // The heads of the smallest orders stand on the page of the frame itself.
    const words = this.memory.read(this.fine + mfn);
    for (let order = 0; order <= PAGE_RECORD_BITS; order++) {
      const head = alignDown(mfn, order);
      const meta = words[wordOffset(head)] as number;
      if (meta !== 0) return this.found(head, meta);
    }
    for (let order = PAGE_RECORD_BITS + 1; order < MEDIUM_ORDER; order++) {
      const head = alignDown(mfn, order);
      const meta = this.memory.get(this.fine + head, 0);
      if (meta !== 0) return this.found(head, meta);
    }
    return 0;
  }

  private found(head: number, meta: BlockMeta): BlockMeta {
    this.head = head;
    this.meta = meta;
    return meta;
  }

  /** Word 0 of the block that begins at `mfn` and has exactly this order, or 0. */
  metaAt(mfn: number, order: number): BlockMeta {
    const record = this.locate(mfn, order);
    const meta = this.memory.get(record, 0);
    const kind = kindOf(meta);
    if (kind === KIND_FREE) return freeOrderOf(meta) === order ? meta : 0;
    return kind !== KIND_SPLIT && orderOf(meta) === order ? meta : 0;
  }

  /** Word 1 of a block: owner and the high bits of the links. */
  word1(mfn: number, order: number): number {
    const record = this.locate(mfn, order);
    return this.memory.get(record, 1);
  }

  /** Order of the block that begins at `mfn`, where one is known to begin. */
  orderAt(mfn: number): number {
    if (alignDown(mfn, LARGE_ORDER) === mfn) {
      const meta = this.memory.get(this.coarse + shift18(mfn), 0);
      if (kindOf(meta) !== KIND_SPLIT) return LARGE_ORDER;
    }
    if (alignDown(mfn, MEDIUM_ORDER) === mfn) {
      const meta = this.memory.get(this.middle + shift9(mfn), 0);
      if (kindOf(meta) !== KIND_SPLIT) return orderOf(meta);
    }
    return orderOf(this.memory.get(this.fine + mfn, 0));
  }

  /** Writes a block without links; the frames must not belong to another one, and coarser records must be split already. */
  write(mfn: number, meta: BlockMeta, owner: number): void {
    this.fill(mfn, orderOf(meta), meta, owner);
  }

  /**
   * Writes a block with its links: heads of the same list, or {@link NIL}. The record is that of the block of `order` at
   * `mfn`. `low` is the owner (owner + 1; 0: nobody), or the zone of a free block.
   */
  writeLinked(mfn: number, order: number, meta: BlockMeta, low: number, previous: number, next: number): void {
    const record = this.locate(mfn, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const [before, after] = [previous + 1, next + 1];
    const high = before > 0xffffffff || after > 0xffffffff ? (highBits(before) << 16) | (highBits(after) << 24) : 0;
    this.memory.set(page, offset, meta);
    this.memory.set(page, offset + 1, low | high);
    this.memory.set(page, offset + 2, before);
    this.memory.set(page, offset + 3, after);
  }

  /** Changes word 0 of a block: flags, kind or first dirty page, never the order. */
  setMeta(mfn: number, meta: BlockMeta): void {
    const record = this.locate(mfn, orderOf(meta));
    this.memory.put(record, 0, meta);
  }

  /** Changes the owner of a block (owner + 1; 0: nobody). */
  setOwner(mfn: number, order: number, owner: number): void {
    const record = this.locate(mfn, order);
    this.memory.put(record, 1, (this.memory.get(record, 1) & 0xffff0000) | owner);
  }

  /** Forgets the block that begins here; its frames are about to become part of another one. */
  clear(mfn: number, order: number): void {
    this.fill(mfn, order, 0, 0);
  }

  /** Says that the frames of the block of `order` at `mfn` are described by the next finer table. */
  markSplit(mfn: number, order: number): void {
    this.fill(mfn, order, KIND_SPLIT, 0);
  }

  /** The head before this one on its list, or {@link NIL}. */
  previous(mfn: number, order: number): number {
    const record = this.locate(mfn, order);
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    const low = words[offset + 2] as number;
    const high = (words[offset + 1] as number) & 0xff0000;
    // On most hosts every link is a small integer, and the arithmetic stays with these.
    return low >= 0 && high === 0 ? low - 1 : high * 0x10000 + (low >>> 0) - 1;
  }

  /** The head behind this one on its list, or {@link NIL}. */
  next(mfn: number, order: number): number {
    const record = this.locate(mfn, order);
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    const low = words[offset + 3] as number;
    const high = (words[offset + 1] as number) >>> 24;
    return low >= 0 && high === 0 ? low - 1 : high * 0x100000000 + (low >>> 0) - 1;
  }

  setPrevious(mfn: number, order: number, head: number): void {
    const record = this.locate(mfn, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const link = head + 1;
    this.memory.set(page, offset + 1, ((page.words[offset + 1] as number) & 0xff00ffff) | (highBits(link) << 16));
    this.memory.set(page, offset + 2, link);
  }

  setNext(mfn: number, order: number, head: number): void {
    const record = this.locate(mfn, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const link = head + 1;
    this.memory.set(page, offset + 1, ((page.words[offset + 1] as number) & 0x00ffffff) | (highBits(link) << 24));
    this.memory.set(page, offset + 3, link);
  }

  private fill(mfn: number, order: number, word0: number, word1: number): void {
    const record = this.locate(mfn, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    this.memory.set(page, offset, word0);
    this.memory.set(page, offset + 1, word1);
    this.memory.set(page, offset + 2, 0);
    this.memory.set(page, offset + 3, 0);
  }

  /** The record of the block of `order` that begins at `mfn`. */
  private locate(mfn: number, order: number): number {
    if (order < MEDIUM_ORDER) return this.fine + mfn;
    // Only a block that is not aligned to its size stands in a finer table than its order says.
    const slot = offsetInBlock(mfn, order) === 0 ? order : alignmentOf(mfn);
    if (slot < MEDIUM_ORDER) return this.fine + mfn;
    return slot < LARGE_ORDER ? this.middle + shift9(mfn) : this.coarse + shift18(mfn);
  }
}

function highBits(link: number): number {
  return link > 0xffffffff ? Math.floor(link / 0x100000000) : 0;
}

function shift9(mfn: number): number {
  return mfn < 0x80000000 ? mfn >>> 9 : Math.floor(mfn / 0x200);
}

function shift18(mfn: number): number {
  return mfn < 0x80000000 ? mfn >>> 18 : Math.floor(mfn / 0x40000);
}
