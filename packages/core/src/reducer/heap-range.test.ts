import { describe, it } from 'vitest';
import { active, alloc, domheap, freed, freedDirty, xenheap, xenheapMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import type { Host } from '../../test/dsl/host.ts';

describe('[BUDDY-9] frame 0', () => {
  it('[BUDDY-9] never enters the heap: a range that begins there loses it', () => {
    given(host())
      .when(domheap(0, 4))
      .expect({ lists: { 'z1 o0': '1', 'z2 o1': '2' }, free: 3, frames: { 0: { state: 'outside' } } });
  });

  it('[BUDDY-9] a range of nothing else gives nothing', () => {
    given(host()).when(domheap(0, 1)).expect({ lists: {}, free: 0 });
  });

  it('[ZONE-4] so no block spans zones: what is free below 64 frames is a block a zone', () => {
    given(host())
      .when(domheap(0, 64))
      .expect({ lists: { 'z1 o0': '1', 'z2 o1': '2', 'z3 o2': '4', 'z4 o3': '8', 'z5 o4': '16', 'z6 o5': '32' } });
  });
});

describe('[BUDDY-12] a range enters the heap', () => {
  it('[BUDDY-12] by the largest aligned blocks', () => {
    given(host())
      .when(domheap(3, 14))
      .expect({ lists: { 'z2 o0': '3', 'z3 o2': '4', 'z4 o1': '12', 'z4 o2': '8' } });
  });

  it('[BUDDY-12] from the bottom up, not above the greatest order', () => {
    given(host({ maxOrder: 2 }))
      .when(domheap(16, 32))
      .expect({ lists: { 'z5 o2': '28 24 20 16' } });
  });

  it('[BUDDY-12] cut where the node changes', () => {
    given(host({ nodes: [[[0, 24]], [[24, 64]]] }), freed(1), freed(60))
      .when(domheap(16, 32))
      .expect({ lists: { 'n0 z1 o0': '1', 'n0 z5 o3': '16', 'n1 z5 o3': '24', 'n1 z6 o0': '60' } });
  });

  it('[BUDDY-12] merges with what is free already', () => {
    given(host(), active, freed(16, 3))
      .when(domheap(24, 32))
      .expect({ lists: { 'z5 o4': '16' } });
  });
});

/** Node 0 below frame 16, node 1 above; list heads take two pages, blocks have at most 8. */
const paying: Host = { maxOrder: 3, nodeHeapPages: 2, nodes: [[[0, 16]], [[16, 64]]] };

describe('[BUDDY-13] what the list heads of a node cost', () => {
  it('[BUDDY-13] nothing on the first node of all', () => {
    given(host(paying))
      .when(domheap(8, 16))
      .expect({ lists: { 'n0 z4 o3': '8' } });
  });

  it('[BUDDY-13] nothing on the first node that gets memory, whatever its number', () => {
    given(host(paying))
      .when(domheap(16, 24))
      .expect({ lists: { 'n1 z5 o3': '16' } });
  });

  it('[BUDDY-13] the tail of the first range, if its start is aligned to the greatest order and its end no better', () => {
    // 16 is aligned to 2^4, 28 to 2^2: 26 and 27 are taken.
    given(host(paying), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({
        lists: { 'n0 z4 o3': '8', 'n1 z5 o1': '24', 'n1 z5 o3': '16' },
        frames: { 26: { state: 'outside' }, 27: { state: 'outside' } },
      });
  });

  it('[BUDDY-13] the tail too, if its end is aligned as well as its start', () => {
    // 16 and 48 are aligned to 2^4: 46 and 47 are taken.
    given(host(paying), domheap(8, 16))
      .when(domheap(16, 48))
      .expect({
        lists: { 'n0 z4 o3': '8', 'n1 z5 o3': '24 16', 'n1 z6 o1': '44', 'n1 z6 o2': '40', 'n1 z6 o3': '32' },
      });
  });

  it('[BUDDY-13] the start, if the end is aligned better', () => {
    // 48 is aligned to 2^4, 64 to 2^6: 48 and 49 are taken.
    given(host(paying), domheap(8, 16))
      .when(domheap(48, 64))
      .expect({
        lists: { 'n0 z4 o3': '8', 'n1 z6 o1': '50', 'n1 z6 o2': '52', 'n1 z6 o3': '56' },
        frames: { 48: { state: 'outside' } },
      });
  });

  it('[BUDDY-13] the start, if it is not aligned to the greatest order', () => {
    given(host(paying), domheap(8, 16))
      .when(domheap(20, 31))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z5 o0': '30', 'n1 z5 o1': '28 22', 'n1 z5 o2': '24' } });
  });

  it('[BUDDY-13] the second range of a node is free of charge', () => {
    given(host(paying), domheap(8, 16), domheap(16, 28))
      .when(domheap(32, 40))
      .expect({ nodePages: [8, 18] });
  });

  it('[BUDDY-13] the start, if the tail is not mapped', () => {
    given(host({ ...paying, directMapEnd: 27 }), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z5 o1': '18', 'n1 z5 o2': '24 20' } });
  });

  it('[BUDDY-13] the tail is mapped if the direct map ends right behind it', () => {
    given(host({ ...paying, directMapEnd: 28 }), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z5 o1': '24', 'n1 z5 o3': '16' } });
  });

  it('[BUDDY-13] elsewhere: the next power of two of pages from the xen heap', () => {
    // Three pages are needed, four are taken.
    given(host({ ...paying, nodeHeapPages: 3, directMapEnd: 16 }), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({
        lists: { 'n0 z4 o2': '8', 'n1 z5 o2': '24', 'n1 z5 o3': '16' },
        frames: { 12: { state: 'in-use', xenHeap: true, order: 2 } },
      });
  });

  it('[BUDDY-13] elsewhere, if the range is too small', () => {
    given(host(paying), domheap(8, 16))
      .when(domheap(17, 18))
      .expect({ lists: { 'n0 z4 o1': '12', 'n0 z4 o2': '8', 'n1 z5 o0': '17' } });
  });

  it('[BUDDY-13] if the xen heap has no room either, Xen stops with BUG', () => {
    given(host({ ...paying, nodeHeapPages: 3 }), freed(8, 1))
      .when(domheap(17, 18))
      .expect({ bug: 'BUG BUDDY-13', lists: { 'n0 z4 o1': '8' } });
  });

  it('[BUDDY-13] a recording of the core alone begins with free_heap_pages: no node pays', () => {
    given(host(paying))
      .when(freed(8), freedDirty(40))
      .expect({ lists: { 'n0 z4 o0': '8', 'n1 z6 o0': '40/0' } })
      .when(alloc(0), domheap(16, 24))
      .expect({ results: [8, undefined], nodePages: [0, 9] });
  });
});

describe('[BUDDY-13] what counts as mapped', () => {
  it('[BUDDY-12] [MODE-1] a range is cut where the separate xen heap ends: its part pays for itself', () => {
    // 16 to 19 are xen heap, and the tail of that part is mapped; 20 to 27 enter the dom heap in full.
    given(host({ ...paying, xenHeap: [12, 20] }), freed(12, 2))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z0 o2': '12', 'n1 z0 o1': '16', 'n1 z5 o2': '24 20' } });
  });

  it('[BUDDY-12] [MODE-1] and where it begins: the part before it has no mapped page', () => {
    given(host({ ...paying, xenHeap: [24, 28] }), freed(8, 3))
      .when(domheap(16, 28))
      .expect({ bug: 'BUG BUDDY-13' });
  });

  it('[MODE-4] with a partial direct map, only frames below the width of the xen heap', () => {
    // Width 16 bits: frames below 16. The heads come from there, from node 0.
    given(host({ ...paying, mode: 'direct-map-partial' }), xenheapMax(15), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z4 o1': '12', 'n0 z4 o2': '8', 'n1 z5 o2': '24', 'n1 z5 o3': '16' } });
  });

  it('[MODE-4] up to the last frame below the width', () => {
    // Width 17 bits: frames below 32. 30 and 31 are taken.
    given(host({ ...paying, mode: 'direct-map-partial' }), xenheapMax(31), domheap(8, 16))
      .when(domheap(30, 36))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z6 o2': '32' } });
  });

  it('[MODE-4] with a separate xen heap, only its own frames', () => {
    given(host({ ...paying, xenHeap: [8, 16] }), xenheap(8, 16), domheap(4, 8))
      .when(domheap(16, 28))
      .expect({
        lists: { 'n0 z0 o0': '14 9', 'n0 z0 o1': '10', 'n0 z3 o2': '4', 'n1 z5 o2': '24', 'n1 z5 o3': '16' },
        frames: { 12: { state: 'in-use', xenHeap: true } },
      });
  });
});

describe('[BUDDY-13] in 4.6', () => {
  it('[BUDDY-13] the tail is used only if the last page of the whole range lies on the node', () => {
    const nodes: Host['nodes'] = [[[0, 16]], [[16, 24]], [[24, 64]]];
    // The part on node 1 ends at 24: 22 and 23 are its tail. The whole range ends on node 2.
    given(host({ ...paying, nodes }), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z5 o1': '20', 'n1 z5 o2': '16', 'n2 z5 o1': '24' } });
    given(host({ ...paying, nodes, xen: '4.6' }), domheap(8, 16))
      .when(domheap(16, 28))
      .expect({ lists: { 'n0 z4 o3': '8', 'n1 z5 o1': '18', 'n1 z5 o2': '20', 'n2 z5 o1': '24' } });
  });

  it('[VER-4] the tail is that of the whole range, though another node lies between', () => {
    const nodes: Host['nodes'] = [
      [[0, 16]],
      [
        [16, 24],
        [32, 64],
      ],
      [[24, 32]],
    ];
    // 42 and 43 for node 1; node 2 sees [24, 42), whose last page is not its own: 24 and 25.
    given(host({ ...paying, nodes, xen: '4.6' }), domheap(8, 16))
      .when(domheap(16, 44))
      .expect({
        lists: {
          'n0 z4 o3': '8',
          'n1 z5 o3': '16',
          'n1 z6 o1': '40',
          'n1 z6 o3': '32',
          'n2 z5 o1': '26',
          'n2 z5 o2': '28',
        },
      });
  });
});
