import { describe, it } from 'vitest';
import { freed, freedDirty, offline, scrub } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

describe('[SCRUB-1] which node', () => {
  const nodes = [[[0, 32]], [[32, 48]], [[48, 64]]] as const;

  it("[SCRUB-1] the CPU's, before one without CPUs", () => {
    given(host({ nodes, cpus: [0] }), freedDirty(16), freedDirty(40))
      .when(scrub())
      .expect({ result: true, needScrub: [0, 1, 0] });
  });

  it("[SCRUB-1] one without CPUs, if the CPU's is clean", () => {
    given(host({ nodes, cpus: [0] }), freed(16), freedDirty(40), freedDirty(50))
      .when(scrub(), scrub(), scrub())
      .expect({ results: [true, false, false], needScrub: [0, 0, 0] });
  });

  it('[SCRUB-1] a node that has CPUs of its own is left to them', () => {
    given(host({ nodes, cpus: [0, 1, 2] }), freedDirty(16), freedDirty(40))
      .when(scrub())
      .expect({ result: false, needScrub: [0, 1, 0] })
      .when(scrub({ cpu: 1 }))
      .expect({ result: false, needScrub: [0, 0, 0] });
  });

  it('[SCRUB-1] nothing to do: false', () => {
    given(host(), freed(16))
      .when(scrub())
      .expect({ result: false, lists: { 'z5 o0': '16' } });
  });
});

describe('[SCRUB-1] in which order', () => {
  const heap = given(host(), freedDirty(24), freedDirty(26), freedDirty(16, 1), freedDirty(32, 2), freedDirty(8));

  it.each([
    { pages: 1, dirty: '16 32 24 26', what: 'the lowest zone first' },
    { pages: 3, dirty: '32 24 26', what: 'in a zone the largest blocks first' },
    { pages: 4, dirty: '32 24', what: 'in a list the last block first' },
    { pages: 5, dirty: '32', what: 'then the one before it' },
  ])('[SCRUB-1] $what', ({ pages, dirty }) => {
    const blocks = [
      [16, 2],
      [24, 1],
      [26, 1],
      [32, 4],
    ] as const;
    heap
      .when(scrub({ pages }))
      .expect({ result: true, dirty: blocks.filter(([mfn]) => dirty.split(' ').includes(String(mfn))) });
  });

  it('[SCRUB-1] a list is left at its first clean block from the end', () => {
    given(host(), freed(16), freedDirty(18), freed(20))
      .when(scrub())
      .expect({ result: false, lists: { 'z5 o0': '18 20 16' } });
  });

  it('[SCRUB-1] a clean block goes to the head of its list', () => {
    given(host(), freed(16), freedDirty(18), freedDirty(20), freedDirty(8))
      .when(scrub({ pages: 2 }))
      .expect({ lists: { 'z4 o0': '8', 'z5 o0': '20 16 18/0' } });
  });
});

describe('[SCRUB-1] a limit of pages', () => {
  it('[SCRUB-1] stops behind the last of them: the block keeps its place, its first dirty page moves on', () => {
    given(host(), freedDirty(16, 2), freedDirty(24, 2))
      .when(scrub({ pages: 3 }))
      .expect({ result: true, lists: { 'z5 o2': '16/0 24/3' }, needScrub: [5] });
  });

  it('[SCRUB-1] counts dirty pages, not clean ones', () => {
    // 16 and 18 of 16 to 19 are dirty.
    given(host(), freedDirty(16), freed(17), freedDirty(18), freed(19))
      .when(scrub({ pages: 2 }))
      .expect({ result: false, lists: { 'z5 o2': '16/3' }, dirty: [] });
  });

  it('[SCRUB-1] that ends with the block makes it clean', () => {
    given(host(), freedDirty(16, 2), freedDirty(24, 2))
      .when(scrub({ pages: 4 }))
      .expect({ result: true, lists: { 'z5 o2': '24 16/0' } });
  });

  it('[SCRUB-1] of 0: nothing happens', () => {
    given(host(), freedDirty(16, 2))
      .when(scrub({ pages: 0 }))
      .expect({ result: true, lists: { 'z5 o2': '16/0' }, needScrub: [4] });
  });

  it('[SCRUB-1] of 0 passes over no clean page either', () => {
    // 20 to 23 come from a block that was dirty from its start; 23 alone is dirty.
    given(host(), freedDirty(16), freed(17), freed(18, 1), freed(20, 1), freed(22), freedDirty(23), offline(16))
      .when(scrub({ pages: 0 }))
      .expect({ result: true, lists: { 'z5 o0': '17/0', 'z5 o1': '18/0', 'z5 o2': '20/0' } });
  });

  it('[SCRUB-1] begins at the first dirty page of the block', () => {
    // 19 alone is dirty.
    given(host(), freed(16, 1), freed(18), freedDirty(19))
      .when(scrub({ pages: 1 }))
      .expect({ lists: { 'z5 o2': '16' }, dirty: [] });
  });
});

describe('[SCRUB-1] a call that others wait for', () => {
  it('[SCRUB-1] stops behind the ninth page: 8 weigh 800, which is not above 800', () => {
    given(host(), freedDirty(16, 4))
      .when(scrub({ preempt: true }))
      .expect({ result: true, lists: { 'z5 o4': '16/9' }, dirty: [[25, 7]], needScrub: [7] })
      .when(scrub({ preempt: true }))
      .expect({ result: false, lists: { 'z5 o4': '16' }, dirty: [] });
  });

  it('[SCRUB-1] otherwise it goes on to the end', () => {
    given(host(), freedDirty(16, 4))
      .when(scrub({ preempt: false }))
      .expect({ result: false, lists: { 'z5 o4': '16' } });
  });

  it('[SCRUB-1] a page that is clean weighs 1: it can be the last one', () => {
    // 8 dirty pages, then a clean one: 801.
    given(host(), freedDirty(16, 3), freed(24, 3))
      .when(scrub({ preempt: true }))
      .expect({ result: false, lists: { 'z5 o4': '16/9' }, needScrub: [0] });
  });

  it('[SCRUB-1] the weight is that of all blocks together', () => {
    // Four blocks of 2 pages, 800; the next block's first page is the last one.
    given(host(), ...[16, 20, 24, 28, 32].map((mfn) => freedDirty(mfn, 1)))
      .when(scrub({ preempt: true }))
      .expect({ result: true, lists: { 'z5 o1': '16 20 24 28', 'z6 o1': '32/1' } });
  });

  it('[SCRUB-1] 7 dirty pages and 100 clean ones weigh 800, one more page ends the call', () => {
    // Frames 256 to 511 but for 7 dirty ones at the start: 700 + 100 = 800, and one page.
    const clean = [freed(263), freed(264, 3), freed(272, 4), freed(288, 5), freed(320, 6), freed(384, 7)];
    given(host({ frames: 512 }), freedDirty(256, 2), freedDirty(260, 1), freedDirty(262), ...clean)
      .when(scrub({ preempt: true }))
      .expect({ lists: { 'z9 o8': '256/108' }, dirty: [], needScrub: [0] });
  });

  it('[SCRUB-1] pages before the first dirty one are not looked at, and weigh nothing', () => {
    // 24 to 31 weigh 800, so 32 is scrubbed too; with 16 to 23 it would be 808.
    given(host(), freed(16, 3), freedDirty(24, 3), freedDirty(32))
      .when(scrub({ preempt: true }))
      .expect({ result: false, lists: { 'z5 o4': '16', 'z6 o0': '32' }, needScrub: [0] });
  });

  it('[SCRUB-1] that ends with its block finishes it', () => {
    given(host(), freedDirty(16, 3), freedDirty(24), freedDirty(8))
      .when(scrub({ preempt: true }))
      .expect({ result: true, lists: { 'z4 o0': '8', 'z5 o0': '24/0', 'z5 o3': '16' }, needScrub: [1] });
  });
});

describe('[BUDDY-2] a first dirty page without dirty pages behind it', () => {
  it('[SCRUB-1] such a block is cleaned while the node has others to scrub', () => {
    // 24 to 27: 26 is left behind with a first dirty page of 0, and is clean; 8 is dirty.
    given(host(), freed(24), freedDirty(25), freed(26, 1), freedDirty(32))
      .when(scrub())
      .expect({ result: false, lists: { 'z5 o2': '24', 'z6 o0': '32' } });
  });
});
