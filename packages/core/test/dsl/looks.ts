import { observeNodes } from '../../src/query/observe-heap.ts';
import { NIL } from '../../src/state/block-table.ts';
import { openState } from '../../src/state/heap-reader.ts';
import type { HeapReader } from '../../src/state/heap-reader.ts';
import type { HeapState } from '../../src/state/heap-state.ts';
import type { ListEnds } from '../../src/state/page-list.ts';
import { orderPages } from '../../src/units/order.ts';

/** Every free list that is not empty: `{ 'z5 o3': '16 24/2' }`, or `n0 z5 o3` on a machine of several nodes. */
export function lists(state: HeapState): Record<string, string> {
  const several = state.platform.nodes.length > 1;
  const found: Record<string, string> = {};
  for (const { node, lists: ofNode } of observeNodes(openState(state))) {
    for (const [zone, order, blocks] of ofNode) {
      const name = `${several ? `n${node} ` : ''}z${zone} o${order}`;
      found[name] = blocks.map(([mfn, dirty]) => (dirty === null ? `${mfn}` : `${mfn}/${dirty}`)).join(' ');
    }
  }
  return found;
}

/** The frames of a page list, from its head to its tail. */
export function pageList(heap: HeapReader, list: Readonly<ListEnds> | undefined): number[] {
  const frames: number[] = [];
  for (let mfn = list?.first ?? NIL; mfn !== NIL;) {
    const order = heap.blocks.orderAt(mfn);
    for (let page = 0; page < orderPages(order); page++) frames.push(mfn + page);
    mfn = heap.blocks.next(mfn, order);
  }
  return frames;
}

/** Free pages of every zone that has some: `{ z5: 16 }`, or `n0 z5` on a machine of several nodes. */
export function zones(state: HeapState): Record<string, number> {
  const several = state.platform.nodes.length > 1;
  return Object.fromEntries(
    observeNodes(openState(state)).flatMap(({ node, zones: ofNode }) =>
      ofNode.map(([zone, pages]) => [`${several ? `n${node} ` : ''}z${zone}`, pages]),
    ),
  );
}
