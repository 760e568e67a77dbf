import { alignmentOf, bitLength, frameAtOrAfter, frameHolding, largestOrderAt } from '@heaplay/core';
import type { PhysicalAddress } from '@heaplay/core';
import { freeBlock } from './flat-buddy.ts';
import { allocXenheap } from './flat-dom-heap.ts';
import type { FlatRegion, FlatState } from './flat-state.ts';
import { NIL } from './frame-table.ts';

/** Gives memory to the boot allocator (BOOT-2); the flat heap knows no bad pages. */
export function initBootPages(heap: FlatState, start: PhysicalAddress, end: PhysicalAddress): void {
  addRegion(heap.regions, frameAtOrAfter(start), frameHolding(end));
}

function addRegion(regions: FlatRegion[], start: number, end: number): void {
  if (start >= end) return;
  const place = regions.findIndex((region) => start < region.end);
  regions.splice(place < 0 ? regions.length : place, 0, { start, end });
}

/** Takes pages from the highest region that has room (BOOT-3). */
export function allocBootPages(heap: FlatState, pages: number, align: number): number {
  for (const region of heap.regions.toReversed()) {
    const { start, end } = region;
    const candidate = end - pages - ((end - pages) % align);
    if (candidate < start || candidate >= end) continue;
    region.end = candidate;
    addRegion(heap.regions, candidate + pages, end);
    return candidate;
  }
  throw new Error(`no region has ${pages} pages`);
}

/** Gives what is left to the heap (BOOT-5). */
export function endBootAllocator(heap: FlatState): void {
  const { platform, regions } = heap;
  const home = platform.nodeOfCpu(0);
  const first = regions.find(({ start, end }) => start < end && platform.nodeOf(start) === home);
  if (first !== undefined) {
    initHeapPages(heap, first.start, first.end);
    first.end = first.start;
  }
  for (const { start, end } of regions.toReversed()) if (start < end) initHeapPages(heap, start, end);
  regions.length = 0;
  if (heap.dmaBits === 0) heap.dmaBits = platform.config.dmaBitsDefault;
}

/** Registers memory as xen heap, with guard pages where it is a heap of its own (XEN-2). */
export function initXenheapPages(heap: FlatState, start: PhysicalAddress, end: PhysicalAddress): void {
  let first: number = frameAtOrAfter(start);
  let last: number = frameHolding(end);
  const { platform } = heap;
  if (platform.separateXenHeap && first < last) {
    if (first !== 0 && !platform.inXenHeapRange(first - 1)) first++;
    if (!platform.inXenHeapRange(last)) last--;
  }
  initHeapPages(heap, first, last);
}

/** Gives frames to the heap (BUDDY-9, BUDDY-12, BUDDY-13). */
function initHeapPages(heap: FlatState, first: number, end: number): void {
  const { platform } = heap;
  for (let at = Math.max(first, 1); at < end;) {
    const partEnd = Math.min(end, platform.endOfNodeRun(at), platform.endOfXenHeapRun(at));
    const node = platform.nodeOf(at);
    let [from, to] = [at, partEnd];
    if (heap.nodeReady[node] !== true) {
      const needed = platform.config.nodeHeapPages;
      const isFirst = heap.nodeReady.every((ready) => !ready);
      const fits = to - from >= needed;
      const tail = alignmentOf(from) >= platform.config.maxOrder && alignmentOf(to) <= alignmentOf(from);
      if (!isFirst && fits && tail && isMapped(heap, to)) to -= needed;
      else if (!isFirst && fits && isMapped(heap, from + needed)) from += needed;
      else if (!isFirst) {
        const mfn = allocXenheap(heap, bitLength(needed - 1), 0, 255, 0, 0);
        if (mfn === NIL) throw new Error(`no memory for the lists of node ${node}`);
      }
      heap.nodeReady[node] = true;
    }
    freeRange(heap, from, to);
    at = partEnd;
  }
}

/** Whether all frames below `end` may hold list heads; with a separate xen heap no part of the dom heap may. */
function isMapped(heap: FlatState, end: number): boolean {
  const { directMapEnd } = heap.platform.config;
  if (directMapEnd === null) return heap.platform.inXenHeapRange(end - 1);
  return end <= directMapEnd && (heap.xenheapBits === 0 || end <= 2 ** (heap.xenheapBits - 12));
}

function freeRange(heap: FlatState, first: number, end: number): void {
  const { config } = heap.platform;
  const dirty = !heap.active && config.bootScrub === 'idle';
  for (let at = first; at < end;) {
    const order = largestOrderAt(at, end, config.maxOrder);
    freeBlock(heap, at, order, dirty);
    at += 2 ** order;
  }
}

/** Sets the threshold of the low-memory interrupt (VIRQ-1). */
export function heapInitLate(heap: FlatState): { readonly threshold: number; readonly order: number } {
  const { lowMemVirq } = heap.platform.config;
  if (lowMemVirq === 0) return { threshold: 0, order: 0 };
  let pages = Math.min(Math.floor((lowMemVirq ?? 2 ** 26) / 4096), heap.freePages, 2 ** 18);
  if (lowMemVirq === null && pages === heap.freePages) pages = Math.floor(pages / 2);
  const order = bitLength(Math.max(pages, 1)) - 1;
  heap.virqOrder = order;
  heap.virqThreshold = 2 ** order;
  heap.virqOriginal = 2 ** order;
  return { threshold: heap.virqThreshold, order };
}
