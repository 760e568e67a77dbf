/** What somebody who looks at the heap sees: the `observe_*` records of trace-format.md. */
import { digestText, fnv1a64 } from './digest.ts';
import type { Heap } from './heap.ts';

/** `observe_heap`, whole. */
export function observeHeap(heap: Heap): Record<string, unknown> {
  const nodes = [...heap.nodes.values()].sort((a, b) => a.node - b.node);
  return {
    type: 'observe_heap',
    freePages: heap.freePages,
    claims: heap.claims,
    dmaBits: heap.dmaBits,
    xenheapBits: heap.xenheapBits,
    virq: { ...heap.lowMemory },
    nodes: nodes.map(({ node, freePages, needScrub, zonePages, lists }) => ({
      node,
      freePages,
      needScrub,
      zones: zonePages.flatMap((pages, zone) => (pages === 0 ? [] : [[zone, pages]])),
      lists: lists.flatMap((orders, zone) =>
        orders.flatMap((list, order) =>
          list.head === null ? [] : [[zone, order, list.blocks().map(({ mfn, firstDirty }) => [mfn, firstDirty])]],
        ),
      ),
    })),
    offlined: [...heap.offlined],
    broken: [...heap.broken],
    domains: [...heap.domains.values()]
      .sort((a, b) => a.id - b.id)
      .map((domain) => ({
        domain: domain.id,
        totalPages: domain.totalPages,
        extraPages: domain.extraPages,
        maxPages: domain.maxPages,
        outstandingPages: domain.outstandingPages,
        lastNode: domain.lastNode,
        dying: domain.dying,
      })),
    digest: fnv1a64(digestText(heap)),
  };
}

/** `observe_dirty`: the dirty pages in free blocks, as runs. */
export function observeDirty(heap: Heap): Record<string, unknown> {
  const list: [number, number][] = [];
  let pages = 0;
  const blocks = [...heap.blocks.values()].sort((a, b) => a.mfn - b.mfn);
  for (const block of blocks) {
    heap.pages.forEachRun(block.mfn, 2 ** block.order, (first, count, state) => {
      if (!state.dirty) return;
      pages += count;
      const last = list.at(-1);
      if (last !== undefined && last[0] + last[1] === first) last[1] += count;
      else list.push([first, count]);
    });
  }
  const text = list.map(([first, count]) => `${first}+${count},`).join('');
  return { type: 'observe_dirty', pages, runs: list.length, digest: fnv1a64(text), list };
}

/** `observe_avail`: free pages in the zones between two address widths (0: no limit). */
export function observeAvail(heap: Heap, node: number | undefined, minBits: number, maxBits: number): number {
  const { config } = heap;
  const zoneLo = minBits === 0 ? 1 : config.bitsToZone(minBits);
  const zoneHi = maxBits === 0 ? config.zones - 1 : config.bitsToZone(maxBits);
  let pages = 0;
  for (const nodeHeap of heap.nodes.values()) {
    if (node !== undefined && nodeHeap.node !== node) continue;
    for (let zone = zoneLo; zone <= zoneHi && zone < config.zones; zone++) {
      pages += nodeHeap.pagesOf(zone);
    }
  }
  return pages;
}
