import { MAX_ORDER, alignDown, isAligned, orderPages } from '@heaplay/core';

/**
 * Which allocation a frame belongs to: of those that cover it the newest, so that nothing need be followed through
 * frees, splits and the deaths of domains. Allocations are kept by order and first frame.
 */
export class AllocationIndex {
  private readonly byOrder: Map<number, number>[] = [];

  /** An allocation of the `2^order` pages at `mfn`, by a number that rises. */
  add(mfn: number, order: number, number: number): void {
    if (isAligned(mfn, order)) (this.byOrder[order] ??= new Map()).set(mfn, number);
    // A block that is not aligned to its size (VER-2) is kept page by page.
    else for (let page = 0; page < orderPages(order); page++) this.add(mfn + page, 0, number);
  }

  /** The number of the allocation that a frame belongs to; 0 if none covers it. */
  find(mfn: number): number {
    let newest = 0;
    for (let order = 0; order <= MAX_ORDER; order++) {
      const number = this.byOrder[order]?.get(alignDown(mfn, order));
      if (number !== undefined && number > newest) newest = number;
    }
    return newest;
  }
}
