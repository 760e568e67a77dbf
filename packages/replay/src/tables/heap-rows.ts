import { observeNodes, openState, pageInfo, pagesOnList, usedBlocks } from '@heaplay/core';
import type { HeapReader, HeapState } from '@heaplay/core';
import { alignedBlocks } from '../replay/aligned-blocks.ts';
import type { RowOf } from './table-schema.ts';

/**
 * A heap block by block, by rising frame: what is free, what was allocated, what is offline. `recordOf` says which
 * record allocated the block at a frame. Costs as much as there are blocks, whatever their order.
 */
export function* heapRows(
  state: HeapState,
  recordOf: (mfn: number) => number | null,
): Generator<RowOf<'pages'>, void, undefined> {
  const heap = openState(state);
  const { platform } = heap;
  const free = observeNodes(heap).flatMap(({ lists }) => lists.flatMap(([, , blocks]) => blocks.map(([mfn]) => mfn)));
  const used = usedBlocks(state).map(({ mfn }) => mfn as number);
  const offline = [heap.offlined, heap.broken].flatMap(({ first }) => pagesOnList(heap, first));
  const heads = Float64Array.from(new Set([...free, ...used, ...offline])).toSorted();
  for (const mfn of heads) {
    const { state: what, owner, order, xenHeap, extra, broken } = pageInfo(heap, mfn);
    const isUsed = what === 'in-use' || what === 'offlining';
    yield {
      mfn,
      pages: 2 ** order,
      page_order: order,
      state: what,
      domain: owner,
      heap: xenHeap ? 'xen' : isUsed || platform.separateXenHeap ? 'dom' : null,
      node: platform.nodeOf(mfn),
      zone: platform.zoneOf(mfn),
      dirty_pages: what === 'free' ? dirtyPages(heap, mfn, 2 ** order) : null,
      extra,
      broken,
      record: isUsed ? recordOf(mfn) : null,
    };
  }
}

/** What start-up gives to the heap can lie askew: marks are counted by aligned blocks. */
function dirtyPages({ dirty }: HeapReader, mfn: number, pages: number): number {
  let count = 0;
  for (const [first, order] of alignedBlocks(mfn, pages)) count += dirty.count(first, order);
  return count;
}
