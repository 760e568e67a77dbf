import { EXACT_NODE, KEEP_SCRUB, NO_SCRUB } from '@heaplay/core';
import type { FlatDomain } from './flat-domain.ts';
import { nodesToTry } from './flat-nodes.ts';
import type { FlatState } from './flat-state.ts';
import { FREE, HEAD, NIL } from './frame-table.ts';

/** Frees `2^order` pages and merges them with their buddies (BUDDY-4). */
export function freeBlock(heap: FlatState, mfn: number, order: number, dirty: boolean): void {
  const { frames, lists, platform } = heap;
  const pages = 2 ** order;
  const { state } = frames;
  for (let at = mfn; at < mfn + pages; at++) {
    if (((state[at] as number) & FREE) !== 0) throw new Error(`page ${at} is freed twice`);
    state[at] = FREE;
    frames.dirty[at] = dirty ? 1 : 0;
    frames.owner[at] = 0;
  }
  const node = platform.nodeOf(mfn);
  const zone = platform.zoneOf(mfn);
  lists.addZonePages(node, zone, pages);
  heap.nodeFree[node] = (heap.nodeFree[node] as number) + pages;
  heap.freePages += pages;
  if (dirty) heap.needScrub[node] = (heap.needScrub[node] as number) + pages;

  const { maxOrder } = platform.config;
  let head = mfn;
  let size = order;
  let firstDirty = dirty ? 0 : NIL;
  while (size < maxOrder) {
    const span = 2 ** size;
    const below = (head & span) !== 0;
    const buddy = below ? head - span : head + span;
    if (buddy >= state.length || state[buddy] !== (FREE | HEAD) || frames.order[buddy] !== size) break;
    if (platform.nodeOf(buddy) !== node) break;
    const buddyDirty = frames.firstDirty[buddy] as number;
    lists.remove(node, platform.zoneOf(buddy), size, buddy);
    if (below) {
      firstDirty = buddyDirty !== NIL ? buddyDirty : firstDirty === NIL ? NIL : firstDirty + span;
      head = buddy;
    } else if (firstDirty === NIL && buddyDirty !== NIL) {
      firstDirty = buddyDirty + span;
    }
    size++;
  }
  lists.insert(node, zone, size, head, firstDirty);
}

/** Allocates `2^order` pages (BUDDY-5 to BUDDY-11); the first frame, or {@link NIL}. */
export function allocateBlock(
  heap: FlatState,
  zoneLo: number,
  zoneHi: number,
  order: number,
  flags: number,
  asked: number,
  domain: FlatDomain | undefined,
  cpu: number,
): number {
  const pages = 2 ** order;
  if (order > heap.platform.config.maxOrder || pages > heap.freePages) return NIL;
  const nodes = nodesToTry(heap, (flags & EXACT_NODE) !== 0, asked, domain, cpu);
  const takeDirty = order === 0 || (flags & NO_SCRUB) !== 0;
  let mfn = search(heap, nodes, zoneLo, zoneHi, order, takeDirty);
  if (mfn === NIL && !takeDirty) mfn = search(heap, nodes, zoneLo, zoneHi, order, true);
  if (mfn === NIL) return NIL;

  const { frames, lists, platform } = heap;
  const node = platform.nodeOf(mfn);
  const zone = platform.zoneOf(mfn);
  let firstDirty = frames.firstDirty[mfn] as number;
  for (let half = (frames.order[mfn] as number) - 1; half >= order; half--) {
    const span = 2 ** half;
    lists.insert(node, zone, half, mfn, firstDirty !== NIL && firstDirty < span ? firstDirty : NIL);
    if (firstDirty !== NIL) firstDirty = firstDirty < span ? 0 : firstDirty - span;
    mfn += span;
  }
  lists.addZonePages(node, zone, -pages);
  heap.nodeFree[node] = (heap.nodeFree[node] as number) - pages;
  heap.freePages -= pages;
  checkLowMemory(heap);
  if (domain !== undefined) domain.lastNode = node;

  const { state, dirty } = frames;
  const keep = (flags & NO_SCRUB) !== 0 && (flags & KEEP_SCRUB) !== 0;
  let dirtyPages = 0;
  for (let at = mfn; at < mfn + pages; at++) {
    state[at] = 0;
    dirtyPages += dirty[at] as number;
    if (!keep) dirty[at] = 0;
  }
  heap.needScrub[node] = (heap.needScrub[node] as number) - dirtyPages;
  return mfn;
}

/** A block for the request, taken off its list (BUDDY-6). */
function search(
  heap: FlatState,
  nodes: number,
  zoneLo: number,
  zoneHi: number,
  order: number,
  takeDirty: boolean,
): number {
  const { lists, frames } = heap;
  for (let i = 0; i < nodes; i++) {
    const node = heap.order[i] as number;
    if (heap.nodeReady[node] !== true) continue;
    for (let zone = zoneHi; zone >= zoneLo; zone--) {
      if (lists.zonePages(node, zone) < 2 ** order) continue;
      for (let mask = lists.orders(node, zone) & (-1 << order); mask !== 0; mask &= mask - 1) {
        const size = 31 - Math.clz32(mask & -mask);
        const mfn = lists.first(node, zone, size);
        const firstDirty = frames.firstDirty[mfn] as number;
        lists.remove(node, zone, size, mfn);
        if (firstDirty === NIL || takeDirty) return mfn;
        lists.insert(node, zone, size, mfn, firstDirty);
      }
    }
  }
  return NIL;
}

/** The low-memory interrupt (VIRQ-2); there are no claims here. */
function checkLowMemory(heap: FlatState): void {
  if (heap.freePages <= heap.virqThreshold) {
    heap.virqs++;
    heap.virqHigh = 2 ** (heap.virqOrder + 1);
    if (heap.virqOrder > 0) heap.virqThreshold = 2 ** --heap.virqOrder;
  } else if (heap.freePages >= heap.virqHigh) {
    heap.virqThreshold = 2 ** ++heap.virqOrder;
    heap.virqHigh = heap.virqThreshold === heap.virqOriginal ? Infinity : 2 ** (heap.virqOrder + 2);
  }
}
