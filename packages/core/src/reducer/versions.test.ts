import { describe, it } from 'vitest';
import {
  active,
  allocDom,
  assign,
  bootPages,
  claim,
  domain,
  domheap,
  endBoot,
  freeDom,
  freed,
  freedDirty,
  heapInitLate,
  offline,
  offlineBroken,
  online,
  populate,
  scrub,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

const OLDER = ['4.17', '4.6'] as const;

describe.each(OLDER)('[VER-1] a claim in %s', (xen) => {
  const heap = given(host({ xen }), freed(16, 4), domain(1, { maxPages: 8 }), claim(1, 6));

  it('[VER-1] shrinks when pages are assigned', () => {
    heap.when(allocDom(1, { domain: 1 })).expect({ claims: 4, domains: { 1: { totalPages: 2, outstandingPages: 4 } } });
  });

  it('[VER-1] assign_pages counts as well', () => {
    heap.when(assign(1, 40)).expect({ result: 0, claims: 5 });
  });

  it('[VER-1] grows again when they are freed', () => {
    heap.when(allocDom(1, { domain: 1 }), freeDom(30)).expect({ claims: 5, domains: { 1: { outstandingPages: 5 } } });
  });

  it('[VER-1] ends at 0, and does not come back', () => {
    heap
      .when(allocDom(3, { domain: 1 }))
      .expect({ claims: 0 })
      .when(freeDom(24, 2))
      .expect({ claims: 0, domains: { 1: { totalPages: 4, outstandingPages: 0 } } });
  });

  it('[VER-1] a failed assignment costs nothing', () => {
    heap.when(allocDom(2, { domain: 1 }), allocDom(3, { domain: 1 })).expect({ results: [28, null], claims: 2 });
  });
});

describe('[VER-1] a claim in 4.23, to compare', () => {
  const heap = given(host(), freed(16, 4), domain(1, { maxPages: 8 }), claim(1, 6));

  it('[BUDDY-10] does not grow again when pages are freed', () => {
    heap.when(allocDom(1, { domain: 1 }), freeDom(30)).expect({ claims: 4 });
  });

  it('[BUDDY-10] shrinks even if the pages cannot be assigned', () => {
    heap.when(allocDom(2, { domain: 1 }), allocDom(3, { domain: 1 })).expect({ results: [28, null], claims: 0 });
  });
});

describe('[VER-1] populate_physmap', () => {
  it('[VER-1] in 4.17 is one step: a dirty block is skipped', () => {
    given(host({ xen: '4.17' }), freedDirty(32, 1), freed(16, 1), domain(1))
      .when(populate(1, 1))
      .expect({ result: 16, pages: { 1: [16, 17] } });
  });

  it('[VER-1] and if it fails the pages are freed clean', () => {
    given(host({ xen: '4.17' }), freed(16, 1), domain(1, { maxPages: 1 }))
      .when(populate(1, 1))
      .expect({ result: null, lists: { 'z5 o1': '16' } });
  });
});

describe.each(OLDER)('[VER-2] a page taken out of a block in %s', (xen) => {
  it('[VER-2] what is left is cut without heed to alignment, short of the end', () => {
    // 16 to 17; 18 goes; from 19 four pages end at 23, eight would end behind 24; 23.
    given(host({ xen }), freed(16, 3))
      .when(offline(18))
      .expect({
        lists: { 'z5 o0': '23', 'z5 o1': '16', 'z5 o2': '19' },
        frames: { 19: { head: 19, order: 2 }, 22: { head: 19, order: 2, state: 'free' }, 23: { head: 23, order: 0 } },
      });
  });

  it('[VER-2] a piece that would end with the block is halved', () => {
    given(host({ xen }), freed(16, 2))
      .when(offline(17))
      .expect({ lists: { 'z5 o0': xen === '4.6' ? '16 18 19' : '19 18 16' } });
  });

  it('[VER-2] an unaligned block can be allocated', () => {
    given(host({ xen }), freed(16, 3), offline(18))
      .when(allocDom(2))
      .expect({ result: 19, frames: { 22: { state: 'in-use' } }, free: 3 });
  });
});

describe('[VER-2] in 4.23, to compare', () => {
  it('[OFF-2] alignment is kept', () => {
    given(host(), freed(16, 3))
      .when(offline(18))
      .expect({ lists: { 'z5 o0': '19', 'z5 o1': '16', 'z5 o2': '20' } });
  });
});

describe('[VER-3] 4.6 knows no dirty pages', () => {
  const old = host({ xen: '4.6' });

  it('[VER-3] every block enters its list at the tail', () => {
    given(old)
      .when(freed(16), freed(18), freedDirty(20))
      .expect({ lists: { 'z5 o0': '16 18 20' }, dirty: [], needScrub: [0] });
  });

  it('[VER-3] so does what is left of a split', () => {
    given(old, freed(40, 1), freed(48, 1), freed(56, 2))
      .when(allocDom(1), allocDom(1), allocDom(1), freed(40, 1))
      .expect({ results: [40, 48, 58, undefined], lists: { 'z6 o1': '56 40' } });
  });

  it('[VER-3] and what is left of a block around an offlined page', () => {
    given(old, freed(18), freed(40, 2))
      .when(offline(41))
      .expect({ lists: { 'z5 o0': '18', 'z6 o0': '40 42 43' } });
  });

  it('[VER-3] there is nothing to scrub', () => {
    given(old, freedDirty(16, 1))
      .when(scrub())
      .expect({ result: false, lists: { 'z5 o1': '16' } });
  });

  it('[VER-3] boot memory is not dirty either', () => {
    given(host({ xen: '4.6', bootScrub: 'idle' }))
      .when(domheap(16, 18))
      .expect({ needScrub: [0] });
  });
});

describe('[VER-4] how 4.6 begins', () => {
  it('[VER-4] the table of boot regions takes the first page of the first region', () => {
    given(host({ xen: '4.6' }))
      .when(bootPages(20, 24), bootPages(8, 16))
      .expect({
        bootRegions: [
          [8, 16],
          [21, 24],
        ],
      });
  });

  it('[VER-4] it enters the heap last', () => {
    given(host({ xen: '4.6' }), bootPages(18, 20), bootPages(8, 9))
      .when(endBoot)
      .expect({ result: { dmaBits: 0, freePages: 3 }, lists: { 'z4 o0': '8', 'z5 o1': '18' } });
    given(host({ xen: '4.6' }), bootPages(18, 19), bootPages(20, 21), bootPages(16, 17))
      .when(endBoot)
      .expect({ lists: { 'z5 o0': '16 20 18' } });
  });

  it('[VER-4] frame 0 is not kept out: its block lies in zone 1, whatever it holds', () => {
    given(host({ xen: '4.6' }))
      .when(domheap(0, 8))
      .expect({ lists: { 'z1 o3': '0' }, free: 8 });
  });

  it('[BUDDY-9] in 4.17 it is', () => {
    given(host({ xen: '4.17' }))
      .when(domheap(0, 2))
      .expect({ lists: { 'z1 o0': '1' } });
  });
});

describe('[VER-5] smaller things in 4.6', () => {
  it('[VER-5] no_dma fails where there is no DMA zone', () => {
    given(host({ xen: '4.6' }), freed(16))
      .when(allocDom(0, { flags: ['no_dma'] }))
      .expect({ result: null });
  });

  it('[VER-5] with one it is as ever', () => {
    given(host({ xen: '4.6', dmaBits: 16 }), freed(16))
      .when(allocDom(0, { flags: ['no_dma'] }))
      .expect({ result: 16 });
  });

  it.each([
    { bootScrub: 'on', threshold: 8, order: 3 },
    { bootScrub: 'off', threshold: 0, order: 0 },
    { bootScrub: 'idle', threshold: 0, order: 0 },
  ] as const)('[VER-5] with bootScrub $bootScrub the threshold is $threshold', ({ bootScrub, threshold, order }) => {
    given(host({ xen: '4.6', bootScrub, lowMemVirq: 8 * 4096 }), freed(16, 4), active)
      .when(heapInitLate)
      .expect({ result: { threshold, order } });
  });

  it('[VER-5] no_refcount pages have an owner, but are not extra and on no list', () => {
    given(host({ xen: '4.6' }), freed(16), domain(1, { maxPages: 0 }))
      .when(allocDom(0, { domain: 1, flags: ['no_refcount'] }))
      .expect({
        result: 16,
        frames: { 16: { owner: 1, extra: false } },
        domains: { 1: { totalPages: 0, extraPages: 0 } },
        pages: { 1: [] },
        extra: { 1: [] },
      });
  });

  it('[VER-5] a broken page is not put online: EINVAL', () => {
    given(host({ xen: '4.6' }), freed(16), offlineBroken(16))
      .when(online(16))
      .expect({ result: { errno: -22, status: 8200 }, broken: [16] });
  });

  it('[VER-5] in a debug build it is an ASSERT', () => {
    given(host({ xen: '4.6', debug: true }), freed(16), offlineBroken(16))
      .when(online(16))
      .expect({ bug: 'ASSERT VER-5' });
  });

  it('[OFF-4] 4.17 stops with BUG, debug build or not', () => {
    given(host({ xen: '4.17', debug: true }), freed(16), offlineBroken(16))
      .when(online(16))
      .expect({ bug: 'BUG OFF-4' });
  });
});
