import type { ObservedBlock } from '../observation/heap-view.ts';
import { CLEAN, firstDirtyOf } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { NodeId } from '../units/ids.ts';

/** What the free lists of a zone on a node hold. */
export interface ZoneCounts {
  readonly node: NodeId;
  readonly zone: number;
  /** Free pages. */
  readonly pages: number;
  /** Free blocks by order, 0 to the largest that the heap keeps. */
  readonly blocks: readonly number[];
}

/**
 * How many blocks are on each free list, by rising node and zone, without zones where nothing is free. The cost is that
 * of the lists, not of what is on them.
 */
export function listCounts(heap: HeapReader): ZoneCounts[] {
  const { lists, platform } = heap;
  const counts: ZoneCounts[] = [];
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready) continue;
    for (let zone = 0; zone < platform.zones; zone++) {
      let orders = lists.orders(node.id, zone);
      if (orders === 0) continue;
      const blocks = Array.from({ length: platform.config.maxOrder + 1 }, () => 0);
      for (; orders !== 0; orders &= orders - 1) {
        const order = 31 - Math.clz32(orders & -orders);
        blocks[order] = lists.length(node.id, zone, order);
      }
      counts.push({ node: node.id, zone, pages: lists.zonePages(node.id, zone), blocks });
    }
  }
  return counts;
}

/**
 * At most `count` blocks of a free list, from the one that `from` others stand before, towards the tail: as
 * `observe_heap` writes them. The cost is that of the way from the head; a list that does not exist is empty.
 */
export function freeListPart(
  heap: HeapReader,
  list: { readonly node: number; readonly zone: number; readonly order: number },
  from: number,
  count: number,
): ObservedBlock[] {
  const { node, zone, order } = list;
  const { platform } = heap;
  const exists = heap.nodes[node]?.ready === true && zone < platform.zones && order <= platform.config.maxOrder;
  const part: ObservedBlock[] = [];
  if (!exists) return part;
  let mfn = heap.lists.first(node, zone, order);
  for (let at = 0; mfn !== NIL && at < from + count; at++) {
    if (at >= from) {
      const firstDirty = firstDirtyOf(heap.blocks.metaAt(mfn, order));
      part.push([mfn, firstDirty === CLEAN ? null : firstDirty]);
    }
    mfn = heap.blocks.next(mfn, order);
  }
  return part;
}
