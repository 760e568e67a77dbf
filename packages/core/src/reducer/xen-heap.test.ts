import { describe, it } from 'vitest';
import { allocDom, allocXen, freeXen, freed, freedDirty, scrub, xenheap, xenheapMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

describe('[XEN-1] a separate xen heap', () => {
  const separate = host({ xenHeap: [16, 32] });

  it('[XEN-1] its pages come from zone 0 and from nowhere else', () => {
    given(separate, freed(20), freed(40, 2))
      .when(allocXen(0), allocXen(0))
      .expect({ results: [20, null], lists: { 'z6 o2': '40' } });
  });

  it('[XEN-1] a dirty block is taken as if it were clean', () => {
    given(separate, freedDirty(16, 1), freed(20, 2))
      .when(allocXen(1))
      .expect({ result: 16, lists: { 'z0 o2': '20' }, needScrub: [0] });
  });

  it('[XEN-1] pages are freed clean', () => {
    given(separate, freedDirty(16, 1), allocXen(1))
      .when(freeXen(16, 1))
      .expect({ lists: { 'z0 o1': '16' }, dirty: [], needScrub: [0] });
  });

  it('[XEN-1] pages carry no mark: their place is their mark', () => {
    given(separate, freed(20), allocXen(0)).expect({ frames: { 20: { xenHeap: true, owner: null, state: 'in-use' } } });
  });
});

describe('[XEN-2] guard pages', () => {
  it('[XEN-2] a page stays out at each end', () => {
    given(host({ xenHeap: [16, 24] }))
      .when(xenheap(16, 24))
      .expect({ lists: { 'z0 o0': '22 17', 'z0 o1': '20 18' }, free: 6 });
  });

  it('[XEN-2] none at the start if xen heap lies before it', () => {
    given(host({ xenHeap: [8, 24] }))
      .when(xenheap(16, 24))
      .expect({ lists: { 'z0 o0': '22', 'z0 o1': '20', 'z0 o2': '16' } });
  });

  it('[XEN-2] none at the end if xen heap lies behind it', () => {
    given(host({ xenHeap: [16, 32] }))
      .when(xenheap(16, 24))
      .expect({ lists: { 'z0 o0': '17', 'z0 o1': '18', 'z0 o2': '20' } });
  });

  it('[XEN-2] none before frame 0, which stays out on its own account', () => {
    given(host({ xenHeap: [0, 4] }))
      .when(xenheap(0, 4))
      .expect({ lists: { 'z0 o0': '2 1' }, free: 2 });
  });

  it('[XEN-2] none before frame 0 in 4.6 either, where it stays in (VER-4)', () => {
    given(host({ xen: '4.6', xenHeap: [0, 4] }))
      .when(xenheap(0, 4))
      .expect({ lists: { 'z0 o0': '2', 'z0 o1': '0' }, free: 3 });
  });

  it('[XEN-2] two pages are both guards: nothing enters the heap', () => {
    given(host({ xenHeap: [16, 18] }))
      .when(xenheap(16, 18))
      .expect({ lists: {}, free: 0 });
  });

  it('[XEN-2] one page alone: FAULT', () => {
    given(host({ xenHeap: [16, 17] }))
      .when(xenheap(16, 17))
      .expect({ bug: 'FAULT XEN-2' });
  });

  it('[XEN-2] [ZONE-4] the guard keeps xen heap and dom heap from touching', () => {
    given(host({ xenHeap: [16, 24] }), freed(8, 3), freed(24, 3))
      .when(xenheap(16, 24))
      .expect({ lists: { 'z0 o0': '22 17', 'z0 o1': '20 18', 'z4 o3': '8', 'z5 o3': '24' } });
  });
});

describe('[XEN-3] xen-heap pages in one heap', () => {
  const partial = given(host({ mode: 'direct-map-partial' }), xenheapMax(31), freed(8), freed(18, 1), freed(32, 1));

  it('[XEN-3] without a width they come from below that of the xen heap', () => {
    // Width 17 bits: zones up to 5. Anonymous dom-heap pages come from above.
    partial.when(allocXen(0), allocDom(0)).expect({ results: [19, 33] });
  });

  it('[XEN-3] a width above that of the xen heap is dropped', () => {
    partial.when(allocXen(0, { bits: 18 })).expect({ result: 19 });
  });

  it('[XEN-3] a smaller one holds', () => {
    partial.when(allocXen(0, { bits: 16 })).expect({ result: 8 });
  });

  it('[XEN-3] without a limit of the xen heap every width holds', () => {
    given(host(), freed(18, 1), freed(32, 1))
      .when(allocXen(0, { bits: 17 }), allocXen(0, { bits: 40 }), allocXen(0))
      .expect({ results: [19, 33, 32] });
  });

  it('[XEN-3] every page is marked, and has no owner', () => {
    given(host(), freed(16, 2))
      .when(allocXen(1))
      .expect({
        result: 18,
        frames: {
          17: { xenHeap: false },
          18: { xenHeap: true, owner: null },
          19: { xenHeap: true, owner: null },
        },
      });
  });

  it('[XEN-3] dirty blocks are taken in the first pass, and their marks cleared', () => {
    given(host(), freedDirty(32, 1), freed(16, 1))
      .when(allocXen(1))
      .expect({ result: 32, needScrub: [0], frames: { 32: { dirty: false } } });
  });

  it('[XEN-3] a failure marks nothing', () => {
    given(host(), freed(16))
      .when(allocXen(1))
      .expect({ result: null, lists: { 'z5 o0': '16' } });
  });
});

describe('[XEN-4] xen-heap pages in one heap, freed', () => {
  it('[XEN-4] are dirty', () => {
    given(host(), freed(16, 1), allocXen(1))
      .when(freeXen(16, 1))
      .expect({ lists: { 'z5 o1': '16/0' }, dirty: [[16, 2]], needScrub: [2] });
  });

  it('[XEN-4] have no mark any more', () => {
    given(host(), freed(16, 1), allocXen(1))
      .when(freeXen(16, 1), scrub(), allocDom(0))
      .expect({ results: [undefined, false, 17], frames: { 16: { xenHeap: false }, 17: { xenHeap: false } } });
  });

  it('[XEN-4] a part of them can be freed, the rest keeps its mark', () => {
    given(host(), freed(16, 2), allocXen(2))
      .when(freeXen(18))
      .expect({ lists: { 'z5 o0': '18/0' }, frames: { 17: { xenHeap: true }, 19: { xenHeap: true } } });
  });
});
