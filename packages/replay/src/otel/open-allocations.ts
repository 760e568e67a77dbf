import { MAX_ORDER, alignDown, orderPages } from '@heaplay/core';
import type { HeapCall, Mfn } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { alignedBlocks } from '../replay/aligned-blocks.ts';

/** An allocation of which some page is not free yet. */
export interface OpenAllocation {
  /** The record that allocated it. */
  readonly record: number;
  readonly mfn: Mfn;
  readonly pages: number;
  /** Pages that are not free yet. */
  held: number;
}

/** Pages that a call hands out if it succeeds; 0 for one that hands out none. */
export function allocatedPages(call: HeapCall): number {
  if (call.type === 'alloc_boot_pages') return call.pages;
  return isAllocation(call.type) && 'order' in call ? orderPages(call.order) : 0;
}

/**
 * The allocations that are there now, found by any of their frames. An allocation lies in aligned blocks, at most two
 * of each order, so that it costs the same whatever its size.
 */
export class OpenAllocations<T extends OpenAllocation> {
  private readonly byOrder: readonly Map<number, T>[] = Array.from({ length: MAX_ORDER + 1 }, () => new Map());
  private readonly all = new Set<T>();

  /** How many there are. */
  get size(): number {
    return this.all.size;
  }

  /** In the order in which they were made. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.all.values();
  }

  /** Pages were allocated. */
  add(allocation: T): void {
    this.all.add(allocation);
    for (const [mfn, order] of alignedBlocks(allocation.mfn, allocation.pages)) {
      this.byOrder[order]?.set(mfn, allocation);
    }
  }

  /** The `2^order` pages at `mfn` are free now: the allocations that this touched; the ones with nothing held are gone. */
  free(mfn: number, order: number): T[] {
    const touched = new Set<T>();
    for (const [first, blockOrder] of alignedBlocks(mfn, orderPages(order))) this.freeBlock(first, blockOrder, touched);
    for (const allocation of touched) if (allocation.held <= 0) this.drop(allocation);
    return [...touched];
  }

  /** The allocation that a frame belongs to; undefined if none is known. Its page may be free: part of it is not. */
  find(mfn: number): T | undefined {
    // What was made of a part that came back lies in a smaller block than the rest.
    for (let order = 0; order <= MAX_ORDER; order++) {
      const allocation = this.byOrder[order]?.get(alignDown(mfn, order));
      if (allocation !== undefined) return allocation;
    }
    return undefined;
  }

  private freeBlock(mfn: number, order: number, touched: Set<T>): void {
    for (let above = order; above <= MAX_ORDER; above++) {
      const allocation = this.byOrder[above]?.get(alignDown(mfn, above));
      if (allocation === undefined) continue;
      allocation.held -= orderPages(order);
      touched.add(allocation);
      return;
    }
    for (let below = 0; below < order; below++) this.freeSmaller(mfn, order, below, touched);
  }

  /** A block that was allocated in pieces comes back as one. Costs as much as there are pieces, of either side. */
  private freeSmaller(mfn: number, order: number, below: number, touched: Set<T>): void {
    const blocks = this.byOrder[below];
    if (blocks === undefined || blocks.size === 0) return;
    const take = (allocation: T | undefined): void => {
      if (allocation === undefined) return;
      allocation.held -= orderPages(below);
      touched.add(allocation);
    };
    const end = mfn + orderPages(order);
    if (orderPages(order - below) < blocks.size) {
      for (let first = mfn; first < end; first += orderPages(below)) take(blocks.get(first));
      return;
    }
    for (const [first, allocation] of blocks) if (first >= mfn && first < end) take(allocation);
  }

  private drop(allocation: T): void {
    this.all.delete(allocation);
    for (const [mfn, order] of alignedBlocks(allocation.mfn, allocation.pages)) {
      const blocks = this.byOrder[order];
      // A younger one can lie there already.
      if (blocks?.get(mfn) === allocation) blocks.delete(mfn);
    }
  }
}
