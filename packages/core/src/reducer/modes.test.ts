import { describe, expect, it } from 'vitest';
import {
  allocDom,
  allocXen,
  domain,
  domheap,
  freeDom,
  freeXen,
  freed,
  kill,
  populate,
  relinquish,
  scrub,
  xenheap,
  xenheapMax,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { stateDigest } from '../state/scratch-digest.ts';

describe('[MODE-1] a separate xen heap', () => {
  const heap = given(host({ xenHeap: [16, 32] }), xenheap(16, 32), domheap(32, 40), domheap(8, 16));

  it('[MODE-1] is the frames of heap.xenHeap, in zone 0, and nothing else', () => {
    // 16 and 31 are the guards.
    heap.expect({
      lists: {
        'z0 o0': '30 17',
        'z0 o1': '28 18',
        'z0 o2': '24 20',
        'z4 o3': '8',
        'z6 o3': '32',
      },
    });
  });

  it('[MODE-1] everything else is dom heap: when that is used up, allocations fail', () => {
    heap.when(allocDom(3), allocDom(3), allocDom(0)).expect({ results: [32, 8, null], zones: { z0: 14 } });
  });

  it('[MODE-1] an empty xen heap takes nothing from the dom heap', () => {
    given(host({ xenHeap: [16, 32] }), domheap(32, 40))
      .when(allocXen(0))
      .expect({ result: null });
  });

  it('[MODE-1] it has no xenheap_max_mfn', () => {
    given(host({ xenHeap: [16, 32] }))
      .when(xenheapMax(31))
      .expect({ bug: 'BUG MODE-2' });
  });
});

describe('[MODE-2] one heap', () => {
  it('[MODE-2] xen-heap pages come from where dom-heap pages come from', () => {
    given(host(), freed(32, 2))
      .when(allocDom(0), allocXen(0), allocDom(0))
      .expect({
        results: [35, 34, 33],
        frames: { 33: { xenHeap: false }, 34: { xenHeap: true, owner: null }, 35: { xenHeap: false } },
      });
  });

  it('[MODE-2] init_xenheap_pages is init_domheap_pages: no guard pages', () => {
    given(host())
      .when(xenheap(16, 24))
      .expect({ lists: { 'z5 o3': '16' } });
  });

  it.each(['direct-map-all', 'direct-map-on-demand'] as const)(
    '[MODE-2] %s: xenheap_max_mfn stops with BUG',
    (mode) => {
      given(host({ mode })).when(xenheapMax(31)).expect({ bug: 'BUG MODE-2', xenheapBits: 0 });
    },
  );
});

describe('[MODE-3] a direct map of a part of RAM', () => {
  const partial = host({ mode: 'direct-map-partial' });

  it.each([
    { mfn: 31, bits: 17 },
    { mfn: 30, bits: 16 },
    { mfn: 32, bits: 17 },
    { mfn: 0, bits: 12 },
    { mfn: 2 ** 28 - 1, bits: 40 },
    { mfn: 2 ** 30, bits: 40 },
  ])('[MODE-3] xenheap_max_mfn($mfn) makes it $bits bits wide: rounded down, at most paddrBits', ({ mfn, bits }) => {
    given(partial).when(xenheapMax(mfn)).expect({ result: bits, xenheapBits: bits });
  });

  it('[MODE-3] after the heap has pages it is an ASSERT', () => {
    given(partial, domheap(16, 17)).when(xenheapMax(31)).expect({ bug: 'ASSERT MODE-3', xenheapBits: 0 });
  });

  it('[MODE-3] xen-heap pages come from below, others from anywhere, highest first', () => {
    given(partial, xenheapMax(31), freed(16, 1), freed(32, 1))
      .when(allocXen(0), allocDom(0), allocXen(0), allocXen(0))
      .expect({ results: [17, 33, 16, null] });
  });
});

describe('[MODE-4] what is always mapped', () => {
  it('[MODE-4] dom-heap pages need not be: they come from beyond the direct map too', () => {
    given(host({ directMapEnd: 24 }), freed(16, 1), freed(40, 1))
      .when(allocDom(0))
      .expect({ result: 41 });
  });
});

describe('[MODE-5] a direct map on demand', () => {
  it('[MODE-5] decides like direct-map-all, call for call', () => {
    const calls = [
      domheap(1, 64),
      domain(1),
      allocXen(2),
      allocDom(3, { domain: 1 }),
      populate(1, 1),
      freeXen(60, 1),
      allocXen(0, { bits: 16 }),
      allocDom(0),
      kill(1),
      relinquish(1, 3),
      freeDom(59),
      scrub({ pages: 2 }),
      allocXen(4),
    ];
    const all = given(host({ mode: 'direct-map-all' })).when(...calls);
    const onDemand = given(host({ mode: 'direct-map-on-demand' })).when(...calls);
    expect(onDemand.results).toEqual(all.results);
    expect(stateDigest(onDemand.state)).toBe(stateDigest(all.state));
  });
});
