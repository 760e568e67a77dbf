import { freeBlocksByOrder, largestFreeOrder, pagesToScrub, unusableShare } from '@heaplay/core';
import type { DomainId, HeapReader, NodeId } from '@heaplay/core';

/** Free memory of a node in one zone. Pages, and blocks by order. */
export interface FreeZone {
  readonly node: NodeId;
  readonly zone: number;
  readonly pages: number;
  readonly blocksByOrder: readonly number[];
}

/** The figures of a heap at one moment. Pages, unless said. */
export interface HeapSample {
  readonly freePages: number;
  readonly claims: number;
  readonly needScrub: number;
  readonly largestOrder: number;
  readonly freeBlocksByOrder: readonly number[];
  /** For each order the share of the free memory that a request of it cannot use, 0..1. */
  readonly unusableByOrder: readonly number[];
  readonly nodes: readonly { readonly node: NodeId; readonly freePages: number; readonly needScrub: number }[];
  readonly domains: readonly {
    readonly domain: DomainId;
    readonly totalPages: number;
    readonly outstandingPages: number;
  }[];
}

/** Takes the figures of a heap. Costs as much as there are lists, not blocks. */
export function sampleHeap(heap: HeapReader): HeapSample {
  const { totals } = heap;
  const freeBlocks = freeBlocksByOrder(heap);
  const nodes = heap.nodes.flatMap((node) =>
    node === undefined ? [] : [{ node: node.id, freePages: node.freePages, needScrub: node.needScrub }],
  );
  return {
    freePages: totals.freePages,
    claims: totals.claims,
    needScrub: pagesToScrub(heap),
    largestOrder: largestFreeOrder(heap),
    freeBlocksByOrder: freeBlocks,
    unusableByOrder: freeBlocks.map((_, order) => unusableShare(freeBlocks, order)),
    nodes,
    domains: [...heap.eachDomain()].map(({ id, totalPages, outstandingPages }) => ({
      domain: id,
      totalPages,
      outstandingPages,
    })),
  };
}

/** Free memory by node, zone and order, as far as there is any. */
export function freeZones(heap: HeapReader): FreeZone[] {
  const { platform, lists } = heap;
  const zones: FreeZone[] = [];
  for (const node of platform.nodes) {
    if (heap.nodes[node]?.ready !== true) continue;
    for (let zone = 0; zone < platform.zones; zone++) {
      const pages = lists.zonePages(node, zone);
      if (pages === 0) continue;
      const blocksByOrder = Array.from({ length: platform.config.maxOrder + 1 }, (_, order) =>
        lists.length(node, zone, order),
      );
      zones.push({ node, zone, pages, blocksByOrder });
    }
  }
  return zones;
}
