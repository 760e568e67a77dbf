import type { Block } from './free-lists.ts';
import type { Heap } from './heap.ts';

/** OFF-2: cuts the block so that its offlined pages leave the heap. */
export function takeOutOfflined(heap: Heap, block: Block): void {
  const { config, pages } = heap;
  const end = block.mfn + 2 ** block.order;
  const firstDirty = block.firstDirty === null ? Infinity : block.mfn + block.firstDirty;
  heap.removeBlock(block);
  const isOfflined = (mfn: number): boolean => pages.get(mfn).life === 'offlined';

  for (let mfn = block.mfn; mfn < end;) {
    if (isOfflined(mfn)) {
      mfn++;
      continue;
    }
    let order = 0;
    while (order < block.order && mayGrow(mfn, order, end)) {
      let meets = false;
      pages.forEachRun(mfn + 2 ** order, 2 ** order, (_first, _count, state) => {
        if (state.life === 'offlined') meets = true;
      });
      if (meets) break;
      order++;
    }
    const size = 2 ** order;
    const dirtyFrom = firstDirty < mfn + size ? Math.max(0, firstDirty - mfn) : null;
    heap.insertBlock(mfn, order, block.zone, block.node, dirtyFrom);
    mfn += size;
  }

  function mayGrow(mfn: number, order: number, limit: number): boolean {
    const size = 2 ** (order + 1);
    // VER-2
    if (config.oldClaims) return mfn + size < limit;
    return mfn % size === 0 && mfn + size <= limit;
  }

  const nodeHeap = heap.nodeHeap(block.node);
  for (let mfn = block.mfn; mfn < end; mfn++) {
    const page = pages.get(mfn);
    if (page.life !== 'offlined') continue;
    heap.freePages--;
    nodeHeap.freePages--;
    nodeHeap.zonePages[block.zone] = nodeHeap.pagesOf(block.zone) - 1;
    (page.broken ? heap.broken : heap.offlined).push(mfn);
  }
}
