import { CLEAN, firstDirtyOf } from '../state/block-record.ts';
import type { ObservedBlock, ObservedList, ObservedZone } from '../observation/heap-view.ts';
import { NIL } from '../state/block-table.ts';
import type { HeapReader } from '../state/heap-reader.ts';

/** The blocks of one free list, from head to tail. */
export function freeBlocks(heap: HeapReader, node: number, zone: number, order: number): ObservedBlock[] {
  const blocks: ObservedBlock[] = [];
  for (let mfn = heap.lists.first(node, zone, order); mfn !== NIL; mfn = heap.blocks.next(mfn, order)) {
    const firstDirty = firstDirtyOf(heap.blocks.metaAt(mfn, order));
    blocks.push([mfn, firstDirty === CLEAN ? null : firstDirty]);
  }
  return blocks;
}

/** The free lists of a node that are not empty, zones and orders rising. */
export function freeLists(heap: HeapReader, node: number): ObservedList[] {
  const lists: ObservedList[] = [];
  for (let zone = 0; zone < heap.platform.zones; zone++) {
    for (let mask = heap.lists.orders(node, zone); mask !== 0; mask &= mask - 1) {
      const order = 31 - Math.clz32(mask & -mask);
      lists.push([zone, order, freeBlocks(heap, node, zone, order)]);
    }
  }
  return lists;
}

/** Free pages of a node by zone, without those that have none, zones rising. */
export function zonePages(heap: HeapReader, node: number): ObservedZone[] {
  const zones: ObservedZone[] = [];
  for (let zone = 0; zone < heap.platform.zones; zone++) {
    const pages = heap.lists.zonePages(node, zone);
    if (pages !== 0) zones.push([zone, pages]);
  }
  return zones;
}

/** Offlined or broken pages in the order of their list. */
export function pagesOnList(heap: HeapReader, first: number): number[] {
  const pages: number[] = [];
  for (let mfn = first; mfn !== NIL; mfn = heap.blocks.next(mfn, heap.blocks.orderAt(mfn))) pages.push(mfn);
  return pages;
}
