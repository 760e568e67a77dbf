/** The low-memory interrupt (VIRQ-1, VIRQ-2, VER-5). */
import { log2Floor } from './config.ts';
import type { Heap } from './heap.ts';

const MIB_PAGES = 256;

/** `heap_init_late`. */
export function initLowMemory(heap: Heap): { threshold: number; order: number } {
  const { lowMemVirq, bootScrub } = heap.config.header.heap;
  const virq = heap.lowMemory;
  const off = lowMemVirq === 0 || (heap.config.is46 && bootScrub !== 'on');
  if (!off) {
    let pages = lowMemVirq === null ? 64 * MIB_PAGES : Math.floor(lowMemVirq / 4096);
    pages = Math.min(pages, heap.freePages, 1024 * MIB_PAGES);
    if (lowMemVirq === null && pages === heap.freePages) pages = Math.floor(pages / 2);
    virq.order = log2Floor(Math.max(pages, 1));
    virq.threshold = 2 ** virq.order;
    virq.original = virq.threshold;
    virq.high = null;
  }
  return { threshold: virq.threshold, order: virq.order };
}

/** After an allocation. */
export function checkLowMemory(heap: Heap): void {
  const virq = heap.lowMemory;
  // Unsigned: less than nothing is a lot.
  const left = heap.claims > heap.freePages ? Infinity : heap.freePages - heap.claims;
  if (left <= virq.threshold) {
    heap.virqs++;
    virq.high = 2 ** (virq.order + 1);
    if (virq.order > 0) virq.order--;
    virq.threshold = 2 ** virq.order;
  } else if (virq.high !== null && left >= virq.high) {
    virq.order++;
    virq.threshold = 2 ** virq.order;
    virq.high = virq.threshold === virq.original ? null : 2 ** (virq.order + 2);
  }
}
