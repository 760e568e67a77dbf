import {
  CLEAN,
  FLAG_BROKEN,
  KIND_FREE_PART,
  KIND_OFFLINED,
  blockMeta,
  firstDirtyOf,
  freeOrderOf,
  kindOf,
} from '../state/block-record.ts';
import { writeAppended } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';
import { alignmentOf } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { clearFree, prepare } from './block-surgery.ts';
import { insertFree } from './free-insert.ts';

/** A page that leaves the heap. */
export interface OfflinePageMark {
  readonly mfn: number;
  readonly broken: boolean;
}

/**
 * Takes pages out of the free block at `head` (OFF-2): the rest is cut into blocks again, without merging.
 * `marks` is rising. A page that was dirty stays in its node's count of pages to scrub (OFF-4).
 */
export function takeOutOffline(tx: Transaction, head: number, marks: readonly OfflinePageMark[]): void {
  const { blocks, lists, platform } = tx;
  const meta = blocks.find(head);
  const order = freeOrderOf(meta);
  const firstDirty = firstDirtyOf(meta);
  const node = tx.node(platform.nodeOf(head));
  const zone = blocks.word1(head, order) & 0xff;
  lists.remove(node.id, zone, order, head);
  clearFree(blocks, head, order);

  const end = head + orderPages(order);
  let next = 0;
  for (let at = head; at < end;) {
    const mark = marks[next];
    if (mark !== undefined && mark.mfn === at) {
      setOffline(tx, at, mark.broken);
      lists.addZonePages(node.id, zone, -1);
      node.freePages--;
      tx.totals.freePages--;
      next++;
      at++;
      continue;
    }
    const size = orderWithout(tx, at, end, order, mark?.mfn ?? end);
    prepare(tx, at, size);
    tx.probe?.onCut?.(at, size);
    insertFree(tx, node.id, zone, at, size, carriedDirty(firstDirty, at - head, orderPages(size)));
    at += orderPages(size);
  }
}

/** The order of the block that begins at `at`: the largest that is not above `limit` and meets no page to be taken out. */
function orderWithout(tx: Transaction, at: number, end: number, limit: number, mark: number): number {
  const aligned = tx.platform.xen.offlineKeepsAlignment;
  let order = 0;
  while (order < limit) {
    const next = at + orderPages(order + 1);
    // Older versions heed no alignment, and stop short of the old block's end (VER-2).
    if (next > mark || (aligned ? next > end || alignmentOf(at) <= order : next >= end)) break;
    order++;
  }
  return order;
}

/** The first dirty page of a piece of a block, from the block's own: the marks of the pages are not looked at. */
function carriedDirty(firstDirty: number, offset: number, pages: number): number {
  if (firstDirty === CLEAN || firstDirty >= offset + pages) return CLEAN;
  return Math.max(firstDirty - offset, 0);
}

function setOffline(tx: Transaction, mfn: number, broken: boolean): void {
  tx.probe?.onTouch?.(mfn, 0);
  prepare(tx, mfn, 0);
  const meta = blockMeta(KIND_OFFLINED, 0, broken ? FLAG_BROKEN : 0);
  writeAppended(broken ? tx.broken : tx.offlined, tx.blocks, mfn, 0, meta, 0);
}

/** The head of the free block that holds a free frame. */
export function freeHeadOf(tx: Transaction, mfn: number): number {
  const meta = tx.blocks.find(mfn);
  const { head } = tx.blocks;
  return kindOf(meta) === KIND_FREE_PART ? tx.blocks.previous(head, (meta >>> 3) & 31) : head;
}
