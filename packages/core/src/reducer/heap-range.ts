import type { NodeId } from '../units/ids.ts';
import { alignmentOf, bitLength, largestOrderAt } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { NIL } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { freeBlock } from './buddy-free.ts';
import { allocXenheapPages } from './xen-heap.ts';
import { PageRequest } from './request.ts';
import { stop } from './xen-stop.ts';

/** Gives the frames `[first, end)` to the heap (BUDDY-9, BUDDY-12). */
export function initHeapPages(tx: Transaction, first: number, end: number): void {
  const { platform } = tx;
  let at = first === 0 && platform.xen.dropsFrameZero ? 1 : first;
  let last = end;
  while (at < last) {
    // A part lies on one node and, with a separate xen heap, in one of the two heaps.
    const partEnd = Math.min(last, platform.endOfNodeRun(at), platform.endOfXenHeapRun(at));
    const node = platform.nodeOf(at);
    if (tx.isNodeReady(node)) {
      freeRange(tx, at, partEnd);
      at = partEnd;
      continue;
    }
    // Older versions see the whole range here, not the part on this node (VER-4).
    const seenEnd = platform.xen.givesPageByPage ? last : partEnd;
    const taken = initNode(tx, node, at, seenEnd);
    if (taken === 'tail' && seenEnd === last) last -= platform.config.nodeHeapPages;
    freeRange(
      tx,
      taken === 'start' ? at + platform.config.nodeHeapPages : at,
      taken === 'tail' && seenEnd === partEnd ? partEnd - platform.config.nodeHeapPages : Math.min(partEnd, last),
    );
    at = partEnd;
  }
}

/** Frees a range by its largest aligned blocks, from the bottom up. */
function freeRange(tx: Transaction, first: number, end: number): void {
  const { platform } = tx;
  const dirty = platform.xen.tracksDirty && !tx.totals.active && platform.config.bootScrub === 'idle';
  for (let at = first; at < end;) {
    const order = largestOrderAt(at, end, platform.config.maxOrder);
    freeBlock(tx, at, order, dirty);
    at += orderPages(order);
  }
}

/**
 * A node's heap comes into being with its first range, which pays for the list heads (BUDDY-13).
 * Says from which end of the range they were taken, or that they came from elsewhere.
 */
function initNode(tx: Transaction, node: NodeId, first: number, end: number): 'start' | 'tail' | 'elsewhere' {
  const { platform } = tx;
  const isFirstNode = tx.nodes.every((other) => other?.ready !== true);
  const needed = platform.config.nodeHeapPages;
  const fits = end - first >= needed;
  if (!isFirstNode) {
    if (fits && takesTail(tx, first, end) && isMappable(tx, end - needed, end)) return ready(tx, node, 'tail');
    if (fits && isMappable(tx, first, first + needed)) return ready(tx, node, 'start');
    const order = bitLength(needed - 1);
    const mfn = allocXenheapPages(tx, PageRequest.of({ order }, undefined));
    if (mfn === NIL) stop('BUG', 'BUDDY-13', `no memory for the list heads of node ${node}`);
  }
  return ready(tx, node, 'elsewhere');
}

function ready<T>(tx: Transaction, node: NodeId, from: T): T {
  tx.node(node).ready = true;
  return from;
}

/** The list heads come from the tail if that leaves the better aligned range. */
function takesTail(tx: Transaction, first: number, end: number): boolean {
  const { platform } = tx;
  if (platform.xen.nodeHeapTailOnNode && platform.nodeOf(end - 1) !== platform.nodeOf(first)) return false;
  return alignmentOf(first) >= platform.config.maxOrder && alignmentOf(end) <= alignmentOf(first);
}

function isMappable(tx: Transaction, first: number, end: number): boolean {
  const { directMapEnd } = tx.platform.config;
  const { xenheapBits } = tx.totals;
  if (directMapEnd === null) return tx.platform.inXenHeapRange(first) && tx.platform.inXenHeapRange(end - 1);
  return end <= directMapEnd && (xenheapBits === 0 || end <= 2 ** (xenheapBits - 12));
}

/** A recording of the core alone begins with `free_heap_pages`: the node's heap then comes into being free of charge (BUDDY-13). */
export function ensureNodeHeap(tx: Transaction, mfn: number): void {
  tx.node(tx.platform.nodeOf(mfn)).ready = true;
}
