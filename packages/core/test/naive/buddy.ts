/** Freeing and allocating blocks (BUDDY-3 to BUDDY-11). */
import type { Domain } from './domains.ts';
import type { Request } from './flags.ts';
import type { Block, NodeHeap } from './free-lists.ts';
import type { Heap } from './heap.ts';
import { checkLowMemory } from './low-memory.ts';
import { nodesToTry } from './numa.ts';
import { takeOutOfflined } from './offline-block.ts';
import { pageState } from './pages.ts';
import { Stop } from './wire.ts';

/** `free_heap_pages`: BUDDY-4. */
export function freeHeapPages(heap: Heap, first: number, order: number, dirtied: boolean): void {
  const { config, pages } = heap;
  const dirty = dirtied && !config.is46;
  const size = 2 ** order;
  const node = config.nodeOf(first);
  const zone = config.zoneOf(first);
  let offlining = false;
  pages.update(first, size, (page) => {
    if (page.life !== 'in-use' && page.life !== 'offlining') {
      throw new Stop('BUG', `a page that is ${page.life} is freed`);
    }
    if (page.life === 'offlining') offlining = true;
    return pageState({
      life: page.life === 'offlining' ? 'offlined' : 'free',
      broken: page.broken,
      dirty,
      xen: false,
      extra: false,
      owner: null,
    });
  });
  const nodeHeap = heap.nodeHeap(node);
  heap.freePages += size;
  nodeHeap.freePages += size;
  nodeHeap.zonePages[zone] = nodeHeap.pagesOf(zone) + size;
  if (dirty) nodeHeap.needScrub += size;

  let mfn = first;
  let k = order;
  let firstDirty = dirty ? 0 : null;
  while (k < config.maxOrder) {
    const half = 2 ** k;
    const hasPredecessor = Math.floor(mfn / half) % 2 === 1;
    const buddy = heap.blocks.get(hasPredecessor ? mfn - half : mfn + half);
    if (buddy === undefined || buddy.order !== k || config.nodeOf(buddy.mfn) !== node) break;
    heap.removeBlock(buddy);
    if (hasPredecessor) {
      firstDirty = buddy.firstDirty ?? (firstDirty === null ? null : half + firstDirty);
      mfn = buddy.mfn;
    } else {
      firstDirty ??= buddy.firstDirty === null ? null : half + buddy.firstDirty;
    }
    k++;
  }
  heap.insertBlock(mfn, k, zone, node, firstDirty);

  if (offlining) {
    const block = heap.blocks.get(mfn);
    if (block !== undefined) takeOutOfflined(heap, block);
  }
}

/** `alloc_heap_pages`: BUDDY-5 to BUDDY-11. */
export function allocHeapPages(
  heap: Heap,
  zoneLo: number,
  zoneHi: number,
  request: Request,
  domain: Domain | null,
): number | null {
  const { order } = request;
  const size = 2 ** order;
  if (order > heap.config.maxOrder) return null;
  if (
    heap.claims + size > heap.freePages &&
    (request.noRefcount || domain === null || domain.outstandingPages < size)
  ) {
    return null;
  }
  const noScrub = request.noScrub;
  const block =
    findBlock(heap, zoneLo, zoneHi, request, domain, noScrub) ??
    (noScrub || heap.config.is46 ? null : findBlock(heap, zoneLo, zoneHi, request, domain, true));
  if (block === null) return null;
  const mfn = split(heap, block, order);

  const nodeHeap = heap.nodeHeap(block.node);
  heap.freePages -= size;
  nodeHeap.freePages -= size;
  nodeHeap.zonePages[block.zone] = nodeHeap.pagesOf(block.zone) - size;
  if (domain !== null && !request.noRefcount && !heap.config.oldClaims) {
    const used = Math.min(domain.outstandingPages, size);
    domain.outstandingPages -= used;
    heap.claims -= used;
  }
  checkLowMemory(heap);
  if (domain !== null) domain.lastNode = block.node;

  nodeHeap.needScrub -= heap.pages.countDirty(mfn, size);
  const keep = noScrub && request.keepScrub;
  heap.pages.update(mfn, size, (page) => {
    if (page.life !== 'free') throw new Stop('BUG', `a page that is ${page.life} is allocated`);
    return pageState({ ...page, life: 'in-use', owner: null, dirty: keep && page.dirty });
  });
  return mfn;
}

/** One pass of BUDDY-6; the block is taken off its list. */
function findBlock(
  heap: Heap,
  zoneLo: number,
  zoneHi: number,
  request: Request,
  domain: Domain | null,
  anyDirt: boolean,
): Block | null {
  for (const node of nodesToTry(heap, request, domain)) {
    const nodeHeap = heap.nodes.get(node);
    if (nodeHeap === undefined) continue;
    for (let zone = zoneHi; zone >= zoneLo; zone--) {
      if (nodeHeap.pagesOf(zone) < 2 ** request.order) continue;
      const block = findInZone(heap, nodeHeap, zone, request.order, anyDirt);
      if (block !== null) return block;
    }
  }
  return null;
}

function findInZone(heap: Heap, nodeHeap: NodeHeap, zone: number, wanted: number, anyDirt: boolean): Block | null {
  for (let order = wanted; order <= heap.config.maxOrder; order++) {
    const list = nodeHeap.list(zone, order);
    const block = list.head;
    if (block === null) continue;
    if (block.firstDirty === null || anyDirt || wanted === 0) {
      heap.removeBlock(block);
      return block;
    }
    list.remove(block);
    list.pushTail(block);
  }
  return null;
}

/** BUDDY-8: gives the lower halves back; answers the frame that is left. */
function split(heap: Heap, block: Block, wanted: number): number {
  let { mfn, firstDirty } = block;
  for (let order = block.order; order > wanted;) {
    order--;
    const half = 2 ** order;
    const inLower = firstDirty !== null && firstDirty < half;
    heap.insertBlock(mfn, order, block.zone, block.node, inLower ? firstDirty : null);
    if (firstDirty !== null) firstDirty = inLower ? 0 : firstDirty - half;
    mfn += half;
  }
  return mfn;
}
