import { freeOrderOf, isFree } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { NodeId } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';
import { pageInfo } from './page-info.ts';

/** Blocks of a list that are passed between two pauses: a fraction of a millisecond. */
const PAUSE = 2048;

/** A free block on its list, and the blocks on both sides of it. */
export interface FreeListPlace {
  readonly node: NodeId;
  readonly zone: number;
  readonly order: number;
  /** The block's first frame. */
  readonly head: Mfn;
  /** Blocks on the list. */
  readonly length: number;
  /** The block that is nearer to the list's head; null: this one is the head. */
  readonly before: Mfn | null;
  /** The block that is nearer to its tail; null: this one is the tail. */
  readonly after: Mfn | null;
}

/** The free list that a frame's block is on (BUDDY-1); null: the frame is not free. */
export function freeListPlace(heap: HeapReader, mfn: number): FreeListPlace | null {
  const { blocks, lists, platform } = heap;
  const { state, head } = pageInfo(heap, mfn);
  if (state !== 'free') return null;
  const order = freeOrderOf(blocks.find(head));
  const node = platform.nodeOf(head);
  // The list that it was put on stands in the block itself.
  const zone = blocks.word1(head, order) & 0xff;
  const [before, after] = [blocks.previous(head, order), blocks.next(head, order)];
  return {
    node,
    zone,
    order,
    head,
    length: lists.length(node, zone, order),
    before: before === NIL ? null : (before as Mfn),
    after: after === NIL ? null : (after as Mfn),
  };
}

/**
 * How many blocks stand before a free block on its list. It is counted from the block on towards both ends at once, so
 * the cost is that of the way to the nearer one; pauses on the way, and tells then how many blocks were passed.
 * Throws `RangeError` where no free block begins.
 */
export function* blocksBefore(heap: HeapReader, head: number): Generator<number, number, void> {
  const { blocks } = heap;
  const meta = blocks.find(head);
  const place = isFree(meta) ? freeListPlace(heap, head) : null;
  if (place?.head !== head) throw new RangeError(`no free block begins at frame ${head}`);
  const { order, length } = place;
  let before: number = head;
  let after: number = head;
  for (let passed = 0; ; passed++) {
    before = blocks.previous(before, order);
    if (before === NIL) return passed;
    after = blocks.next(after, order);
    if (after === NIL) return length - 1 - passed;
    if ((passed + 1) % PAUSE === 0) yield passed + 1;
  }
}
