import type { HeapReader } from '../state/heap-reader.ts';
import { Fnv1a64 } from './fnv.ts';
import { freeLists, pagesOnList, zonePages } from './free-blocks.ts';

/**
 * The heap digest of the trace format, 16 hex digits: the yardstick between implementations. It costs a walk over all
 * free lists; to compare states of this model use the incremental digest.
 */
export function heapDigest(heap: HeapReader): string {
  const hash = new Fnv1a64();
  hash.update(`T${heap.totals.freePages};C${heap.totals.claims};`);
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready) continue;
    hash.update(`N${node.id}:A${node.freePages}:S${node.needScrub};`);
    const lists = freeLists(heap, node.id);
    let at = 0;
    const zones = new Map(zonePages(heap, node.id));
    for (let zone = 0; zone < heap.platform.zones; zone++) {
      const pages = zones.get(zone);
      if (pages !== undefined) hash.update(`Z${zone}=${pages};`);
      for (let list = lists[at]; list !== undefined && list[0] === zone; list = lists[++at]) {
        hash.update(`L${zone},${list[1]}:`);
        for (const [mfn, dirty] of list[2]) hash.update(dirty === null ? `${mfn},` : `${mfn}/${dirty},`);
        hash.update(';');
      }
    }
  }
  hash.update('O');
  for (const mfn of pagesOnList(heap, heap.offlined.first)) hash.update(`${mfn},`);
  hash.update('B');
  for (const mfn of pagesOnList(heap, heap.broken.first)) hash.update(`${mfn},`);
  return hash.hex();
}
