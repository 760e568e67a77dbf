import { describe, it } from 'vitest';
import { alloc, freed, freedDirty, offline, offlineBroken } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

describe('the lists of the heap', () => {
  it('[BUDDY-1] a free block stands on the list of its node, zone and order, and all four counts know it', () => {
    given(host({ nodes: [[[0, 32]], [[32, 64]]] }))
      .when(freed(8, 2), freed(16, 3), freedDirty(24, 1), freed(40, 3))
      .expect({
        lists: { 'n0 z4 o2': '8', 'n0 z5 o1': '24/0', 'n0 z5 o3': '16', 'n1 z6 o3': '40' },
        zones: { 'n0 z4': 4, 'n0 z5': 10, 'n1 z6': 8 },
        nodePages: [14, 8],
        needScrub: [2, 0],
        free: 22,
      });
  });

  it('[BUDDY-2] the head of a block knows the first page that may be dirty, each page has its own mark', () => {
    given(host())
      .when(freed(16, 1), freedDirty(18), freed(19), freedDirty(20), freed(21), freed(22, 1))
      .expect({
        lists: { 'z5 o3': '16/2' },
        dirty: [
          [18, 1],
          [20, 1],
        ],
        frames: { 19: { head: 16, order: 3, dirty: false }, 20: { head: 16, order: 3, dirty: true } },
      });
  });

  it('[BUDDY-3] a clean block enters its list at the head', () => {
    given(host())
      .when(freed(16), freed(18), freed(20))
      .expect({ lists: { 'z5 o0': '20 18 16' } });
  });

  it('[BUDDY-3] a block with a first dirty page enters its list at the tail', () => {
    given(host())
      .when(freed(16), freed(18), freedDirty(20), freedDirty(22), freed(24))
      .expect({ lists: { 'z5 o0': '24 18 16 20/0 22/0' } });
  });
});

describe('[BUDDY-4] only what is in use can be freed', () => {
  it('[BUDDY-4] a page that is free already stops with BUG, and nothing changes', () => {
    given(host(), freed(16, 2))
      .when(freed(18))
      .expect({ bug: 'BUG BUDDY-4', lists: { 'z5 o2': '16' }, free: 4 });
  });

  it('[BUDDY-4] the last page of a block counts like the first one', () => {
    given(host(), freed(19))
      .when(freed(16, 2))
      .expect({ bug: 'BUG BUDDY-4', lists: { 'z5 o0': '19' }, free: 1 });
  });

  it('[BUDDY-4] a page in the middle of a larger free block is free', () => {
    given(host(), freed(32, 4)).when(freedDirty(40, 2)).expect({ bug: 'BUG BUDDY-4', free: 16, dirty: [] });
  });

  it('[BUDDY-4] an offlined page is not in use', () => {
    given(host(), freed(16), offline(16))
      .when(freed(16))
      .expect({ bug: 'BUG BUDDY-4', offlined: [16], free: 0 });
  });

  it('[BUDDY-4] pages of several allocations can be freed as one block', () => {
    given(host(), freed(16, 2), alloc(1), alloc(0), alloc(0))
      .when(freed(16, 2))
      .expect({ lists: { 'z5 o2': '16' }, free: 4 });
  });

  it('[BUDDY-4] a part of an allocation can be freed, the rest stays in use', () => {
    given(host(), freed(16, 3), alloc(3))
      .when(freed(20, 1))
      .expect({ lists: { 'z5 o1': '20' }, free: 2, frames: { 19: { state: 'in-use' }, 22: { state: 'in-use' } } });
  });
});

describe('[BUDDY-4] dirty marks become what the caller says', () => {
  it('[BUDDY-4] a clean free clears the mark that an allocation kept', () => {
    given(host(), freedDirty(16), alloc(0, { flags: ['no_scrub', 'keep_scrub'] }))
      .when(freed(16))
      .expect({ lists: { 'z5 o0': '16' }, dirty: [], needScrub: [0] });
  });

  it('[BUDDY-4] a dirty free marks every page of the block, and the node counts them', () => {
    given(host())
      .when(freedDirty(16, 2))
      .expect({ lists: { 'z5 o2': '16/0' }, dirty: [[16, 4]], needScrub: [4] });
  });
});

describe('[BUDDY-4] merging', () => {
  it('[BUDDY-4] a block merges with the buddy behind it', () => {
    given(host(), freed(18, 1))
      .when(freed(16, 1))
      .expect({ lists: { 'z5 o2': '16' } });
  });

  it('[BUDDY-4] a block merges with the buddy before it', () => {
    given(host(), freed(16, 1))
      .when(freed(18, 1))
      .expect({ lists: { 'z5 o2': '16' } });
  });

  it('[BUDDY-4] merging goes on as far as buddies are free', () => {
    given(host(), freed(16), freed(18, 1), freed(20, 2))
      .when(freed(17))
      .expect({ lists: { 'z5 o3': '16' } });
  });

  it('[BUDDY-4] neighbours that are not buddies do not merge', () => {
    given(host(), freed(17))
      .when(freed(18))
      .expect({ lists: { 'z5 o0': '18 17' } });
  });

  it('[BUDDY-4] a buddy of which a part is free does not merge', () => {
    given(host(), freed(18))
      .when(freed(16, 1))
      .expect({ lists: { 'z5 o0': '18', 'z5 o1': '16' } });
  });

  it('[BUDDY-4] a buddy that is a part of an allocation does not merge', () => {
    given(host(), freed(16, 2), alloc(1), alloc(0))
      .when(freed(18, 1))
      .expect({ lists: { 'z5 o0': '16', 'z5 o1': '18' } });
  });

  it('[BUDDY-4] buddies on different nodes do not merge', () => {
    given(host({ nodes: [[[0, 24]], [[24, 64]]] }), freed(16, 3))
      .when(freed(24, 3))
      .expect({ lists: { 'n0 z5 o3': '16', 'n1 z5 o3': '24' } });
  });

  it('[BUDDY-4] the lower buddy may lie on another node as well', () => {
    given(host({ nodes: [[[0, 24]], [[24, 64]]] }), freed(24, 3))
      .when(freed(16, 3))
      .expect({ lists: { 'n0 z5 o3': '16', 'n1 z5 o3': '24' } });
  });

  it('[BUDDY-4] nothing merges beyond the greatest order', () => {
    given(host({ maxOrder: 2 }))
      .when(freed(16, 2), freed(20, 2))
      .expect({ lists: { 'z5 o2': '20 16' } });
  });

  it('[BUDDY-4] nothing merges beyond the end of the frame table', () => {
    given(host({ frames: 20 }))
      .when(freed(16, 2))
      .expect({ lists: { 'z5 o2': '16' }, free: 4 });
  });

  it('[BUDDY-4] a merged block leaves the middle of its old list', () => {
    given(host(), freed(16), freed(18), freed(20))
      .when(freed(19))
      .expect({ lists: { 'z5 o0': '20 16', 'z5 o1': '18' } });
  });
});

describe('[BUDDY-4] the first dirty page of a merged block', () => {
  it('[BUDDY-4] is that of the lower block, if it has one', () => {
    given(host(), freed(16), freedDirty(17))
      .when(freedDirty(18, 1))
      .expect({ lists: { 'z5 o2': '16/1' }, dirty: [[17, 3]] });
  });

  it('[BUDDY-4] is that of the lower block, if that one was freed last', () => {
    given(host(), freedDirty(18, 1))
      .when(freedDirty(16, 1))
      .expect({ lists: { 'z5 o2': '16/0' }, dirty: [[16, 4]] });
  });

  it('[BUDDY-4] is that of the upper block, moved up, if the lower one was free and clean', () => {
    given(host(), freed(16, 1))
      .when(freedDirty(18, 1))
      .expect({ lists: { 'z5 o2': '16/2' }, dirty: [[18, 2]] });
  });

  it('[BUDDY-4] is that of the upper block, moved up, if the lower one is freed clean', () => {
    given(host(), freed(18), freedDirty(19))
      .when(freed(16, 1))
      .expect({ lists: { 'z5 o2': '16/3' }, dirty: [[19, 1]] });
  });

  it('[BUDDY-4] is none if both are clean: the block stands at the head', () => {
    given(host(), freed(16, 1), freed(20, 2), freed(24, 2))
      .when(freed(18, 1))
      .expect({ lists: { 'z5 o2': '24', 'z5 o3': '16' } });
  });
});

describe('[BUDDY-4] pages that were offlining', () => {
  it('[BUDDY-4] leave the heap as soon as they are freed', () => {
    given(host(), freed(16, 3), alloc(3), offline(17), offlineBroken(20))
      .when(freed(16, 3))
      .expect({
        lists: { 'z5 o0': '21 16', 'z5 o1': '22 18' },
        offlined: [17],
        broken: [20],
        free: 6,
        zones: { z5: 6 },
      });
  });

  it('[BUDDY-4] leave it after the block has merged', () => {
    given(host(), freed(16, 2), alloc(1), offline(19))
      .when(freed(18, 1))
      .expect({ lists: { 'z5 o0': '18', 'z5 o1': '16' }, offlined: [19], free: 3 });
  });
});
