/** The dom heap and what belongs to whom (DOM, CLAIM, VER-1, VER-5). */
import { allocHeapPages, freeHeapPages } from './buddy.ts';
import { log2Floor, trailingZeros } from './config.ts';
import type { Domain } from './domains.ts';
import type { Request } from './flags.ts';
import type { Heap } from './heap.ts';
import { pageState } from './pages.ts';

export const EPERM = -1;
export const E2BIG = -7;
export const ENOMEM = -12;
export const EINVAL = -22;

/** Above this many pages a domain's death goes by aligned blocks instead of pages (REL-1). */
const PAGE_BY_PAGE_LIMIT = 2 ** 18;

/** `alloc_domheap_pages`: DOM-1 to DOM-5. */
export function allocDomheapPages(heap: Heap, request: Request, domain: Domain | null): number | null {
  const mfn = takeDomheapPages(heap, request, domain);
  if (mfn === null || domain === null || request.noOwner) return mfn;
  const size = 2 ** request.order;
  if (request.noRefcount && !heap.config.is46) heap.pages.change(mfn, size, { extra: true });
  if (request.keepScrub) return mfn;
  if (assignPages(heap, domain, mfn, request.order, request.noRefcount) === 0) return mfn;
  freeHeapPages(heap, mfn, request.order, request.noScrub);
  return null;
}

/** DOM-1 to DOM-4. */
function takeDomheapPages(heap: Heap, request: Request, domain: Domain | null): number | null {
  const { config, dmaBits } = heap;
  // DOM-2
  const inner = { ...request, noRefcount: request.noRefcount || request.noOwner };
  let width = request.bits ?? Infinity;
  if (domain !== null && domain.addressBits !== null && !request.noOwner) {
    width = Math.min(width, domain.addressBits);
  }
  const zoneHi = Math.min(config.bitsToZone(width), config.zones - 1);
  if (dmaBits > 0) {
    const dmaZone = config.bitsToZone(dmaBits);
    if (dmaZone < zoneHi) {
      const mfn = allocHeapPages(heap, dmaZone + 1, zoneHi, inner, domain);
      if (mfn !== null) return mfn;
    }
  }
  if (request.noDma && (dmaBits > 0 || config.is46)) return null;
  return allocHeapPages(heap, 1, zoneHi, inner, domain);
}

/** `populate_physmap`, one extent: DOM-8. */
export function populatePhysmap(heap: Heap, request: Request, domain: Domain): number | null {
  if (heap.config.oldClaims) return allocDomheapPages(heap, request, domain);
  const building = { ...request, noScrub: true, keepScrub: true };
  const mfn = allocDomheapPages(heap, building, domain);
  if (mfn === null) return null;
  heap.pages.change(mfn, 2 ** request.order, { dirty: false });
  if (assignPages(heap, domain, mfn, request.order, request.noRefcount) === 0) return mfn;
  freeDomheapPages(heap, mfn, request.order);
  return null;
}

/** `assign_pages`: DOM-6. */
export function assignPages(heap: Heap, domain: Domain, mfn: number, order: number, noRefcount: boolean): number {
  const size = 2 ** order;
  if (domain.dying) return EINVAL;
  const { extra } = heap.pages.get(mfn);
  if (extra) {
    domain.extraPages += size;
  } else if (!noRefcount) {
    const pages = domain.totalPages - domain.extraPages;
    if (pages > domain.maxPages) return EPERM;
    if (pages + size > domain.maxPages) return E2BIG;
  }
  const counted = extra || !noRefcount;
  if (counted) changeTotal(heap, domain, size);
  heap.pages.change(mfn, size, { owner: domain.id });
  if (counted) (extra ? domain.extraList : domain.pages).append(mfn, size);
  return 0;
}

/** The total changes, and with it the claim (VER-1). */
function changeTotal(heap: Heap, domain: Domain, by: number): void {
  domain.totalPages += by;
  if (!heap.config.oldClaims || domain.outstandingPages === 0) return;
  const claim = Math.max(0, domain.outstandingPages - by);
  heap.claims += claim - domain.outstandingPages;
  domain.outstandingPages = claim;
}

/** `free_domheap_pages`: DOM-7. */
export function freeDomheapPages(heap: Heap, mfn: number, order: number): void {
  const { config, pages } = heap;
  const size = 2 ** order;
  const page = pages.get(mfn);
  const domain = page.owner === null ? undefined : heap.domains.get(page.owner);
  if (config.separate ? config.inXenHeap(mfn) : page.xen) return;
  if (domain === undefined) {
    freeHeapPages(heap, mfn, order, true);
    return;
  }
  let extraPages = 0;
  pages.forEachRun(mfn, size, (first, count, state) => {
    if (state.extra) {
      extraPages += count;
      domain.extraList.remove(first, count);
    } else {
      domain.pages.remove(first, count);
    }
  });
  domain.extraPages -= extraPages;
  changeTotal(heap, domain, -size);
  freeHeapPages(heap, mfn, order, domain.dying || config.header.heap.scrubDomheap);
}

/** `domain_set_outstanding_pages`: CLAIM-1. */
export function setOutstandingPages(heap: Heap, domain: Domain, pages: number): number {
  if (pages === 0) {
    heap.claims -= domain.outstandingPages;
    domain.outstandingPages = 0;
    return 0;
  }
  if (domain.outstandingPages > 0) return EINVAL;
  const owned = domain.totalPages - domain.extraPages;
  if (pages <= owned || pages > domain.maxPages) return EINVAL;
  const claim = pages - owned;
  if (claim > heap.freePages - heap.claims) return ENOMEM;
  domain.outstandingPages = claim;
  heap.claims += claim;
  return 0;
}

/** `relinquish_memory`: DOM-9. At most `most` pages; answers how many. */
export function relinquishMemory(heap: Heap, domain: Domain, most: number): number {
  const total = Math.min(most, domain.pages.length);
  const single = total <= PAGE_BY_PAGE_LIMIT;
  let freed = 0;
  for (const run of domain.pages.runs()) {
    let left = Math.min(run.count, total - freed);
    for (let mfn = run.first; left > 0;) {
      const order = single ? 0 : wholeBlock(heap, mfn, left);
      freeDomheapPages(heap, mfn, order);
      mfn += 2 ** order;
      left -= 2 ** order;
      freed += 2 ** order;
    }
  }
  return freed;
}

/** Largest aligned block that may be freed at once: none of its pages is about to go offline. */
function wholeBlock(heap: Heap, mfn: number, left: number): number {
  const order = Math.min(log2Floor(left), trailingZeros(mfn), heap.config.maxOrder);
  let whole = true;
  heap.pages.forEachRun(mfn, 2 ** order, (_first, _count, state) => {
    if (state !== pageState({ ...state, life: 'in-use' })) whole = false;
  });
  return whole ? order : 0;
}
