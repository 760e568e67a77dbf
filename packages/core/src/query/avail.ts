import type { HeapReader } from '../state/heap-reader.ts';

/** Free pages whose address width lies between `minBits` and `maxBits`, on one node or on all; 0 bits: no limit. */
export function availPages(heap: HeapReader, minBits: number, maxBits: number, node: number | undefined): number {
  const { platform } = heap;
  const zoneLo = minBits === 0 ? 1 : platform.bitsToZone(minBits);
  const zoneHi = maxBits === 0 ? platform.zones - 1 : Math.min(platform.bitsToZone(maxBits), platform.zones - 1);
  let pages = 0;
  for (const heapNode of heap.nodes) {
    if (heapNode === undefined || !heapNode.ready || (node !== undefined && heapNode.id !== node)) continue;
    for (let zone = zoneLo; zone <= zoneHi; zone++) pages += heap.lists.zonePages(heapNode.id, zone);
  }
  return pages;
}

/** Free pages of a node, in both heaps. */
export function nodeAvailPages(heap: HeapReader, node: number): number {
  const heapNode = heap.nodes[node];
  if (heapNode === undefined || !heapNode.ready) return 0;
  return heapNode.freePages;
}

/** Free pages of all nodes that must be scrubbed before somebody else may see them. */
export function pagesToScrub(heap: HeapReader): number {
  let pages = 0;
  for (const node of heap.nodes) pages += node?.needScrub ?? 0;
  return pages;
}
