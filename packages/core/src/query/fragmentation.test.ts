import { describe, expect, it } from 'vitest';
import { freed, freedDirty, xenheap } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { openState } from '../state/heap-reader.ts';
import { availPages, nodeAvailPages } from './avail.ts';
import { dirtyDigest, dirtyRuns } from './dirty-runs.ts';
import { freeBlocksByOrder, largestFreeOrder, unusableFreeSpace } from './fragmentation.ts';

/** Node 0: 8 to 11, 16 and 18; node 1: 32 to 39. 14 pages, 4 of them in zone 4, 2 in zone 5, 8 in zone 6. */
const heap = openState(
  given(host({ nodes: [[[0, 32]], [[32, 64]], []] }), freed(8, 2), freed(16), freedDirty(18), freedDirty(32, 3)).state,
);

describe('how free memory is cut up', () => {
  it('[BUDDY-1] blocks are counted by order over all nodes and zones', () => {
    expect(freeBlocksByOrder(heap).slice(0, 5)).toEqual([2, 0, 1, 1, 0]);
    expect(largestFreeOrder(heap)).toBe(3);
    expect(largestFreeOrder(openState(host()))).toBe(-1);
  });

  it('[BUDDY-1] what lies in blocks too small for an order is its unusable share', () => {
    expect(unusableFreeSpace(heap, 0)).toBe(0);
    expect(unusableFreeSpace(heap, 1)).toBe(2 / 14);
    expect(unusableFreeSpace(heap, 3)).toBe(6 / 14);
    expect(unusableFreeSpace(heap, 4)).toBe(1);
    expect(unusableFreeSpace(openState(host()), 0)).toBe(0);
  });
});

describe('how much is free', () => {
  it.each([
    { minBits: 0, maxBits: 0, node: undefined, pages: 14, what: 'anywhere' },
    { minBits: 0, maxBits: 17, node: undefined, pages: 6, what: 'below 2^17' },
    { minBits: 17, maxBits: 17, node: undefined, pages: 2, what: 'of exactly 17 bits' },
    { minBits: 17, maxBits: 0, node: undefined, pages: 10, what: 'of 17 bits and more' },
    { minBits: 0, maxBits: 0, node: 0, pages: 6, what: 'on node 0' },
    { minBits: 0, maxBits: 64, node: 1, pages: 8, what: 'on node 1' },
    { minBits: 0, maxBits: 0, node: 2, pages: 0, what: 'on a node without heap' },
  ])('[ZONE-2] $pages pages $what', ({ minBits, maxBits, node, pages }) => {
    expect(availPages(heap, minBits, maxBits, node)).toBe(pages);
  });

  it('[MODE-1] pages of a separate xen heap are not among them, but among those of the node', () => {
    const separate = openState(given(host({ xenHeap: [16, 24] }), xenheap(16, 24), freed(32, 1)).state);
    expect(availPages(separate, 0, 0, undefined)).toBe(2);
    expect(nodeAvailPages(separate, 0)).toBe(8);
  });

  it('[BUDDY-1] a node that does not exist, or has no heap, has nothing', () => {
    expect([0, 1, 2, 9].map((node) => nodeAvailPages(heap, node))).toEqual([6, 8, 0, 0]);
  });
});

describe('dirty free pages', () => {
  it('[BUDDY-2] are runs, which may span blocks', () => {
    const { state } = given(
      host({ nodes: [[[0, 24]], [[24, 64]]] }),
      freedDirty(18, 1),
      freedDirty(20, 2),
      freedDirty(24),
    );
    expect(dirtyRuns(openState(state))).toEqual([[18, 7]]);
    expect(dirtyRuns(heap)).toEqual([
      [18, 1],
      [32, 8],
    ]);
  });

  it('[BUDDY-2] their digest is FNV-1a over the text of the runs', () => {
    // FNV-1a 64 of nothing, and of "a", are known from its definition.
    expect(dirtyDigest([])).toBe('cbf29ce484222325');
    expect(dirtyDigest([[18, 7]])).toBe(fnv('18+7,'));
  });
});

/** FNV-1a with integers of any size. */
function fnv(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of text) hash = ((hash ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}
