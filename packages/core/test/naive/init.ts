/** How memory enters the heap (BOOT-5, BUDDY-9, BUDDY-12, BUDDY-13, XEN-2, VER-4). */
import { freeHeapPages } from './buddy.ts';
import { log2Ceil, log2Floor, trailingZeros } from './config.ts';
import { plainRequest } from './flags.ts';
import type { Heap } from './heap.ts';
import { NodeHeap } from './free-lists.ts';
import { Stop } from './wire.ts';
import { allocXenheapPages } from './xenheap.ts';

/** Below this size the model frees page by page, as 4.6 does; above, by blocks (REL-1). */
const PAGE_BY_PAGE_LIMIT = 2 ** 20;

/** `init_xenheap_pages`, addresses in bytes: XEN-2. */
export function initXenheapPages(heap: Heap, start: number, end: number): void {
  let first = Math.ceil(start / 4096);
  let last = Math.floor(end / 4096);
  if (!heap.config.separate) {
    initHeapPages(heap, first, last);
    return;
  }
  if (last <= first) return;
  if (first > 0 && !heap.config.inXenHeap(first - 1)) first++;
  if (!heap.config.inXenHeap(last)) last--;
  if (last < first) throw new Stop('FAULT', 'a xen heap of less than nothing');
  initHeapPages(heap, first, last);
}

/** `init_domheap_pages`, addresses in bytes. */
export function initDomheapPages(heap: Heap, start: number, end: number): void {
  initHeapPages(heap, Math.ceil(start / 4096), Math.floor(end / 4096));
}

/** `end_boot_allocator`: BOOT-5. */
export function endBootAllocator(heap: Heap): void {
  const { boot, config } = heap;
  const cpuNode = config.nodeOfCpu(0);
  const own = boot.regions.find(({ start, end }) => start < end && config.nodeOf(start) === cpuNode);
  if (own !== undefined) {
    initHeapPages(heap, own.start, own.end);
    own.end = own.start;
  }
  for (const { start, end } of boot.regions.toReversed()) initHeapPages(heap, start, end);
  boot.regions = [];
  if (boot.tablePage !== null) initHeapPages(heap, boot.tablePage, boot.tablePage + 1);
  if (heap.dmaBits === 0) heap.dmaBits = config.header.heap.dmaBitsDefault;
}

/** Frames `[start, end)` become free. */
function initHeapPages(heap: Heap, start: number, end: number): void {
  const { config } = heap;
  let first = start === 0 && !config.is46 ? 1 : start;
  let last = end;
  while (first < last) {
    const until = partEnd(heap, first, last);
    // VER-4: where list heads are taken, 4.6 sees the whole range and not the part on this node.
    const part = payForNodeHeap(heap, first, config.is46 ? last : until);
    if (config.is46) last = part.end;
    freeRange(heap, part.first, Math.min(part.end, until));
    first = until;
  }
}

/** Where the node, or what is xen heap, changes. */
function partEnd(heap: Heap, first: number, end: number): number {
  const { config } = heap;
  const node = config.nodeOf(first);
  const cuts = config.header.machine.nodes.flatMap(({ ranges }) => ranges.flat());
  if (config.separate && config.header.heap.xenHeap !== null) {
    cuts.push(...config.header.heap.xenHeap);
  }
  const inXenHeap = config.separate && config.inXenHeap(first);
  const real = cuts.filter(
    (cut) =>
      cut > first &&
      cut < end &&
      (config.nodeOf(cut) !== node || (config.separate && config.inXenHeap(cut) !== inXenHeap)),
  );
  return Math.min(end, ...real);
}

/** BUDDY-13. */
function payForNodeHeap(heap: Heap, first: number, end: number): { readonly first: number; readonly end: number } {
  const { config } = heap;
  const node = config.nodeOf(first);
  if (heap.nodes.has(node)) return { first, end };
  const isFirst = heap.nodes.size === 0;
  const nodeHeap = new NodeHeap(node, config.zones, config.maxOrder);
  if (isFirst) {
    heap.nodes.set(node, nodeHeap);
    return { first, end };
  }
  const needed = config.header.heap.nodeHeapPages;
  const tailIsOurs = !config.is46 || config.nodeOf(end - 1) === node;
  const useTail = tailIsOurs && first % 2 ** config.maxOrder === 0 && trailingZeros(end) <= trailingZeros(first);
  if (end - first >= needed) {
    if (useTail && isDirectlyMapped(heap, end)) {
      heap.nodes.set(node, nodeHeap);
      return { first, end: end - needed };
    }
    if (isDirectlyMapped(heap, first + needed)) {
      heap.nodes.set(node, nodeHeap);
      return { first: first + needed, end };
    }
  }
  const own = allocXenheapPages(heap, plainRequest(log2Ceil(needed), 0));
  if (own === null) throw new Stop('BUG', 'no memory for the lists of a node');
  heap.nodes.set(node, nodeHeap);
  return { first, end };
}

/** Whether all frames below `end` are in the direct map and fit the xen heap. */
function isDirectlyMapped(heap: Heap, end: number): boolean {
  const { directMapEnd } = heap.config.header.heap;
  if (heap.config.separate || directMapEnd === null) return false;
  if (end > directMapEnd) return false;
  return heap.xenheapBits === 0 || end <= 2 ** (heap.xenheapBits - 12);
}

/** BUDDY-12, VER-4. */
function freeRange(heap: Heap, first: number, end: number): void {
  const { config } = heap;
  const dirty = !heap.active && config.header.heap.bootScrub === 'idle';
  const single = config.is46 && end - first <= PAGE_BY_PAGE_LIMIT;
  for (let mfn = first; mfn < end;) {
    const order = single ? 0 : Math.min(config.maxOrder, log2Floor(end - mfn), trailingZeros(mfn));
    freeHeapPages(heap, mfn, order, dirty);
    mfn += 2 ** order;
  }
}
