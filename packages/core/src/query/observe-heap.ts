import type { HeapView, ObservedDomain, ObservedNode } from '../observation/heap-view.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import { freeLists, pagesOnList, zonePages } from './free-blocks.ts';
import { heapDigest } from './heap-digest.ts';

/** The whole heap: the `observe_heap` record of the trace format, with every part. */
export type HeapObservation = Required<HeapView> & { readonly type: 'observe_heap' };

/** Looks at the nodes that have a heap. */
export function observeNodes(heap: HeapReader): Required<ObservedNode>[] {
  return heap.nodes.flatMap((node) =>
    node === undefined || !node.ready
      ? []
      : {
          node: node.id,
          freePages: node.freePages,
          needScrub: node.needScrub,
          zones: zonePages(heap, node.id),
          lists: freeLists(heap, node.id),
        },
  );
}

/** Looks at the domains' accounts, by rising id. */
export function observeDomains(heap: HeapReader): Required<ObservedDomain>[] {
  return Array.from(heap.eachDomain(), (domain) => ({
    domain: domain.id,
    totalPages: domain.totalPages,
    extraPages: domain.extraPages,
    maxPages: domain.maxPages,
    outstandingPages: domain.outstandingPages,
    lastNode: domain.lastNode,
    dying: domain.dying,
  }));
}

/** Looks at the whole heap. The cost is that of all free blocks and domains. */
export function observeHeap(heap: HeapReader): HeapObservation {
  const { freePages, claims, dmaBits, xenheapBits, virq } = heap.totals;
  return {
    type: 'observe_heap',
    freePages,
    claims,
    dmaBits,
    xenheapBits,
    virq: { threshold: virq.threshold, high: virq.high, original: virq.original, order: virq.order },
    nodes: observeNodes(heap),
    offlined: pagesOnList(heap, heap.offlined.first),
    broken: pagesOnList(heap, heap.broken.first),
    domains: observeDomains(heap),
    digest: heapDigest(heap),
  };
}
