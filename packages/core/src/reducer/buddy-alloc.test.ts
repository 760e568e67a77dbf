import { describe, it } from 'vitest';
import { alloc, claim, domain, freed, freedDirty, heapInitLate, scrub } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

const twoNodes = host({ nodes: [[[0, 32]], [[32, 64]]] });

describe('[BUDDY-5] what fails at once', () => {
  it('[BUDDY-5] an order above the greatest, whatever is free', () => {
    given(host({ maxOrder: 2 }), freed(16, 2), freed(20, 2))
      .when(alloc(3))
      .expect({ result: null, free: 8 });
  });

  it('[BUDDY-5] the greatest order itself is granted', () => {
    given(host({ maxOrder: 2 }), freed(16, 2), freed(20, 2))
      .when(alloc(2))
      .expect({ result: 20, free: 4 });
  });

  // 8 pages are free, 6 of them claimed: 2 are left for others.
  const claimed = given(host(), freed(16, 3), domain(1), domain(2), domain(3), claim(1, 4), claim(2, 2));

  it('[BUDDY-5] a request without domain has what the claims leave', () => {
    claimed.when(alloc(1)).expect({ result: 22, claims: 6 });
  });

  it('[BUDDY-5] and no page more', () => {
    claimed.when(alloc(2)).expect({ result: null, free: 8 });
  });

  it('[BUDDY-5] a domain whose claim covers the request has it', () => {
    claimed.when(alloc(2, { domain: 1 })).expect({ result: 20, claims: 2 });
  });

  it('[BUDDY-5] a domain whose claim does not cover it fails', () => {
    claimed.when(alloc(2, { domain: 2 })).expect({ result: null, claims: 6 });
  });

  it('[BUDDY-5] a domain without claim fails like nobody', () => {
    claimed.when(alloc(2, { domain: 3 })).expect({ result: null, claims: 6 });
  });

  it('[BUDDY-5] with no_refcount the claim of the domain does not help', () => {
    claimed.when(alloc(2, { domain: 1, flags: ['no_refcount'] })).expect({ result: null, claims: 6 });
  });
});

describe('[BUDDY-6] where a search looks', () => {
  it('[ZONE-3] zones are searched from the highest down: low memory is kept', () => {
    given(host(), freed(8), freed(32), freed(16))
      .when(alloc(0), alloc(0), alloc(0), alloc(0))
      .expect({ results: [32, 16, 8, null] });
  });

  it('[ZONE-3] only zones from zoneLo to zoneHi count', () => {
    given(host(), freed(4), freed(8), freed(16), freed(32))
      .when(alloc(0, { zones: [4, 5] }), alloc(0, { zones: [4, 5] }), alloc(0, { zones: [4, 5] }))
      .expect({ results: [16, 8, null] });
  });

  it('[BUDDY-6] a large block in a high zone is split before an exact fit in a lower one', () => {
    given(host(), freed(32, 2), freed(16))
      .when(alloc(0))
      .expect({ result: 35, lists: { 'z5 o0': '16', 'z6 o0': '34', 'z6 o1': '32' } });
  });

  it('[BUDDY-6] within a zone the smallest block that fits is taken', () => {
    given(host(), freed(32, 3), freed(48, 1), freed(52))
      .when(alloc(1))
      .expect({ result: 48, lists: { 'z6 o0': '52', 'z6 o3': '32' } });
  });

  it('[BUDDY-6] a zone with enough pages but no block large enough is passed', () => {
    given(host(), freed(32), freed(34), freed(16, 1)).when(alloc(1)).expect({ result: 16 });
  });

  it('[BUDDY-6] the block at the head of the list is taken', () => {
    given(host(), freed(16), freed(18), freed(20))
      .when(alloc(0))
      .expect({ result: 20, lists: { 'z5 o0': '18 16' } });
  });

  it('[BUDDY-6] all zones of a node come before the next node', () => {
    given(twoNodes, freed(8), freed(40))
      .when(alloc(0), alloc(0), alloc(0))
      .expect({ results: [8, 40, null] });
  });
});

describe('[BUDDY-6] the first pass and dirty blocks', () => {
  it('[BUDDY-6] a dirty head is skipped and moved to the tail, the next order is tried', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1), freed(24, 3))
      .when(alloc(1))
      .expect({ result: 30, lists: { 'z5 o1': '28 20/0 16/0', 'z5 o2': '24' } });
  });

  it('[BUDDY-6] it is moved even if the search ends in another zone', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1), freed(8, 1))
      .when(alloc(1))
      .expect({ result: 8, lists: { 'z5 o1': '20/0 16/0' } });
  });

  it('[BUDDY-6] and on another node', () => {
    given(twoNodes, freedDirty(16, 1), freedDirty(20, 1), freed(40, 1))
      .when(alloc(1))
      .expect({ result: 40, lists: { 'n0 z5 o1': '20/0 16/0' } });
  });

  it('[BUDDY-6] each order of a zone is tried once', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1), freedDirty(24, 2), freed(8, 1))
      .when(alloc(1))
      .expect({ result: 8, lists: { 'z5 o1': '20/0 16/0', 'z5 o2': '24/0' } });
  });

  it('[BUDDY-6] a single page is taken dirty or not', () => {
    given(host(), freedDirty(16), freed(8)).when(alloc(0)).expect({ result: 16 });
  });

  it('[BUDDY-6] with no_scrub a dirty block is taken', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1), freed(8, 1))
      .when(alloc(1, { flags: ['no_scrub'] }))
      .expect({ result: 16, lists: { 'z4 o1': '8', 'z5 o1': '20/0' } });
  });

  it('[BUDDY-6] keep_scrub alone takes none', () => {
    given(host(), freedDirty(16, 1), freed(8, 1))
      .when(alloc(1, { flags: ['keep_scrub'] }))
      .expect({ result: 8 });
  });

  it('[BUDDY-7] if nothing clean is left, a second pass takes dirty blocks from the lists that the first one turned', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1), freedDirty(24, 1))
      .when(alloc(1))
      .expect({ result: 20, lists: { 'z5 o1': '24/0 16/0' } });
  });

  it('[BUDDY-7] lists whose blocks are too small are not turned', () => {
    given(host(), freedDirty(16, 1), freedDirty(20, 1))
      .when(alloc(2))
      .expect({ result: null, lists: { 'z5 o1': '16/0 20/0' } });
  });
});

describe('[BUDDY-8] splitting', () => {
  it('[BUDDY-8] an allocation takes the top of a block, lower halves go back to their lists', () => {
    given(host(), freed(32, 4))
      .when(alloc(1))
      .expect({ result: 46, lists: { 'z6 o1': '44', 'z6 o2': '40', 'z6 o3': '32' } });
  });

  it('[BUDDY-8] a clean lower half goes to the head of its list', () => {
    given(host(), freedDirty(36, 1), freed(40, 2))
      .when(alloc(1))
      .expect({ result: 42, lists: { 'z6 o1': '40 36/0' } });
  });

  it('[BUDDY-8] first dirty in the lower half: it keeps its place there, the upper half may be dirty from its start', () => {
    // Page 17 of 16 to 19 is dirty.
    given(host(), freed(16), freedDirty(17), freed(18, 1))
      .when(alloc(0))
      .expect({ result: 19, lists: { 'z5 o0': '18/0', 'z5 o1': '16/1' }, dirty: [[17, 1]], needScrub: [1] });
  });

  it('[BUDDY-8] first dirty in the upper half: the lower one is clean, the place moves down by the half', () => {
    // Page 19 of 16 to 19 is dirty: 3, then 3 - 2 = 1, then 1 - 1 = 0.
    given(host(), freed(16, 1), freed(18), freedDirty(19))
      .when(alloc(0))
      .expect({ result: 19, lists: { 'z5 o0': '18', 'z5 o1': '16' }, dirty: [], needScrub: [0] });
  });

  it('[BUDDY-8] first dirty at the border belongs to the upper half', () => {
    // Page 18 of 16 to 19 is dirty: 2 - 2 = 0.
    given(host(), freed(16, 1), freedDirty(18), freed(19))
      .when(alloc(0))
      .expect({ result: 19, lists: { 'z5 o0': '18/0', 'z5 o1': '16' }, dirty: [[18, 1]], needScrub: [1] });
  });

  it('[BUDDY-8] no first dirty: both halves have none', () => {
    given(host(), freed(16, 2))
      .when(alloc(0))
      .expect({ result: 19, lists: { 'z5 o0': '18', 'z5 o1': '16' } });
  });

  it('[BUDDY-8] a block can carry a first dirty page without one that is dirty, and keeps it for good', () => {
    given(host(), freed(16), freedDirty(17), freed(18, 1), alloc(0))
      .when(scrub(), scrub())
      .expect({ results: [false, false], lists: { 'z5 o0': '18/0', 'z5 o1': '16' }, needScrub: [0] });
  });
});

describe('[BUDDY-10] what an allocation changes besides', () => {
  const claimed = given(host(), freed(16, 4), domain(1), claim(1, 6));

  it('[BUDDY-10] the claim of its domain shrinks by the pages', () => {
    claimed.when(alloc(1, { domain: 1 })).expect({ claims: 4, domains: { 1: { outstandingPages: 4 } } });
  });

  it('[BUDDY-10] but not below 0', () => {
    claimed.when(alloc(3, { domain: 1 })).expect({ claims: 0, domains: { 1: { outstandingPages: 0 } } });
  });

  it('[BUDDY-10] with no_refcount the claim stays', () => {
    claimed
      .when(alloc(1, { domain: 1, flags: ['no_refcount'] }))
      .expect({ result: 30, claims: 6, domains: { 1: { outstandingPages: 6 } } });
  });

  it("[BUDDY-10] another domain's claim stays", () => {
    claimed
      .when(domain(2), alloc(1, { domain: 2 }))
      .expect({ claims: 6, domains: { 1: { outstandingPages: 6 }, 2: { outstandingPages: 0 } } });
  });

  it("[BUDDY-10] the domain's last node becomes the block's", () => {
    given(twoNodes, freed(8), freed(40), domain(1))
      .when(alloc(0, { domain: 1, node: 1 }))
      .expect({ result: 40, domains: { 1: { lastNode: 1 } } })
      .when(alloc(0, { domain: 1, node: 1 }))
      .expect({ result: 8, domains: { 1: { lastNode: 0 } } });
  });

  it('[BUDDY-10] the low-memory check runs when the counts have gone down', () => {
    // A threshold of 4 of 16 free pages: an allocation of 8 leaves 8, the next one 0.
    given(host({ lowMemVirq: 4 * 4096 }), freed(16, 4), heapInitLate)
      .when(alloc(3), alloc(3))
      .expect({ virqs: [0, 1] });
  });

  it('[BUDDY-10] a failed allocation changes nothing', () => {
    claimed.when(alloc(5, { domain: 1 })).expect({ result: null, claims: 6, free: 16, virqs: [0] });
  });
});

describe('[BUDDY-11] dirty marks of the pages handed out', () => {
  // Pages 17 and 18 of 16 to 19 are dirty.
  const half = given(host(), freed(16), freedDirty(17), freedDirty(18), freed(19));

  it('[BUDDY-11] are cleared, and leave the count', () => {
    half.when(alloc(2)).expect({ result: 16, needScrub: [0], frames: { 17: { dirty: false }, 18: { dirty: false } } });
  });

  it('[BUDDY-11] are cleared with no_scrub too', () => {
    half.when(alloc(2, { flags: ['no_scrub'] })).expect({ needScrub: [0], frames: { 17: { dirty: false } } });
  });

  it('[BUDDY-11] are cleared with keep_scrub alone', () => {
    half.when(alloc(2, { flags: ['keep_scrub'] })).expect({ needScrub: [0], frames: { 17: { dirty: false } } });
  });

  it('[BUDDY-11] are kept with both, and leave the count all the same', () => {
    half
      .when(alloc(2, { flags: ['no_scrub', 'keep_scrub'] }))
      .expect({ needScrub: [0], frames: { 16: { dirty: false }, 17: { dirty: true }, 18: { dirty: true } } });
  });

  it('[BUDDY-11] those of pages that stay free stay', () => {
    half.when(alloc(0)).expect({ result: 19, needScrub: [2], dirty: [[17, 2]] });
  });

  it('[BUDDY-11] the pages are in use, without owner', () => {
    half.when(alloc(1)).expect({ result: 18, frames: { 18: { state: 'in-use', owner: null, head: 18, order: 1 } } });
  });
});
