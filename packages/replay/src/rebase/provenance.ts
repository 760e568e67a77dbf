import { MAX_ORDER, alignDown } from '@heaplay/core';
import type { Mfn } from '@heaplay/core';

/** A frame of the recorded run, in the terms of the target. */
export type TargetFrame =
  /** Page of an allocation that the target made too. */
  | { readonly kind: 'allocated'; readonly mfn: Mfn }
  /** Page of an allocation that failed in the target. */
  | { readonly kind: 'orphaned' }
  /** Page of no allocation: a frame of the machine, the same in both. */
  | { readonly kind: 'physical'; readonly mfn: Mfn };

interface Allocation {
  readonly serial: number;
  /** First frame in the target, or null if it failed there. */
  readonly target: number | null;
}

/**
 * Reads every frame of the recorded run as "the k-th page of the allocation that returned it".
 *
 * Allocations are kept by order and first frame. A frame may have belonged to several in turn; the last one counts,
 * so nothing needs to be removed when pages are freed, relinquished or split.
 */
export class Provenance {
  private serial = 0;
  private readonly byOrder: Map<number, Allocation>[] = [];

  /** An allocation of the recorded run, and what the target gave for the same call. */
  allocated(mfn: number, order: number, target: number | null): void {
    // A block that is not aligned to its size (VER-2) is kept page by page.
    if (alignDown(mfn, order) !== mfn) {
      for (let page = 0; page < 2 ** order; page++)
        this.allocated(mfn + page, 0, target === null ? null : target + page);
      return;
    }
    (this.byOrder[order] ??= new Map()).set(mfn, { serial: this.serial++, target });
  }

  /** What a frame of the recorded run is in the target. */
  find(mfn: number): TargetFrame {
    let newest: Allocation | undefined;
    let offset = 0;
    for (let order = 0; order <= MAX_ORDER; order++) {
      const map = this.byOrder[order];
      if (map === undefined) continue;
      const head = alignDown(mfn, order);
      const allocation = map.get(head);
      if (allocation !== undefined && (newest === undefined || allocation.serial > newest.serial)) {
        newest = allocation;
        offset = mfn - head;
      }
    }
    if (newest === undefined) return { kind: 'physical', mfn: mfn as Mfn };
    return newest.target === null ? { kind: 'orphaned' } : { kind: 'allocated', mfn: (newest.target + offset) as Mfn };
  }
}
