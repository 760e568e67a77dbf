import { CLEAN, firstDirtyOf } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { HeapReader } from '../state/heap-reader.ts';

/** A free block, and where it may be dirty first: an index within it, or null. */
export type FreeBlock = readonly [mfn: number, firstDirty: number | null];

/** A free list from head to tail. */
export type FreeList = readonly [zone: number, order: number, blocks: readonly FreeBlock[]];

/** The blocks of one free list, from head to tail. */
export function freeBlocks(heap: HeapReader, node: number, zone: number, order: number): FreeBlock[] {
  const blocks: FreeBlock[] = [];
  for (let mfn = heap.lists.first(node, zone, order); mfn !== NIL; mfn = heap.blocks.next(mfn, order)) {
    const firstDirty = firstDirtyOf(heap.blocks.metaAt(mfn, order));
    blocks.push([mfn, firstDirty === CLEAN ? null : firstDirty]);
  }
  return blocks;
}

/** The free lists of a node that are not empty, zones and orders rising. */
export function freeLists(heap: HeapReader, node: number): FreeList[] {
  const lists: FreeList[] = [];
  for (let zone = 0; zone < heap.platform.zones; zone++) {
    for (let mask = heap.lists.orders(node, zone); mask !== 0; mask &= mask - 1) {
      const order = 31 - Math.clz32(mask & -mask);
      lists.push([zone, order, freeBlocks(heap, node, zone, order)]);
    }
  }
  return lists;
}

/** Free pages of a node by zone, without those that have none, zones rising. */
export function zonePages(heap: HeapReader, node: number): [zone: number, pages: number][] {
  const zones: [number, number][] = [];
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
