import { describe, expect, it } from 'vitest';
import { alloc, freed, freedDirty } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { openState } from '../state/heap-reader.ts';
import { freeListPart, listCounts } from './list-counts.ts';
import { observeHeap } from './observe-heap.ts';

const calls = [freed(8, 2), freed(16, 3), freedDirty(24, 1), freed(28), freed(40, 3), freed(48), freed(50), alloc(1)];
const heap = openState(given(host({ nodes: [[[0, 32]], [[32, 64]]] })).when(...calls).state);

/** The lists as the trace format has them, one after the other. */
const observed = observeHeap(heap).nodes.flatMap(({ node, lists = [] }) =>
  lists.map(([zone, order, blocks]) => ({ node, zone, order, blocks })),
);

describe('[BUDDY-1] free lists, counted', () => {
  it('are as many blocks and pages as a walk over every list finds', () => {
    const counted = listCounts(heap).flatMap(({ node, zone, blocks }) =>
      blocks.flatMap((length, order) => (length === 0 ? [] : { node, zone, order, length })),
    );
    expect(counted).toEqual(observed.map(({ blocks, ...list }) => ({ ...list, length: blocks.length })));
    expect(counted.length).toBeGreaterThan(4);
    for (const { node, zone, pages, blocks } of listCounts(heap)) {
      expect(pages, `node ${node}, zone ${zone}`).toBe(
        blocks.reduce((sum, length, order) => sum + length * 2 ** order, 0),
      );
    }
  });

  it('[BUDDY-3] any part of a list is that part of the whole list', () => {
    for (const { blocks, ...list } of observed) {
      expect(freeListPart(heap, list, 0, Infinity)).toEqual(blocks);
      for (let from = 0; from <= blocks.length; from++) {
        expect(freeListPart(heap, list, from, 1)).toEqual(blocks.slice(from, from + 1));
      }
    }
  });

  it('a list that no node, zone or order has is empty', () => {
    for (const list of [
      { node: 9, zone: 5, order: 0 },
      { node: 0, zone: 99, order: 0 },
      { node: 0, zone: 5, order: 31 },
    ]) {
      expect(freeListPart(heap, list, 0, 10)).toEqual([]);
    }
  });
});
