import { describe, it } from 'vitest';
import {
  alloc,
  allocDom,
  allocXen,
  assign,
  claim,
  domain,
  freeDom,
  freeXen,
  freed,
  freedDirty,
  kill,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

describe('[DOM-1] how wide an address may be', () => {
  // One free page in each zone from 3 to 6: 15 to 18 bits.
  const pages = [freed(4), freed(8), freed(16), freed(32)];
  const heap = given(host(), ...pages, domain(1), domain(2, { addressBits: 17 }));

  it('[DOM-1] without a width any zone will do', () => {
    heap.when(allocDom(0)).expect({ result: 32 });
  });

  it('[DOM-1] with a width the highest zone below it', () => {
    heap.when(allocDom(0, { bits: 16 })).expect({ result: 8 });
  });

  it("[DOM-1] the domain's own width counts as well", () => {
    heap.when(allocDom(0, { domain: 2 })).expect({ result: 16 });
  });

  it('[DOM-1] the smaller of both holds', () => {
    heap.when(allocDom(0, { domain: 2, bits: 16 }), allocDom(0, { domain: 2, bits: 40 })).expect({ results: [8, 16] });
  });

  it("[DOM-1] with no_owner the domain's own does not", () => {
    heap.when(allocDom(0, { domain: 2, flags: ['no_owner'] })).expect({ result: 32 });
  });

  it('[DOM-1] a width beyond the greatest zone is that of the greatest zone', () => {
    heap.when(allocDom(0, { bits: 52 })).expect({ result: 32 });
  });

  it('[DOM-1] a domain of another width does not matter', () => {
    heap.when(allocDom(0, { domain: 1 })).expect({ result: 32 });
  });
});

describe('[DOM-2] no_owner', () => {
  // All free pages are claimed by domain 1.
  const claimed = given(host(), freed(16, 1), domain(1), claim(1, 2));

  it('[DOM-2] implies no_refcount: the claim of the domain does not help', () => {
    claimed.when(allocDom(0, { domain: 1, flags: ['no_owner'] })).expect({ result: null, claims: 2 });
    claimed.when(allocDom(0, { domain: 1 })).expect({ result: 17, claims: 1 });
  });

  it('[DOM-2] leaves the claim and the account as they are', () => {
    given(host(), freed(16, 2), domain(1), claim(1, 2))
      .when(allocDom(0, { domain: 1, flags: ['no_owner'] }))
      .expect({
        result: 19,
        claims: 2,
        domains: { 1: { totalPages: 0, extraPages: 0 } },
        frames: { 19: { owner: null, extra: false } },
      });
  });
});

describe('[DOM-3] a DMA zone', () => {
  // Addresses of 17 bits: zones up to 5.
  const dma = host({ dmaBits: 17 });

  it('[DOM-3] zones above it come first: a dirty block above beats a clean one below', () => {
    given(dma, freedDirty(32, 1), freed(16, 1)).when(allocDom(1)).expect({ result: 32 });
  });

  it('[DOM-3] without a DMA zone the clean one wins', () => {
    given(host(), freedDirty(32, 1), freed(16, 1)).when(allocDom(1)).expect({ result: 16 });
  });

  it('[DOM-3] and a remote node beats local DMA memory', () => {
    const numa = given(host({ dmaBits: 17, nodes: [[[0, 32]], [[32, 64]]] }), freed(16), freed(32));
    numa.when(allocDom(0, { cpu: 0 })).expect({ result: 32 });
  });

  it('[DOM-3] a DMA zone that is not below the width asked for takes no part', () => {
    given(dma, freedDirty(16, 1), freed(8, 1))
      .when(allocDom(1, { bits: 17 }))
      .expect({ result: 8 });
  });

  it('[DOM-4] if nothing is left above, DMA memory is taken', () => {
    given(dma, freed(16)).when(allocDom(0)).expect({ result: 16 });
  });

  it('[DOM-4] but not with no_dma', () => {
    given(dma, freed(16), freed(32))
      .when(allocDom(0, { flags: ['no_dma'] }), allocDom(0, { flags: ['no_dma'] }))
      .expect({ results: [32, null], lists: { 'z5 o0': '16' } });
  });

  it('[DOM-4] no_dma fails outright if the DMA zone is not below the width', () => {
    given(dma, freed(16))
      .when(allocDom(0, { bits: 17, flags: ['no_dma'] }))
      .expect({ result: null });
  });

  it('[DOM-4] without a DMA zone no_dma means nothing', () => {
    given(host(), freed(16))
      .when(allocDom(0, { flags: ['no_dma'] }))
      .expect({ result: 16 });
  });

  it('[DOM-4] zone 0 is never searched', () => {
    given(host({ xenHeap: [16, 32] }), freed(16, 2))
      .when(allocDom(0))
      .expect({ result: null });
  });
});

describe('[DOM-5] pages for a domain', () => {
  it('[DOM-5] are assigned to it', () => {
    given(host(), freed(16, 1), domain(1))
      .when(allocDom(1, { domain: 1 }))
      .expect({ result: 16, domains: { 1: { totalPages: 2, extraPages: 0 } }, pages: { 1: [16, 17] } });
  });

  it('[DOM-5] with no_refcount they are extra, and do not count against the maximum', () => {
    given(host(), freed(16, 1), domain(1, { maxPages: 0 }))
      .when(allocDom(1, { domain: 1, flags: ['no_refcount'] }))
      .expect({
        result: 16,
        domains: { 1: { totalPages: 2, extraPages: 2 } },
        pages: { 1: [] },
        extra: { 1: [16, 17] },
        frames: { 16: { extra: true, owner: 1 }, 17: { extra: true, owner: 1 } },
      });
  });

  it('[DOM-5] with keep_scrub they are not assigned yet', () => {
    given(host(), freed(16), domain(1))
      .when(allocDom(0, { domain: 1, flags: ['keep_scrub'] }))
      .expect({ result: 16, domains: { 1: { totalPages: 0 } }, frames: { 16: { owner: null, state: 'in-use' } } });
  });

  it('[DOM-5] with keep_scrub and no_refcount they are marked extra already', () => {
    given(
      host(),
      freed(16),
      domain(1, { maxPages: 0 }),
      allocDom(0, { domain: 1, flags: ['keep_scrub', 'no_refcount'] }),
    )
      .expect({ frames: { 16: { owner: null, extra: true } }, domains: { 1: { extraPages: 0 } } })
      .when(assign(1, 16))
      .expect({ result: 0, domains: { 1: { totalPages: 1, extraPages: 1 } }, extra: { 1: [16] } });
  });

  it('[DOM-5] if that fails they are freed again, clean', () => {
    given(host(), freedDirty(16, 1), domain(1, { maxPages: 1 }))
      .when(allocDom(1, { domain: 1 }))
      .expect({ result: null, lists: { 'z5 o1': '16' }, needScrub: [0], domains: { 1: { totalPages: 0 } } });
  });

  it('[DOM-5] and dirty with no_scrub', () => {
    given(host(), freed(16, 1), domain(1, { maxPages: 1 }))
      .when(allocDom(1, { domain: 1, flags: ['no_scrub'] }))
      .expect({ result: null, lists: { 'z5 o1': '16/0' }, needScrub: [2] });
  });

  it('[DOM-5] a dying domain gets nothing', () => {
    given(host(), freed(16), domain(1), kill(1))
      .when(allocDom(0, { domain: 1 }))
      .expect({ result: null, free: 1 });
  });
});

describe('[DOM-7] free_domheap_pages', () => {
  const owned = given(host(), freed(16, 2), domain(1), allocDom(2, { domain: 1 }));

  it('[DOM-7] a page with an owner leaves its account and list and is freed clean', () => {
    owned
      .when(freeDom(17))
      .expect({ lists: { 'z5 o0': '17' }, dirty: [], domains: { 1: { totalPages: 3 } }, pages: { 1: [16, 18, 19] } });
  });

  it('[DOM-7] what is left of a block stays on the list in rising order', () => {
    owned.when(freeDom(19)).expect({ pages: { 1: [16, 17, 18] } });
    owned.when(freeDom(16)).expect({ pages: { 1: [17, 18, 19] } });
  });

  it('[DOM-7] the whole of it leaves nothing behind', () => {
    owned
      .when(freeDom(16, 2))
      .expect({ lists: { 'z5 o2': '16' }, domains: { 1: { totalPages: 0 } }, pages: { 1: [] } });
  });

  it('[DOM-7] it is freed dirty if the domain is dying', () => {
    owned.when(kill(1), freeDom(18, 1)).expect({ lists: { 'z5 o1': '18/0' }, needScrub: [2], pages: { 1: [16, 17] } });
  });

  it('[DOM-7] or if scrubDomheap is set', () => {
    given(host({ scrubDomheap: true }), freed(16), domain(1), allocDom(0, { domain: 1 }))
      .when(freeDom(16))
      .expect({ lists: { 'z5 o0': '16/0' } });
  });

  it('[DOM-7] a page without owner is freed dirty', () => {
    given(host(), freed(16), allocDom(0))
      .when(freeDom(16))
      .expect({ lists: { 'z5 o0': '16/0' }, needScrub: [1] });
  });

  it('[DOM-7] so is one that its domain never got', () => {
    given(host(), freed(16), domain(1), allocDom(0, { domain: 1, flags: ['no_owner'] }))
      .when(freeDom(16))
      .expect({ lists: { 'z5 o0': '16/0' } });
  });

  it('[DOM-7] an extra page leaves both counts, and is not extra any more', () => {
    given(host(), freed(16, 1), domain(1), allocDom(1, { domain: 1, flags: ['no_refcount'] }))
      .when(freeDom(17), alloc(0))
      .expect({
        result: 17,
        domains: { 1: { totalPages: 1, extraPages: 1 } },
        extra: { 1: [16] },
        frames: { 17: { extra: false, owner: null } },
      });
  });

  it('[DOM-7] a page that carries the mark of the xen heap is left alone', () => {
    given(host(), freed(16), allocXen(0))
      .when(freeDom(16))
      .expect({ free: 0, lists: {}, frames: { 16: { state: 'in-use', xenHeap: true } } });
  });

  it('[DOM-7] so is a page of the separate xen heap', () => {
    given(host({ xenHeap: [16, 32] }), freed(20), allocXen(0))
      .when(freeDom(20))
      .expect({ free: 0, frames: { 20: { state: 'in-use' } } });
  });

  it('[DOM-7] a page that is free already stops with BUG', () => {
    given(host(), freed(16, 1)).when(freeDom(16)).expect({ bug: 'BUG BUDDY-4' });
  });

  it('[DOM-7] pages of a domain and of nobody are not freed as one block', () => {
    given(host(), freed(16, 1), domain(1), allocDom(0, { domain: 1 }), allocDom(0))
      .when(freeDom(16, 1))
      .expect({ bug: 'BUG DOM-9' });
    given(host(), freed(16, 1), domain(1), allocDom(0), allocDom(0, { domain: 1 }))
      .when(freeDom(16, 1))
      .expect({ bug: 'BUG DOM-7' });
  });

  it('[DOM-7] nor are pages of two domains', () => {
    given(host(), freed(16, 1), domain(1), domain(2), allocDom(0, { domain: 1 }), allocDom(0, { domain: 2 }))
      .when(freeDom(16, 1))
      .expect({ bug: 'BUG DOM-7' });
  });

  it('[DOM-9] a page on a list of its domain is not freed behind its back', () => {
    given(host(), freed(16), domain(1), allocDom(0, { domain: 1 }))
      .when(freed(16))
      .expect({ bug: 'BUG DOM-9' });
    given(host(), freed(16), domain(1), allocDom(0, { domain: 1 }))
      .when(freeXen(16))
      .expect({ bug: 'BUG DOM-9' });
  });

  it('[BUDDY-4] a block that does not begin at a multiple of its size is not freed', () => {
    given(host(), freed(16, 2), alloc(2)).when(freeDom(17, 1)).expect({ bug: 'BUG BUDDY-4', free: 0 });
  });

  it('[BUDDY-1] nor is a page whose node has no list heads yet', () => {
    given(host()).when(freeDom(16)).expect({ bug: 'FAULT BUDDY-1', free: 0, lists: {} });
  });
});
