import { FLAG_LISTED, KIND_IN_USE, blockMeta, flagsOf, kindOf, orderOf } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import type { BlockTable } from '../state/block-table.ts';
import { LARGE_ORDER, MEDIUM_ORDER } from '../state/block-table.ts';
import { relinkEnds } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';
import { alignDown, isAligned, isUpperBuddy, largestOrderAt } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { pageListOf } from './page-owner.ts';

/**
 * Opens the tables below the aligned block of order `from` that holds `mfn`, so that a block of order `to` can be
 * written at `mfn`. Whatever else the block is cut into is written by the caller.
 */
export function openTables(blocks: BlockTable, mfn: number, from: number, to: number): void {
  if (from >= LARGE_ORDER && to < LARGE_ORDER) blocks.markSplit(alignDown(mfn, LARGE_ORDER), LARGE_ORDER);
  if (from >= MEDIUM_ORDER && to < MEDIUM_ORDER) blocks.markSplit(alignDown(mfn, MEDIUM_ORDER), MEDIUM_ORDER);
}

/**
 * Calls `visit` for the largest aligned blocks that make up the `2^order` pages at `mfn`, rising: for all but the blocks
 * of VER-2 that is the block itself.
 */
export function forEachAligned(mfn: number, order: number, visit: (mfn: number, order: number) => void): void {
  if (isAligned(mfn, order)) {
    visit(mfn, order);
    return;
  }
  const end = mfn + orderPages(order);
  for (let at = mfn; at < end;) {
    const part = largestOrderAt(at, end, order);
    visit(at, part);
    at += orderPages(part);
  }
}

/**
 * Cuts the block in use that holds `mfn` until a block of exactly `order` begins there, and returns that one's meta.
 * The pieces keep what the whole was, and its place in its owner's page list, in rising order of frames.
 *
 * The block is the one that `blocks.find(mfn)` found last; its order is at least `order`, and `mfn` is aligned to `order`.
 */
export function isolate(tx: Transaction, mfn: number, order: number): BlockMeta {
  const { blocks } = tx;
  const whole = blocks.head;
  const meta = blocks.meta;
  const wholeOrder = orderOf(meta);
  if (wholeOrder === order) return meta;
  const kind = kindOf(meta);
  const flags = flagsOf(meta);
  const owner = blocks.word1(whole, wholeOrder) & 0xffff;
  const before = blocks.previous(whole, wholeOrder);
  const after = blocks.next(whole, wholeOrder);
  blocks.clear(whole, wholeOrder);
  openTables(blocks, mfn, wholeOrder, order);

  // Frames outside of the heap lie together where that saves space: they are no blocks to anybody.
  const onCut = kind === KIND_IN_USE ? tx.probe?.onCut : undefined;
  // From the outside in: halves below the target, rising; halves above it, falling.
  const lower: number[] = [];
  const upper: number[] = [];
  for (let half = wholeOrder - 1; half >= order; half--) {
    const sibling = alignDown(mfn, half) + (isUpperBuddy(mfn, half) ? -orderPages(half) : orderPages(half));
    (sibling < mfn ? lower : upper).push(sibling);
    blocks.write(sibling, blockMeta(kind, half, flags), owner);
    onCut?.(sibling, half);
  }
  blocks.write(mfn, blockMeta(kind, order, flags), owner);
  onCut?.(mfn, order);

  if ((flags & FLAG_LISTED) !== 0) {
    const run = [...lower, mfn, ...upper.toReversed()];
    let previous = before;
    for (let at = 0; at < run.length; at++) {
      const piece = run[at] as number;
      const pieceOrder = blocks.orderAt(piece);
      blocks.setPrevious(piece, pieceOrder, previous);
      blocks.setNext(piece, pieceOrder, run[at + 1] ?? after);
      previous = piece;
    }
    relinkEnds(pageListOf(tx, owner, meta), blocks, before, after, run[0] as number, previous);
  }
  return blockMeta(kind, order, flags);
}

/**
 * Makes room for a block that is not a half of the one it is cut from: opens the tables above it, and forgets the finer
 * records that blocks out of alignment may have left below it (VER-2).
 */
export function prepare(tx: Transaction, mfn: number, order: number): void {
  const { blocks } = tx;
  openTables(blocks, mfn, LARGE_ORDER, order);
  if (tx.platform.xen.offlineKeepsAlignment || order <= MEDIUM_ORDER) return;
  const end = mfn + orderPages(order);
  for (let at = mfn; at < end; at += orderPages(MEDIUM_ORDER)) blocks.clear(at, MEDIUM_ORDER);
}

/** Writes a block as in use, without owner and flags. If it is aligned, the tables must be open. */
export function writeInUse(tx: Transaction, mfn: number, order: number): void {
  const { blocks } = tx;
  if (isAligned(mfn, order)) {
    blocks.write(mfn, blockMeta(KIND_IN_USE, order), 0);
    return;
  }
  forEachAligned(mfn, order, (at, part) => {
    prepare(tx, at, part);
    blocks.write(at, blockMeta(KIND_IN_USE, part), 0);
  });
}

/** Forgets a free block, which is on no list any more. */
export function clearFree(blocks: BlockTable, mfn: number, order: number): void {
  if (isAligned(mfn, order)) blocks.clear(mfn, order);
  else forEachAligned(mfn, order, (at, part) => blocks.clear(at, part));
}
