import { PageCursor } from '../memory/page-cursor.ts';
import { wordOffset } from '../memory/word-memory.ts';
import { ZERO_WORDS } from '../memory/word-page.ts';
import {
  CLEAN,
  FLAG_BROKEN,
  FLAG_XEN_HEAP,
  KIND_FREE_PART,
  KIND_SPLIT,
  firstDirtyOf,
  flagsOf,
  freeOrderOf,
  isFree,
  kindOf,
  orderOf,
  ownerOf,
} from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import { LARGE_ORDER, MEDIUM_ORDER } from '../state/block-table.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { DomainId } from '../units/ids.ts';
import { isAligned } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { pageStateOf } from './page-info.ts';
import type { PageState } from './page-info.ts';

/** Frames side by side that are one block's, or a part of one. */
export interface BlockFrames {
  /** The frames, as far as they lie in the range that was asked for. */
  readonly first: number;
  readonly end: number;
  readonly state: PageState;
  /** Null: nobody, as of every free block. */
  readonly owner: DomainId | null;
  /** The block's first frame and order, as {@link pageInfo} has them. Frames that were never given to the heap make no block. */
  readonly head: number;
  readonly order: number;
  /** Carries the mark of the xen heap. What counts as xen heap by its place alone does not: the platform knows that. */
  readonly xenMark: boolean;
  readonly broken: boolean;
  /** False: it is free, and no frame of it carries a dirty mark. */
  readonly mayBeDirty: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The blocks of a state, range by range. The cost of a range follows the blocks in it, whatever their size; memory that
 * was never given to the heap is one step for many GiB.
 */
export class FrameBlocks {
  /** The state, to be asked what the blocks do not tell: which frames carry a dirty mark. */
  readonly heap: HeapReader;
  private readonly frames: number;
  private readonly fine: PageCursor;
  private readonly middle: PageCursor;
  private readonly coarse: PageCursor;
  private readonly bases: { readonly fine: number; readonly middle: number; readonly coarse: number };
  // One object for all blocks: a picture asks for hundreds of thousands.
  private readonly here: Mutable<BlockFrames> = {
    first: 0,
    end: 0,
    state: 'outside',
    owner: null,
    head: 0,
    order: LARGE_ORDER,
    xenMark: false,
    broken: false,
    mayBeDirty: true,
  };

  constructor(state: HeapState) {
    const { memory, machine } = state.platform;
    this.heap = openState(state);
    this.frames = machine.frames;
    this.fine = new PageCursor(state.memory, memory.depth);
    this.middle = new PageCursor(state.memory, memory.depth);
    this.coarse = new PageCursor(state.memory, memory.depth);
    this.bases = memory;
  }

  /**
   * Calls `visit` for the blocks that hold the frames of `[first, end)`, rising, each cut to the range; of a free block
   * that is not aligned to its size (VER-2) once for every aligned part. What is given holds until `visit` returns.
   */
  forEach(first: number, end: number, visit: (block: BlockFrames) => void): void {
    const stop = Math.min(end, this.frames);
    if (first >= stop) return;
    let at = this.visitHolder(first, stop, visit);
    while (at < stop) {
      if (isAligned(at, LARGE_ORDER)) {
        const chunk = this.bases.coarse + at / orderPages(LARGE_ORDER);
        const words = this.coarse.read(chunk);
        const meta = words[wordOffset(chunk)] as number;
        if (meta === 0) {
          at = this.visitUntouched(at, stop, visit);
          continue;
        }
        if (kindOf(meta) !== KIND_SPLIT) {
          at = this.visitBlock(at, at, stop, meta, words[wordOffset(chunk) + 1] as number, visit);
          continue;
        }
      }
      if (isAligned(at, MEDIUM_ORDER)) {
        const run = this.bases.middle + at / orderPages(MEDIUM_ORDER);
        const words = this.middle.read(run);
        const meta = words[wordOffset(run)] as number;
        if (kindOf(meta) !== KIND_SPLIT) {
          at = this.visitBlock(at, at, stop, meta, words[wordOffset(run) + 1] as number, visit);
          continue;
        }
      }
      const record = this.bases.fine + at;
      const words = this.fine.read(record);
      const offset = wordOffset(record);
      at = this.visitBlock(at, at, stop, words[offset] as number, words[offset + 1] as number, visit);
    }
  }

  /** The block that holds the first frame of a range begins before it, maybe. Returns where it ends. */
  private visitHolder(first: number, stop: number, visit: (block: BlockFrames) => void): number {
    const { blocks } = this.heap;
    const meta = blocks.find(first);
    const found = blocks.head;
    return this.visitBlock(found, first, stop, meta, blocks.word1(found, orderOf(meta)), visit);
  }

  private visitUntouched(first: number, stop: number, visit: (block: BlockFrames) => void): number {
    let at = first;
    while (at < stop) {
      const chunk = this.bases.coarse + at / orderPages(LARGE_ORDER);
      const words = this.coarse.read(chunk);
      const page = words === ZERO_WORDS ? 16 - (chunk & 15) : 1;
      if (words[wordOffset(chunk)] !== 0) break;
      at += page * orderPages(LARGE_ORDER);
    }
    const { here } = this;
    here.first = first;
    here.end = Math.min(at, stop);
    here.state = 'outside';
    here.owner = null;
    here.head = first;
    here.order = LARGE_ORDER;
    here.xenMark = false;
    here.broken = false;
    here.mayBeDirty = true;
    visit(here);
    return here.end;
  }

  private visitBlock(
    head: number,
    first: number,
    stop: number,
    meta: BlockMeta,
    word1: number,
    visit: (block: BlockFrames) => void,
  ): number {
    const { here } = this;
    const order = orderOf(meta);
    const free = isFree(meta);
    const flags = free ? 0 : flagsOf(meta);
    here.first = first;
    here.end = Math.min(head + orderPages(order), stop);
    here.state = pageStateOf(meta);
    here.owner = free ? null : ownerOf(word1);
    here.head = head;
    here.order = free ? freeOrderOf(meta) : order;
    here.xenMark = (flags & FLAG_XEN_HEAP) !== 0;
    here.broken = (flags & FLAG_BROKEN) !== 0;
    here.mayBeDirty = !free || here.order !== order || firstDirtyOf(meta) !== CLEAN;
    if (kindOf(meta) === KIND_FREE_PART) {
      const { blocks } = this.heap;
      here.head = blocks.previous(head, order);
      here.order = freeOrderOf(blocks.find(here.head));
      here.mayBeDirty = true;
    }
    visit(here);
    return here.end;
  }
}
