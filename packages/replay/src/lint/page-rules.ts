import { orderPages, pageInfo } from '@heaplay/core';
import type { HeapCall, HeapReader, Mfn, PageInfo } from '@heaplay/core';
import { frame } from '../text/format.ts';
import type { Report } from './finding.ts';

type Free = Extract<HeapCall, { type: 'free_domheap_pages' | 'free_xenheap_pages' }>;

/** The allocation that a page belongs to. */
export interface AllocationOf {
  /** The record that made it. */
  readonly record: number;
  readonly order: number;
}

/** Finds the allocation that a page belongs to; null: it was not allocated in this run. */
export type FindAllocation = (mfn: number) => AllocationOf | null;

/** Holds a call on pages against the heap before it. */
export function checkPages(call: HeapCall, heap: HeapReader, find: FindAllocation, report: Report): void {
  switch (call.type) {
    case 'free_domheap_pages':
    case 'free_xenheap_pages':
      checkFree(call, heap, find, report);
      return;
    case 'assign_pages':
      checkAssign(heap, call.mfn, call.order, report);
      return;
    case 'xenheap_max_mfn':
      checkMaxMfn(heap, report);
      return;
    case 'offline_page':
      checkOffline(heap, call.mfn, report);
      return;
    case 'online_page':
      checkOnline(heap, call.mfn, report);
      return;
    default:
  }
}

/** The blocks that hold the `2^order` pages at `mfn`, rising. The cost is that of the blocks. */
export function* blocksOf(heap: HeapReader, mfn: number, order: number): Generator<PageInfo> {
  const end = Math.min(mfn + orderPages(order), heap.platform.machine.frames);
  for (let at = mfn; at < end;) {
    const page = pageInfo(heap, at);
    yield page;
    at = page.head + orderPages(page.order);
  }
}

function checkFree(call: Free, heap: HeapReader, find: FindAllocation, report: Report): void {
  const { mfn, order, type } = call;
  const blocks = [...blocksOf(heap, mfn, order)];
  const what = `${frame(mfn)}, order ${order}`;
  const free = blocks.find(({ state }) => state === 'free');
  if (free !== undefined) {
    report('double-free', `${type} of ${what}: page ${frame(free.mfn)} is free already`);
    return;
  }
  const absent = blocks.find(({ state }) => state === 'outside' || state === 'offlined');
  if (absent !== undefined) {
    const why = absent.state === 'outside' ? 'was never given to the heap' : 'is offline';
    report('free-unallocated', `${type} of ${what}: page ${frame(absent.mfn)} ${why}`);
    return;
  }
  const wantsXenHeap = type === 'free_xenheap_pages';
  const wrong = blocks.find(({ xenHeap }) => xenHeap !== wantsXenHeap);
  if (wrong !== undefined) {
    const heapOf = wrong.xenHeap ? 'xen heap' : 'dom heap';
    report('free-wrong-heap', `${type} of ${what}: page ${frame(wrong.mfn)} is of the ${heapOf}`);
  }
  checkOrder(call, blocks[0]?.owner ?? null, find, report);
  const dirty = blocks.find((block) => block.state === 'offlining' && isFreedDirty(heap, block, wantsXenHeap));
  if (dirty !== undefined) {
    report('offline-dirty', `page ${frame(dirty.mfn)} is to go offline and is freed dirty: ${STAYS_COUNTED} [OFF-4]`);
  }
}

/** An allocation without owner is freed as it was made; a domain may give back parts of its own. */
function checkOrder({ type, mfn, order }: Free, owner: number | null, find: FindAllocation, report: Report): void {
  const first = find(mfn);
  const last = find(mfn + orderPages(order) - 1);
  // Memory of the boot, or of before the trace began, comes back in whatever pieces.
  if (first === null || last === null) return;
  const isOne = first.record === last.record;
  if (isOne && (first.order === order || owner !== null)) return;
  const found = isOne
    ? `record ${first.record} allocated it with order ${first.order}`
    : `it is of several allocations, from record ${first.record} to ${last.record}`;
  report('order-mismatch', `${type} of ${frame(mfn)}, order ${order}: ${found}`);
}

const STAYS_COUNTED = 'it stays in the count of pages to scrub, so that scrubbing never ends';

/** Does this page come back with a dirty mark (DOM-7, XEN-1, XEN-4)? */
function isFreedDirty(heap: HeapReader, { owner }: PageInfo, asXenHeap: boolean): boolean {
  const { platform } = heap;
  if (!platform.xen.tracksDirty) return false;
  if (asXenHeap) return !platform.separateXenHeap;
  if (owner === null) return true;
  return heap.readDomain(owner)?.dying === true || platform.config.scrubDomheap;
}

function checkAssign(heap: HeapReader, mfn: Mfn, order: number, report: Report): void {
  for (const { mfn: page, xenHeap } of blocksOf(heap, mfn, order)) {
    if (!xenHeap) continue;
    report('xenheap-owned', `page ${frame(page)} is of the xen heap, and is given to a domain`);
    return;
  }
}

function checkMaxMfn(heap: HeapReader, report: Report): void {
  const { mode } = heap.platform.config;
  if (mode !== 'direct-map-partial') {
    report('max-mfn-in-wrong-mode', `xenheap_max_mfn is called with ${mode}: only direct-map-partial has a limit`);
  } else if (heap.totals.freePages > 0 || heap.totals.active) {
    report('max-mfn-in-wrong-mode', 'xenheap_max_mfn is called when pages have been given to the heap');
  }
}

function checkOffline(heap: HeapReader, mfn: Mfn, report: Report): void {
  if (!heap.platform.isValid(mfn)) return;
  const page = pageInfo(heap, mfn);
  if (page.state !== 'free' || !page.dirty) return;
  report('offline-dirty', `page ${frame(mfn)} is taken offline while it is dirty: ${STAYS_COUNTED} [OFF-4]`);
}

function checkOnline(heap: HeapReader, mfn: Mfn, report: Report): void {
  if (!heap.platform.isValid(mfn)) return;
  const { state, broken } = pageInfo(heap, mfn);
  if (state !== 'offlined' || !broken) return;
  report(
    'online-broken',
    `page ${frame(mfn)} is broken, and is put online: Xen says EINVAL and frees it all the same [OFF-4]`,
  );
}
