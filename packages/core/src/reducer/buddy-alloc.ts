import { KEEP_SCRUB, NO_REFCOUNT, NO_SCRUB, hasFlag } from '../call/mem-flags.ts';
import { CLEAN, firstDirtyOf } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { isAligned } from '../units/mfn.ts';
import type { NodeId } from '../units/ids.ts';
import { orderPages } from '../units/order.ts';
import { clearFree, forEachAligned, openTables, prepare, writeInUse } from './block-surgery.ts';
import { insertFree } from './free-insert.ts';
import { nodeOrder } from './node-order.ts';
import { checkLowMemory } from './low-memory.ts';
import type { PageRequest } from './request.ts';

/** A free block that a search has taken from its list. */
interface FoundBlock {
  readonly mfn: number;
  readonly order: number;
  readonly node: NodeId;
  readonly zone: number;
}

/** Allocates `2^order` pages (BUDDY-5 to BUDDY-11); returns the first frame, or {@link NIL}. */
export function allocateBlock(tx: Transaction, request: PageRequest, zoneLo: number, zoneHi: number): number {
  const { order, flags, domain } = request;
  const { totals, platform } = tx;
  const { probe } = tx;
  if (order > platform.config.maxOrder) {
    probe?.onStep?.({ step: 'order-too-large', order, maxOrder: platform.config.maxOrder });
    return NIL;
  }
  const pages = orderPages(order);
  const ownClaim = hasFlag(flags, NO_REFCOUNT) || domain === undefined ? 0 : domain.outstandingPages;
  const refused = totals.claims + pages > totals.freePages && ownClaim < pages;
  if (probe?.onStep !== undefined) {
    const { freePages, claims } = totals;
    probe.onStep({ step: 'claims', pages, freePages, claims, ownClaim, refused });
  }
  if (refused) return NIL;
  const found = findBlock(tx, request, zoneLo, zoneHi);
  if (found === undefined) return NIL;

  const node = tx.node(found.node);
  const firstDirty = split(tx, found, order);
  const mfn = found.mfn + orderPages(found.order) - pages;
  tx.lists.addZonePages(node.id, found.zone, -pages);
  node.freePages -= pages;
  totals.freePages -= pages;
  if (domain !== undefined) {
    if (!platform.xen.claimFollowsTotal && domain.outstandingPages > 0 && !hasFlag(flags, NO_REFCOUNT)) {
      const used = Math.min(domain.outstandingPages, pages);
      domain.outstandingPages -= used;
      totals.claims -= used;
    }
    domain.lastNode = node.id;
  }
  checkLowMemory(tx);
  probe?.onAllocate?.(mfn, order, found.mfn, found.order);
  if (firstDirty !== CLEAN) {
    const keep = hasFlag(flags, NO_SCRUB) && hasFlag(flags, KEEP_SCRUB);
    if (isAligned(mfn, order)) node.needScrub -= takeDirtyMarks(tx, mfn, order, keep);
    else {
      forEachAligned(mfn, order, (at, part) => {
        node.needScrub -= takeDirtyMarks(tx, at, part, keep);
      });
    }
  }
  return mfn;
}

/** Counts the dirty marks of an aligned block, and clears them unless they are kept (BUDDY-11). */
function takeDirtyMarks(tx: Transaction, mfn: number, order: number, keep: boolean): number {
  return keep ? tx.dirty.count(mfn, order) : tx.dirty.take(mfn, order);
}

/** The block that a request gets, taken from its list (BUDDY-6, BUDDY-7). */
function findBlock(tx: Transaction, request: PageRequest, zoneLo: number, zoneHi: number): FoundBlock | undefined {
  const { order } = request;
  const nodes = nodeOrder(tx, request);
  tx.probe?.onStep?.({ step: 'nodes', nodes });
  const takeDirty = order === 0 || hasFlag(request.flags, NO_SCRUB) || !tx.platform.xen.tracksDirty;
  const found = searchNodes(tx, nodes, zoneLo, zoneHi, order, takeDirty);
  return found === undefined && !takeDirty ? searchNodes(tx, nodes, zoneLo, zoneHi, order, true) : found;
}

function searchNodes(
  tx: Transaction,
  nodes: readonly NodeId[],
  zoneLo: number,
  zoneHi: number,
  order: number,
  takeDirty: boolean,
): FoundBlock | undefined {
  tx.probe?.onStep?.({ step: 'pass', takesDirty: takeDirty });
  for (const node of nodes) {
    if (!tx.isNodeReady(node)) continue;
    const found = searchNode(tx, node, zoneLo, zoneHi, order, takeDirty);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchNode(
  tx: Transaction,
  node: NodeId,
  zoneLo: number,
  zoneHi: number,
  order: number,
  takeDirty: boolean,
): FoundBlock | undefined {
  const { lists, blocks } = tx;
  const onStep = tx.probe?.onStep;
  const pages = orderPages(order);
  for (let zone = lists.zoneAtOrBelow(node, zoneHi); zone >= zoneLo; zone = lists.zoneAtOrBelow(node, zone - 1)) {
    const freePages = lists.zonePages(node, zone);
    if (onStep !== undefined) {
      onStep({ step: 'zone', node, zone, freePages, passedOver: freePages < pages });
    }
    if (freePages < pages) continue;
    for (let mask = lists.orders(node, zone) & (-1 << order); mask !== 0; mask &= mask - 1) {
      const size = 31 - Math.clz32(mask & -mask);
      const mfn = lists.first(node, zone, size);
      const firstDirty = firstDirtyOf(blocks.metaAt(mfn, size));
      const clean = firstDirty === CLEAN;
      if (onStep !== undefined) {
        const taken = clean || takeDirty;
        onStep({ step: 'block', node, zone, order: size, mfn, firstDirty: clean ? null : firstDirty, taken });
      }
      if (clean || takeDirty) {
        lists.remove(node, zone, size, mfn);
        return { mfn, order: size, node, zone };
      }
      lists.rotate(node, zone, size);
    }
  }
  return undefined;
}

/**
 * Cuts a block taken from its list until `order` is left at its top, and writes that one as in use (BUDDY-8).
 * Returns where it may be dirty first.
 */
function split(tx: Transaction, found: FoundBlock, order: number): number {
  const { blocks } = tx;
  const onStep = tx.probe?.onStep;
  const aligned = isAligned(found.mfn, found.order);
  let base = found.mfn;
  let firstDirty = firstDirtyOf(blocks.metaAt(base, found.order));
  clearFree(blocks, base, found.order);
  if (aligned) openTables(blocks, base + orderPages(found.order) - orderPages(order), found.order, order);
  for (let half = found.order - 1; half >= order; half--) {
    const span = orderPages(half);
    if (!aligned) prepare(tx, base, half);
    const lowerDirty = firstDirty !== CLEAN && firstDirty < span ? firstDirty : CLEAN;
    insertFree(tx, found.node, found.zone, base, half, lowerDirty);
    if (onStep !== undefined) {
      onStep({ step: 'split', mfn: base, order: half, firstDirty: lowerDirty === CLEAN ? null : lowerDirty });
    }
    if (firstDirty !== CLEAN) firstDirty = Math.max(firstDirty - span, 0);
    base += span;
  }
  if (!aligned) prepare(tx, base, order);
  writeInUse(tx, base, order);
  return firstDirty;
}
