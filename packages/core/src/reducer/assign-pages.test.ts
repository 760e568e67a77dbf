import { describe, expect, it } from 'vitest';
import {
  allocDom,
  assign,
  domain,
  freeDom,
  freed,
  freedDirty,
  kill,
  offline,
  populate,
  relinquish,
  setMax,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { stateDigest } from '../state/scratch-digest.ts';

const [EPERM, E2BIG, EINVAL] = [-1, -7, -22];

describe('[DOM-6] assign_pages', () => {
  it('[DOM-6] a dying domain: EINVAL', () => {
    given(host(), domain(1), kill(1))
      .when(assign(1, 40))
      .expect({ result: EINVAL, domains: { 1: { totalPages: 0 } }, frames: { 40: { owner: null } } });
  });

  it('[DOM-6] a dying domain gets no extra pages either', () => {
    given(host(), freed(16), domain(1), allocDom(0, { domain: 1, flags: ['keep_scrub', 'no_refcount'] }))
      .when(kill(1), assign(1, 16))
      .expect({ result: EINVAL, extra: { 1: [] } });
  });

  it('[DOM-6] a domain that has exactly its maximum has no room: E2BIG', () => {
    given(host(), domain(1, { maxPages: 1 }), assign(1, 40))
      .when(assign(1, 41))
      .expect({ result: E2BIG, domains: { 1: { totalPages: 1 } }, frames: { 41: { owner: null } } });
  });

  it('[DOM-6] a domain above its maximum: EPERM', () => {
    given(host(), domain(1, { maxPages: 2 }), assign(1, 40, 1), setMax(1, 1))
      .when(assign(1, 42))
      .expect({ result: EPERM, domains: { 1: { totalPages: 2 } } });
  });

  it('[DOM-6] the last pages below the maximum fit, one more does not', () => {
    const almost = given(host(), domain(1, { maxPages: 3 }), assign(1, 40));
    almost.when(assign(1, 42, 1)).expect({ result: 0, domains: { 1: { totalPages: 3 } } });
    almost.when(assign(1, 44, 2)).expect({ result: E2BIG, domains: { 1: { totalPages: 1 } } });
  });

  it('[DOM-6] extra pages do not count against the maximum', () => {
    given(host(), freed(16, 2), domain(1, { maxPages: 1 }), allocDom(2, { domain: 1, flags: ['no_refcount'] }))
      .when(assign(1, 40))
      .expect({ result: 0, domains: { 1: { totalPages: 5, extraPages: 4 } }, pages: { 1: [40] } });
  });

  it('[DOM-6] pages go to the tail of the list, in rising order', () => {
    given(host(), domain(1))
      .when(assign(1, 40, 1), assign(1, 20), assign(1, 48, 2))
      .expect({ pages: { 1: [40, 41, 20, 48, 49, 50, 51] }, frames: { 51: { owner: 1 } } });
  });

  it('[DOM-6] pages that are described apart are listed in rising order too', () => {
    given(host(), domain(1), offline(41))
      .when(assign(1, 40, 2))
      .expect({ pages: { 1: [40, 41, 42, 43] }, domains: { 1: { totalPages: 4 } } });
  });

  it('[DOM-9] with no_refcount pages that are not extra have an owner, but count for nothing', () => {
    given(host(), freed(1), domain(1, { maxPages: 0 }))
      .when(assign(1, 40, 0, ['no_refcount']))
      .expect({
        result: 0,
        domains: { 1: { totalPages: 0, extraPages: 0 } },
        pages: { 1: [] },
        extra: { 1: [] },
        frames: { 40: { owner: 1 } },
      })
      .when(freeDom(40))
      .expect({ lists: { 'z1 o0': '1', 'z6 o0': '40' }, domains: { 1: { totalPages: 0 } } });
  });
});

describe('[DOM-8] populate_physmap', () => {
  it('[DOM-8] takes a dirty block at once, cleans it and assigns it', () => {
    given(host(), freedDirty(32, 1), freed(16, 1), domain(1))
      .when(populate(1, 1))
      .expect({
        result: 32,
        needScrub: [0],
        pages: { 1: [32, 33] },
        frames: { 32: { dirty: false, owner: 1 }, 33: { dirty: false } },
      });
  });

  it('[DOM-8] if the pages cannot be assigned they are freed as pages without owner: dirty', () => {
    given(host(), freed(16, 1), domain(1, { maxPages: 1 }))
      .when(populate(1, 1))
      .expect({ result: null, lists: { 'z5 o1': '16/0' }, needScrub: [2] });
  });

  it('[DOM-8] without memory it fails', () => {
    given(host(), freed(16), domain(1)).when(populate(1, 1)).expect({ result: null, free: 1 });
  });
});

describe('[DOM-9] the lists of a domain and its death', () => {
  const mixed = given(
    host(),
    freed(16, 3),
    domain(1),
    allocDom(1, { domain: 1 }),
    allocDom(0, { domain: 1, flags: ['no_refcount'] }),
    allocDom(0, { domain: 1 }),
  );

  it('[DOM-9] extra pages stand on a list of their own', () => {
    mixed.expect({ pages: { 1: [22, 23, 20] }, extra: { 1: [21] } });
  });

  it('[DOM-9] relinquish_memory frees all ordinary pages, extra ones stay', () => {
    mixed
      .when(kill(1), relinquish(1))
      .expect({ result: 3, pages: { 1: [] }, extra: { 1: [21] }, domains: { 1: { totalPages: 1, extraPages: 1 } } });
  });

  it('[DOM-9] it begins at the head of the list, and stops after so many pages', () => {
    mixed
      .when(kill(1), relinquish(1, 1))
      .expect({ result: 1, pages: { 1: [23, 20] }, lists: { 'z5 o0': '22/0', 'z5 o2': '16' } })
      .when(relinquish(1, 2))
      .expect({ result: 2, pages: { 1: [] } });
  });

  it('[DOM-9] it returns how many there were', () => {
    mixed.when(relinquish(1, 10), relinquish(1, 10)).expect({ results: [3, 0] });
  });

  it('[DOM-9] a domain that is not dying gives its pages back clean', () => {
    mixed.when(relinquish(1, 2)).expect({ lists: { 'z5 o1': '22', 'z5 o2': '16' }, needScrub: [0] });
  });

  it('[DOM-9] a limit within a block frees its first pages', () => {
    given(host(), freed(16, 3), domain(1), allocDom(3, { domain: 1 }), kill(1))
      .when(relinquish(1, 5))
      .expect({ result: 5, lists: { 'z5 o0': '20/0', 'z5 o2': '16/0' }, pages: { 1: [21, 22, 23] } });
  });

  it('[REL-1] [DOM-9] a run freed at once ends in the same heap as page by page', () => {
    const built = given(
      host(),
      freed(16, 4),
      freed(32, 4),
      domain(1),
      allocDom(2, { domain: 1 }),
      allocDom(0),
      allocDom(3, { domain: 1 }),
      allocDom(1, { domain: 1 }),
      kill(1),
    );
    const atOnce = built.when(relinquish(1)).expect({ result: 14, free: 31 });
    const single = built.when(...Array.from({ length: 14 }, () => relinquish(1, 1)));
    expect(stateDigest(single.state)).toBe(stateDigest(atOnce.state));
  });
});

describe('[REL-1] blocks freed page by page', () => {
  it.each([0, 1, 2])('[REL-1] a run of 8 pages freed in blocks of order %i gives the lists of one free', (order) => {
    const built = given(host(), freed(16, 4), freed(40, 1), allocDom(3));
    const parts = Array.from({ length: 8 / 2 ** order }, (_, at) => freedDirty(24 + at * 2 ** order, order));
    built.when(...parts).expect({ lists: { 'z5 o4': '16/8', 'z6 o1': '40' }, needScrub: [8], dirty: [[24, 8]] });
  });
});
