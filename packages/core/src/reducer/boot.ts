import type { EndBootAllocatorResult, HeapInitLateResult } from '../call/boot-calls.ts';
import { PAGE_SHIFT, bitLength, frameAtOrAfter, frameHolding } from '../units/mfn.ts';
import type { MfnRange, PhysicalAddress } from '../units/mfn.ts';
import type { Transaction } from '../state/transaction.ts';
import { initHeapPages } from './heap-range.ts';
import { checkFrames } from './input-error.ts';
import { hex, stop } from './xen-stop.ts';

/** Regions that the boot allocator has room for: a page of 16 bytes each (BOOT-1). */
const MAX_BOOT_REGIONS = 256;

/** Gives memory to the boot allocator (BOOT-2). */
export function initBootPages(tx: Transaction, start: PhysicalAddress, end: PhysicalAddress): void {
  let first: number = frameAtOrAfter(start);
  const last = frameHolding(end);
  if (last <= first) return;
  checkFrames(tx.platform, 'end', first, last);
  if (tx.platform.xen.bootTableInRegion && tx.totals.bootTable === null) tx.totals.bootTable = first++;
  addRegion(tx, first, last);
  for (const [bad, badEnd] of tx.platform.config.badPages) zapRange(tx, bad, badEnd);
}

/** Adds a region in its place (BOOT-1). */
function addRegion(tx: Transaction, start: number, end: number): void {
  if (start >= end) return;
  const regions = tx.bootRegions;
  let place = regions.findIndex(([, e]) => start < e);
  if (place < 0) place = regions.length;
  const next = regions[place];
  if (next !== undefined && end > next[0]) {
    stop('BUG', 'BOOT-1', `region ${hex(start)}–${hex(end)} overlaps ${hex(next[0])}–${hex(next[1])}`);
  }
  if (regions.length >= MAX_BOOT_REGIONS) stop('BUG', 'BOOT-1', `more than ${MAX_BOOT_REGIONS} regions`);
  tx.bootRegions = regions.toSpliced(place, 0, [start, end]);
}

/** Removes bad pages from the regions that they meet: trims or splits them. */
function zapRange(tx: Transaction, bad: number, badEnd: number): void {
  let at = 0;
  while (at < tx.bootRegions.length) {
    const [start, end] = tx.bootRegions[at] as MfnRange;
    if (end <= bad || start >= badEnd || start >= end) {
      at++;
      continue;
    }
    const low: MfnRange = [start, Math.max(start, bad)];
    const highStart = Math.min(end, badEnd);
    if (bad <= start) {
      tx.bootRegions = tx.bootRegions.toSpliced(at, 1, [highStart, end]);
    } else {
      tx.bootRegions = tx.bootRegions.toSpliced(at, 1, low);
      if (highStart < end) addRegion(tx, highStart, end);
    }
    at++;
  }
}

/** Takes pages from the highest region that has room (BOOT-3). */
export function allocBootPages(tx: Transaction, pages: number, align: number): number {
  const regions = tx.bootRegions;
  if (regions.length === 0) stop('BUG', 'BOOT-3', 'the boot allocator has no region');
  for (let at = regions.length - 1; at >= 0; at--) {
    const [start, end] = regions[at] as MfnRange;
    // Below zero the real one wraps around to a number beyond the region's end.
    if (end < pages) continue;
    const candidate = end - pages - ((end - pages) % align);
    if (candidate < start || candidate >= end) continue;
    tx.bootRegions = regions.with(at, [start, candidate]);
    addRegion(tx, candidate + pages, end);
    return candidate;
  }
  return stop('BUG', 'BOOT-3', `no region has ${pages} pages aligned to ${align}`);
}

/** Ends the boot allocator: what is left goes to the heap (BOOT-5). */
export function endBootAllocator(tx: Transaction): EndBootAllocatorResult {
  const { platform, totals } = tx;
  const regions = [...tx.bootRegions];
  const home = platform.nodeOfCpu(0);
  const first = regions.findIndex(([start, end]) => start < end && platform.nodeOf(start) === home);
  if (first >= 0) {
    const [start, end] = regions[first] as MfnRange;
    initHeapPages(tx, start, end);
    regions[first] = [end, end];
  }
  for (const [start, end] of regions.toReversed()) if (start < end) initHeapPages(tx, start, end);
  tx.bootRegions = [];
  if (totals.bootTable !== null) {
    initHeapPages(tx, totals.bootTable, totals.bootTable + 1);
    totals.bootTable = null;
  }
  if (totals.dmaBits === 0) totals.dmaBits = platform.config.dmaBitsDefault;
  return { dmaBits: totals.dmaBits, freePages: totals.freePages };
}

/** Registers memory as xen heap: with a guard page at each end where it is a heap of its own (XEN-2). */
export function initXenheapPages(tx: Transaction, start: PhysicalAddress, end: PhysicalAddress): void {
  let first: number = frameAtOrAfter(start);
  let last: number = frameHolding(end);
  const { platform } = tx;
  if (platform.separateXenHeap && first < last) {
    if (first !== 0 && !platform.inXenHeapRange(first - 1)) first++;
    if (!platform.inXenHeapRange(last)) last--;
    if (first > last) stop('FAULT', 'XEN-2', 'a xen heap of one page is less than its guard pages');
  }
  checkFrames(platform, 'end', first, last);
  initHeapPages(tx, first, last);
}

/** Gives memory to the dom heap. */
export function initDomheapPages(tx: Transaction, start: PhysicalAddress, end: PhysicalAddress): void {
  const [first, last] = [frameAtOrAfter(start), frameHolding(end)];
  checkFrames(tx.platform, 'end', first, last);
  initHeapPages(tx, first, last);
}

/** Limits the xen heap to addresses below the frame, rounded down to a power of two (MODE-3). Returns the width in bits. */
export function xenheapMaxMfn(tx: Transaction, mfn: number): number {
  const { platform, totals, nodes } = tx;
  if (platform.config.mode !== 'direct-map-partial') {
    stop('BUG', 'MODE-2', `xenheap_max_mfn must not be called with ${platform.config.mode}`);
  }
  if (nodes.some((node) => node?.ready === true)) stop('ASSERT', 'MODE-3', 'the heap has pages already');
  totals.xenheapBits = Math.min(bitLength(mfn + 1) - 1 + PAGE_SHIFT, platform.config.paddrBits);
  return totals.xenheapBits;
}

const DEFAULT_LOW_MEM_VIRQ = 0x4000000;
const MAX_LOW_MEM_PAGES = 0x40000000 / 2 ** PAGE_SHIFT;

/** Sets the threshold of the low-memory interrupt (VIRQ-1). */
export function heapInitLate(tx: Transaction): HeapInitLateResult {
  const { totals, platform } = tx;
  const { lowMemVirq, bootScrub } = platform.config;
  const off = lowMemVirq === 0 || (platform.xen.virqNeedsBootScrub && bootScrub !== 'on');
  if (off) return { threshold: 0, order: 0 };
  const bytes = lowMemVirq ?? DEFAULT_LOW_MEM_VIRQ;
  let pages = Math.min(Math.floor(bytes / 2 ** PAGE_SHIFT), totals.freePages, MAX_LOW_MEM_PAGES);
  if (lowMemVirq === null && pages === totals.freePages) pages = Math.floor(pages / 2);
  const order = bitLength(Math.max(pages, 1)) - 1;
  const threshold = 2 ** order;
  totals.virq = { threshold, high: null, original: threshold, order };
  return { threshold, order };
}
