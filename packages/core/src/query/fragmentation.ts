import type { HeapReader } from '../state/heap-reader.ts';
import { orderPages } from '../units/order.ts';

/** Number of free blocks of each order, over all nodes and zones. */
export function freeBlocksByOrder(heap: HeapReader): number[] {
  const counts = new Array<number>(heap.platform.config.maxOrder + 1).fill(0);
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready) continue;
    for (let zone = 0; zone < heap.platform.zones; zone++) {
      for (let mask = heap.lists.orders(node.id, zone); mask !== 0; mask &= mask - 1) {
        const order = 31 - Math.clz32(mask & -mask);
        counts[order] = (counts[order] ?? 0) + heap.lists.length(node.id, zone, order);
      }
    }
  }
  return counts;
}

/** Number of free blocks of one order, over all nodes and zones. */
export function freeBlocksOfOrder(heap: HeapReader, order: number): number {
  let blocks = 0;
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready) continue;
    for (let zone = 0; zone < heap.platform.zones; zone++) blocks += heap.lists.length(node.id, zone, order);
  }
  return blocks;
}

/** The greatest order of which a block is free; -1 if nothing is. */
export function largestFreeOrder(heap: HeapReader): number {
  let orders = 0;
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready) continue;
    for (let zone = 0; zone < heap.platform.zones; zone++) orders |= heap.lists.orders(node.id, zone);
  }
  return orders === 0 ? -1 : 31 - Math.clz32(orders);
}

/** Unusable free space index: which share of the free memory, 0..1, lies in blocks too small for a request of `order`. */
export function unusableFreeSpace(heap: HeapReader, order: number): number {
  return unusableShare(freeBlocksByOrder(heap), order);
}

/** The same from the number of free blocks of each order, for somebody who asks for many orders. */
export function unusableShare(counts: readonly number[], order: number): number {
  let free = 0;
  let usable = 0;
  for (let size = 0; size < counts.length; size++) {
    const pages = (counts[size] ?? 0) * orderPages(size);
    free += pages;
    if (size >= order) usable += pages;
  }
  return free === 0 ? 0 : (free - usable) / free;
}
