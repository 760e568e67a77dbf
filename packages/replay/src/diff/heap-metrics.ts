import { freeBlocksByOrder, largestFreeOrder, pagesToScrub, unusableFreeSpace } from '@heaplay/core';
import type { CallRecord, HeapReader } from '@heaplay/core';
import { isLayoutCall } from '../rebase/layout-call.ts';

/** How a run ended, and how low its memory went. Pages, and orders. */
export interface HeapMetrics {
  readonly freePages: number;
  /** Fewest pages free after any call since the heap was laid out. */
  readonly lowestFreePages: number;
  readonly claims: number;
  readonly needScrub: number;
  readonly freeBlocks: number;
  /** Greatest order of which a block is free; -1: none. */
  readonly largestFreeOrder: number;
  /** Share of the free memory that a 2 MiB request cannot use, 0..1. */
  readonly unusableForOrder9: number;
  /** Calls that did not get what they asked for. */
  readonly failed: number;
}

/** Does a call use the heap that start-up lays out? Before that, what is free says nothing. */
export function usesHeap(record: CallRecord): boolean {
  return !isLayoutCall(record) && record.type !== 'alloc_boot_pages';
}

/** Follows a run for its {@link HeapMetrics}. */
export class MetricsGatherer {
  private lowest = Infinity;
  private failed = 0;

  /** Takes note of the heap after a call that used it. */
  note(heap: HeapReader, failed: boolean): void {
    this.lowest = Math.min(this.lowest, heap.totals.freePages);
    if (failed) this.failed++;
  }

  /** The metrics at the end. */
  finish(heap: HeapReader): HeapMetrics {
    const { freePages, claims } = heap.totals;
    return {
      freePages,
      lowestFreePages: this.lowest === Infinity ? 0 : this.lowest,
      claims,
      needScrub: pagesToScrub(heap),
      freeBlocks: freeBlocksByOrder(heap).reduce((sum, count) => sum + count, 0),
      largestFreeOrder: largestFreeOrder(heap),
      unusableForOrder9: unusableFreeSpace(heap, 9),
      failed: this.failed,
    };
  }
}
