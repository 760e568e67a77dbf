import { describe, expect, it } from 'vitest';
import { allocDom, domain, freed, setAffinity } from '../../test/dsl/calls.ts';
import type { Wish } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import type { TestHeap } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

/** Nodes 0 to 3, with frames 16 to 19 of one zone; CPU 0 is on node 2. */
const four = host({
  nodes: [[[0, 17]], [[17, 18]], [[18, 19]], [[19, 64]]],
  cpus: [2],
});
const free = given(four, freed(16), freed(17), freed(18), freed(19));

/** The nodes from which one page after the other comes, until there is none. */
function nodes(heap: TestHeap, wish: Wish): number[] {
  const found: number[] = [];
  for (let at = heap; found.length < 5;) {
    at = at.when(allocDom(0, wish));
    const [mfn] = at.results;
    if (typeof mfn !== 'number') return found;
    found.push(mfn - 16);
  }
  throw new Error('more pages than there are');
}

describe('[NUMA-1] the node of a frame', () => {
  const holes = host({
    frames: 100,
    nodes: [
      [
        [10, 20],
        [60, 70],
      ],
      [[30, 40]],
    ],
  });

  it.each([
    { mfn: 10, node: 0, where: 'in a range' },
    { mfn: 39, node: 1, where: 'at the end of a range' },
    { mfn: 60, node: 0, where: 'in a second range of its node' },
    { mfn: 25, node: 0, where: 'in a hole: that of the range before' },
    { mfn: 45, node: 1, where: 'in a hole before a range of another node' },
    { mfn: 99, node: 0, where: 'behind all ranges' },
    { mfn: 5, node: 0, where: 'before all ranges: that of the first' },
  ])('[NUMA-1] $mfn is $where', ({ mfn, node }) => {
    expect(holes.platform.nodeOf(mfn)).toBe(node);
  });

  it('[NUMA-1] a run of one node ends where the next node begins, holes included', () => {
    expect([0, 15, 30, 59, 60].map((mfn) => holes.platform.endOfNodeRun(mfn))).toEqual([30, 30, 60, 60, Infinity]);
  });

  it('[NUMA-1] a node without memory has no frame', () => {
    const { platform } = host({ nodes: [[[0, 32]], [], [[32, 64]]] });
    expect([platform.nodeOf(31), platform.nodeOf(32)]).toEqual([0, 2]);
  });
});

describe('[NUMA-2] where a search starts', () => {
  it('[NUMA-2] on the node asked for', () => {
    expect(nodes(free, { node: 1 })).toEqual([1, 2, 3, 0]);
  });

  it("[NUMA-2] without domain on the CPU's", () => {
    expect(nodes(free, {})).toEqual([2, 3, 0, 1]);
  });

  it("[NUMA-2] node 255 is no node: again the CPU's", () => {
    expect(nodes(free, { node: 255 })).toEqual([2, 3, 0, 1]);
  });

  it('[NUMA-2] for a domain on the node behind its last one: the first page comes from node 1', () => {
    expect(nodes(free.when(domain(1)), { domain: 1 })).toEqual([1, 2, 3, 0]);
  });

  it('[NUMA-2] behind the last one within its affinity, cyclic', () => {
    expect(nodes(free.when(domain(1, { nodeAffinity: [0, 2, 3] })), { domain: 1 })).toEqual([2, 3, 0, 1]);
    expect(nodes(free.when(domain(1, { nodeAffinity: [0] })), { domain: 1, flags: ['exact_node'] })).toEqual([0]);
  });

  it('[NUMA-2] the node asked for comes before that of the domain', () => {
    expect(nodes(free.when(domain(1)), { domain: 1, node: 3 })).toEqual([3, 0, 1, 2]);
  });

  it('[NUMA-2] the last node moves with every block found, even if it is not assigned', () => {
    free
      .when(domain(1, { maxPages: 0 }), allocDom(0, { domain: 1 }))
      .expect({ result: null, domains: { 1: { lastNode: 1 } } })
      .when(allocDom(0, { domain: 1 }))
      .expect({ result: null, domains: { 1: { lastNode: 2 } } });
  });

  it('[NUMA-2] a search that found nothing leaves it', () => {
    free.when(domain(1), allocDom(1, { domain: 1 })).expect({ result: null, domains: { 1: { lastNode: 0 } } });
  });
});

describe('[NUMA-3] where a search goes on', () => {
  it('[NUMA-3] within the affinity, from its first node if the start lies outside', () => {
    const heap = free.when(domain(1), setAffinity(1, 0, 1));
    expect(nodes(heap, { domain: 1, node: 2 })).toEqual([2, 0, 1, 3]);
    expect(nodes(heap, { domain: 1, node: 3 })).toEqual([3, 0, 1, 2]);
  });

  it('[NUMA-3] cyclic within the affinity, then over the other nodes', () => {
    const heap = free.when(domain(1), setAffinity(1, 1, 3));
    expect(nodes(heap, { domain: 1, node: 3 })).toEqual([3, 1, 0, 2]);
  });

  it('[NUMA-3] with exact_node and a node asked for, only that node', () => {
    expect(nodes(free, { node: 1, flags: ['exact_node'] })).toEqual([1]);
  });

  it('[NUMA-3] also if it lies outside the affinity', () => {
    const heap = free.when(domain(1), setAffinity(1, 0));
    expect(nodes(heap, { domain: 1, node: 2, flags: ['exact_node'] })).toEqual([2]);
  });

  it('[NUMA-3] with exact_node alone, only the affinity', () => {
    const heap = free.when(domain(1), setAffinity(1, 1, 3));
    expect(nodes(heap, { domain: 1, flags: ['exact_node'] })).toEqual([1, 3]);
  });

  it('[NUMA-3] with exact_node alone and no domain, all nodes', () => {
    expect(nodes(free, { flags: ['exact_node'] })).toEqual([2, 3, 0, 1]);
  });

  it('[NUMA-3] node 255 is no node asked for with exact_node either', () => {
    expect(nodes(free, { node: 255, flags: ['exact_node'] })).toEqual([2, 3, 0, 1]);
  });

  it('[NUMA-3] a node that the machine does not have is left for the first', () => {
    expect(nodes(free, { node: 9 })).toEqual([0, 1, 2, 3]);
  });

  it('[NUMA-3] with exact_node a node that the machine does not have gives nothing', () => {
    expect(nodes(free, { node: 9, flags: ['exact_node'] })).toEqual([]);
    expect(nodes(given(host(), freed(16)), { node: 9, flags: ['exact_node'] })).toEqual([]);
  });
});
