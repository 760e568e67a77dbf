import {
  CLEAN,
  FLAG_BROKEN,
  FLAG_OFFLINING,
  firstDirtyOf,
  flagsOf,
  freeOrderOf,
  isFree,
  isInUse,
  kindOf,
  KIND_FREE,
  orderOf,
  ownerOf,
} from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import { LARGE_ORDER, MEDIUM_ORDER } from '../state/block-table.ts';
import type { FreeStep } from '../state/probe.ts';
import type { Transaction } from '../state/transaction.ts';
import type { NodeId } from '../units/ids.ts';
import { alignmentOf, isAligned, isUpperBuddy } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { clearFree, forEachAligned, isolate } from './block-surgery.ts';
import { insertFree } from './free-insert.ts';
import { takeOutOffline } from './offline-block.ts';
import type { OfflinePageMark } from './offline-block.ts';
import { hex, stop } from './xen-stop.ts';

/**
 * Frees `2^order` pages at `mfn` (BUDDY-4). They are in use or *offlining*, and on no page list.
 * `dirty`: they must be scrubbed before somebody else may see them.
 */
export function freeBlock(tx: Transaction, mfn: number, order: number, dirty: boolean): void {
  const { platform } = tx;
  if (platform.xen.offlineKeepsAlignment && !isAligned(mfn, order)) {
    stop('BUG', 'BUDDY-4', `a block of order ${order} does not begin at ${hex(mfn)}, which is no multiple of its size`);
  }
  const offlining: OfflinePageMark[] = [];
  vacate(tx, mfn, order, offlining);
  const pages = orderPages(order);
  const node = tx.node(platform.nodeOf(mfn));
  if (!node.ready) stop('FAULT', 'BUDDY-1', `page ${hex(mfn)} is freed, but node ${node.id} has no list heads yet`);
  const zone = platform.zoneOf(mfn);
  tx.lists.addZonePages(node.id, zone, pages);
  node.freePages += pages;
  tx.totals.freePages += pages;
  let firstDirty: number = CLEAN;
  if (platform.xen.tracksDirty) {
    if (isAligned(mfn, order)) tx.dirty.assign(mfn, order, dirty);
    else forEachAligned(mfn, order, (at, part) => tx.dirty.assign(at, part, dirty));
    if (dirty) {
      node.needScrub += pages;
      firstDirty = 0;
    }
  }
  tx.probe?.onFreeStep?.({ step: 'freed', mfn, order, node: node.id, zone, dirty: firstDirty !== CLEAN });
  const merged = merge(tx, node.id, zone, mfn, order, firstDirty);
  tx.probe?.onFree?.(mfn, order, merged, freeOrderOf(tx.blocks.find(merged)));
  if (offlining.length > 0) takeOutOffline(tx, merged, offlining);
}

/** Takes pages out of the blocks that hold them, all of them in use; adds those that are *offlining* to `offlining`. */
function vacate(tx: Transaction, mfn: number, order: number, offlining: OfflinePageMark[]): void {
  if (isAligned(mfn, order)) vacateAligned(tx, mfn, order, offlining);
  else forEachAligned(mfn, order, (at, part) => vacateAligned(tx, at, part, offlining));
}

function vacateAligned(tx: Transaction, mfn: number, order: number, offlining: OfflinePageMark[]): void {
  const { blocks } = tx;
  let meta = blocks.metaAt(mfn, order);
  if (meta === 0 || !isInUse(meta)) {
    meta = blocks.find(mfn);
    if (!isInUse(meta)) notInUse(meta, mfn);
    if (orderOf(meta) < order) {
      vacateSmaller(tx, mfn, order, offlining);
      return;
    }
    meta = isolate(tx, mfn, order);
  }
  noteOfflining(offlining, mfn, meta);
  blocks.clear(mfn, order);
}

/** The pages are spread over several blocks: nothing is taken before all of them are known to be in use. */
function vacateSmaller(tx: Transaction, mfn: number, order: number, offlining: OfflinePageMark[]): void {
  const { blocks } = tx;
  const end = mfn + orderPages(order);
  for (let at = mfn; at < end; at += orderPages(orderOf(blocks.meta))) {
    const meta = blocks.find(at);
    if (!isInUse(meta)) notInUse(meta, at);
  }
  for (let at = mfn; at < end;) {
    const meta = blocks.find(at);
    const size = orderOf(meta);
    noteOfflining(offlining, at, meta);
    blocks.clear(at, size);
    at += orderPages(size);
    // The last block below a record of the middle table is gone: it describes no finer blocks any more.
    if (size < MEDIUM_ORDER && order >= MEDIUM_ORDER && alignmentOf(at) >= MEDIUM_ORDER) {
      blocks.clear(at - orderPages(MEDIUM_ORDER), MEDIUM_ORDER);
    }
  }
}

function noteOfflining(found: OfflinePageMark[], mfn: number, meta: BlockMeta): void {
  const flags = flagsOf(meta);
  if ((flags & FLAG_OFFLINING) !== 0) found.push({ mfn, broken: (flags & FLAG_BROKEN) !== 0 });
}

function notInUse(meta: BlockMeta, mfn: number): never {
  return stop('BUG', 'BUDDY-4', `page ${hex(mfn)} is freed, but it is ${isFree(meta) ? 'free already' : 'offline'}`);
}

/** Merges a new free block with its buddies as far as that goes, and puts it on its list; returns its head. */
function merge(tx: Transaction, node: NodeId, zone: number, mfn: number, order: number, firstDirty: number): number {
  const { blocks, lists, platform } = tx;
  const { maxOrder } = platform.config;
  const onFreeStep = tx.probe?.onFreeStep;
  let head = mfn;
  let size = order;
  let dirtyFrom = firstDirty;
  while (size < maxOrder) {
    const span = orderPages(size);
    const below = isUpperBuddy(head, size);
    const buddy = below ? head - span : head + span;
    if (!platform.isValid(buddy)) break;
    const meta = blocks.metaAt(buddy, size);
    if (kindOf(meta) !== KIND_FREE || platform.nodeOf(buddy) !== node) break;
    lists.remove(node, blocks.word1(buddy, size) & 0xff, size, buddy);
    clearFree(blocks, buddy, size);
    const buddyDirty = firstDirtyOf(meta);
    if (below) {
      dirtyFrom = buddyDirty !== CLEAN ? buddyDirty : dirtyFrom === CLEAN ? CLEAN : span + dirtyFrom;
      head = buddy;
    } else if (dirtyFrom === CLEAN && buddyDirty !== CLEAN) {
      dirtyFrom = span + buddyDirty;
    }
    size++;
    if (onFreeStep !== undefined) onFreeStep({ step: 'merge', buddy, order: size - 1, mfn: head });
    // What the finer table described is one block of the coarser one now.
    if (size === MEDIUM_ORDER || size === LARGE_ORDER) blocks.clear(head, size);
  }
  if (onFreeStep !== undefined) onFreeStep(mergeEnd(tx, head, size));
  const end = insertFree(tx, node, zone, head, size, dirtyFrom);
  if (onFreeStep !== undefined) {
    onFreeStep({ step: 'listed', mfn: head, order: size, node, zone, firstDirty: orNull(dirtyFrom), end });
  }
  return head;
}

function orNull(firstDirty: number): number | null {
  return firstDirty === CLEAN ? null : firstDirty;
}

/** Which of the conditions of {@link merge} did not hold for the buddy of this block. */
function mergeEnd(tx: Transaction, mfn: number, order: number): FreeStep {
  const { blocks, platform } = tx;
  const nothing = { buddy: null, buddyOrder: null, buddyOwner: null, broken: false };
  if (order >= platform.config.maxOrder) return { step: 'merge-end', mfn, order, ...nothing, why: 'largest-order' };
  const span = orderPages(order);
  const buddy = isUpperBuddy(mfn, order) ? mfn - span : mfn + span;
  if (!platform.isValid(buddy)) return { step: 'merge-end', mfn, order, ...nothing, buddy, why: 'no-memory' };
  const meta = blocks.find(buddy);
  const free = isFree(meta);
  const buddyOwner = free ? null : ownerOf(blocks.word1(blocks.head, orderOf(meta)));
  const broken = !free && (flagsOf(meta) & FLAG_BROKEN) !== 0;
  const about = { buddy, buddyOrder: free ? freeOrderOf(meta) : orderOf(meta), buddyOwner, broken };
  const why = isInUse(meta) ? 'in-use' : !free ? 'offlined' : about.buddyOrder !== order ? 'other-order' : 'other-node';
  return { step: 'merge-end', mfn, order, ...about, why };
}
