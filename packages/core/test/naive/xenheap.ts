/** The xen heap (XEN-1, XEN-3, XEN-4). */
import { allocHeapPages, freeHeapPages } from './buddy.ts';
import { allocDomheapPages } from './domheap.ts';
import type { Request } from './flags.ts';
import type { Heap } from './heap.ts';

export function allocXenheapPages(heap: Heap, request: Request): number | null {
  if (heap.config.separate) {
    return allocHeapPages(heap, 0, 0, { ...request, noScrub: true }, null);
  }
  let { bits } = request;
  if (heap.xenheapBits > 0 && (bits === null || bits > heap.xenheapBits)) bits = heap.xenheapBits;
  const mfn = allocDomheapPages(heap, { ...request, bits, noScrub: true }, null);
  if (mfn !== null) heap.pages.change(mfn, 2 ** request.order, { xen: true });
  return mfn;
}

export function freeXenheapPages(heap: Heap, mfn: number, order: number): void {
  freeHeapPages(heap, mfn, order, !heap.config.separate);
}
