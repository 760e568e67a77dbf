import { KEEP_SCRUB, NO_DMA, NO_OWNER, NO_REFCOUNT, NO_SCRUB } from '@heaplay/core';
import { allocateBlock, freeBlock } from './flat-buddy.ts';
import { appendPage, removePage } from './flat-domain.ts';
import type { FlatDomain } from './flat-domain.ts';
import type { FlatState } from './flat-state.ts';
import { EXTRA, LISTED, NIL, XEN } from './frame-table.ts';

const E2BIG = -7;
const EPERM = -1;
const EINVAL = -22;

/** Allocates pages for a domain or for nobody (DOM-1 to DOM-5). `bits` 0: any. */
export function allocDomheap(
  heap: FlatState,
  order: number,
  callFlags: number,
  node: number,
  bits: number,
  domain: FlatDomain | undefined,
  cpu: number,
): number {
  const noOwner = (callFlags & NO_OWNER) !== 0;
  const flags = noOwner ? callFlags | NO_REFCOUNT : callFlags;
  const { platform, dmaBits } = heap;
  const limit = noOwner ? Infinity : (domain?.addressBits ?? Infinity);
  const width = Math.min(bits === 0 ? Infinity : bits, limit);
  const zoneHi = Math.min(platform.bitsToZone(width), platform.zones - 1);
  let mfn = NIL;
  const dmaZone = dmaBits === 0 ? Infinity : platform.bitsToZone(dmaBits);
  if (dmaZone < zoneHi) mfn = allocateBlock(heap, dmaZone + 1, zoneHi, order, flags, node, domain, cpu);
  if (mfn === NIL && (dmaBits === 0 || (flags & NO_DMA) === 0)) {
    mfn = allocateBlock(heap, 1, zoneHi, order, flags, node, domain, cpu);
  }
  if (mfn === NIL || domain === undefined || noOwner) return mfn;
  const extra = (flags & NO_REFCOUNT) !== 0;
  if (extra) heap.frames.state.fill(EXTRA, mfn, mfn + 2 ** order);
  if ((flags & KEEP_SCRUB) !== 0) return mfn;
  if (assignPages(heap, domain, mfn, order, extra) === 0) return mfn;
  freeBlock(heap, mfn, order, (flags & NO_SCRUB) !== 0);
  return NIL;
}

/** Gives pages in use to a domain (DOM-6); 0 or an errno. */
export function assignPages(heap: FlatState, domain: FlatDomain, mfn: number, order: number, extra: boolean): number {
  if (domain.dying) return EINVAL;
  const pages = 2 ** order;
  const { frames } = heap;
  if (extra) domain.extraPages += pages;
  else {
    const ordinary = domain.totalPages - domain.extraPages;
    if (ordinary > domain.maxPages) return EPERM;
    if (domain.maxPages - ordinary < pages) return E2BIG;
  }
  domain.totalPages += pages;
  const list = extra ? domain.extra : domain.pages;
  const mark = extra ? EXTRA | LISTED : LISTED;
  for (let at = mfn; at < mfn + pages; at++) {
    frames.owner[at] = domain.id + 1;
    frames.state[at] = mark;
    appendPage(list, frames, at);
  }
  return 0;
}

/** Returns pages of the dom heap (DOM-7). */
export function freeDomheap(heap: FlatState, mfn: number, order: number): void {
  const { frames, platform } = heap;
  if (((frames.state[mfn] as number) & XEN) !== 0 || platform.inXenHeapRange(mfn)) return;
  const owner = frames.owner[mfn] as number;
  if (owner === 0) {
    freeBlock(heap, mfn, order, true);
    return;
  }
  const domain = heap.domains.get(owner - 1);
  if (domain === undefined) throw new Error(`page ${mfn} belongs to nobody`);
  const pages = 2 ** order;
  for (let at = mfn; at < mfn + pages; at++) {
    const extra = ((frames.state[at] as number) & EXTRA) !== 0;
    if (extra) domain.extraPages--;
    removePage(extra ? domain.extra : domain.pages, frames, at);
  }
  domain.totalPages -= pages;
  freeBlock(heap, mfn, order, domain.dying || platform.config.scrubDomheap);
}

/** One extent of a domain that is being built (DOM-8). */
export function populatePhysmap(
  heap: FlatState,
  order: number,
  flags: number,
  node: number,
  bits: number,
  domain: FlatDomain,
  cpu: number,
): number {
  const mfn = allocDomheap(heap, order, flags | NO_SCRUB | KEEP_SCRUB, node, bits, domain, cpu);
  if (mfn === NIL) return NIL;
  heap.frames.dirty.fill(0, mfn, mfn + 2 ** order);
  if (assignPages(heap, domain, mfn, order, (heap.frames.state[mfn] as number) === EXTRA) === 0) return mfn;
  freeDomheap(heap, mfn, order);
  return NIL;
}

/** Frees ordinary pages of a domain one by one from the head of its list (DOM-9). */
export function relinquishMemory(heap: FlatState, domain: FlatDomain, limit: number): number {
  let freed = 0;
  for (; freed < limit && domain.pages.first !== NIL; freed++) freeDomheap(heap, domain.pages.first, 0);
  return freed;
}

/** Allocates always-mapped pages (XEN-1, XEN-3). */
export function allocXenheap(
  heap: FlatState,
  order: number,
  callFlags: number,
  node: number,
  bits: number,
  cpu: number,
): number {
  const flags = callFlags | NO_SCRUB;
  if (heap.platform.separateXenHeap) return allocateBlock(heap, 0, 0, order, flags, node, undefined, cpu);
  const { xenheapBits } = heap;
  const width = bits === 0 || (xenheapBits !== 0 && bits > xenheapBits) ? xenheapBits : bits;
  const mfn = allocDomheap(heap, order, flags, node, width, undefined, cpu);
  if (mfn !== NIL) heap.frames.state.fill(XEN, mfn, mfn + 2 ** order);
  return mfn;
}
