import { describe, it } from 'vitest';
import { active, allocBoot, allocDom, bootBytes, bootPages, domheap, endBoot, freed } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

describe('[BOOT-1] the list of regions', () => {
  it('[BOOT-1] a new region goes before the first whose end lies above its start', () => {
    given(host())
      .when(bootPages(40, 48), bootPages(8, 16), bootPages(20, 24))
      .expect({
        bootRegions: [
          [8, 16],
          [20, 24],
          [40, 48],
        ],
      });
  });

  it('[BOOT-1] regions that touch stay two', () => {
    given(host())
      .when(bootPages(8, 16), bootPages(16, 20), bootPages(4, 8))
      .expect({
        bootRegions: [
          [4, 8],
          [8, 16],
          [16, 20],
        ],
      });
  });

  it('[BOOT-1] one that reaches into its successor stops with BUG', () => {
    given(host(), bootPages(8, 16))
      .when(bootPages(4, 9))
      .expect({ bug: 'BUG BOOT-1', bootRegions: [[8, 16]] });
  });

  it('[BOOT-1] one that begins within another is placed before it, and overlaps it', () => {
    given(host(), bootPages(8, 16)).when(bootPages(15, 20)).expect({ bug: 'BUG BOOT-1' });
  });

  // Every other page of 256 pairs.
  const regions = Array.from({ length: 256 }, (_, at) => bootPages(2 * at + 2, 2 * at + 3));

  it('[BOOT-1] 256 regions fit, the next one stops with BUG', () => {
    const full = given(host({ frames: 1024 }), ...regions);
    full.when(bootPages(900, 901)).expect({ bug: 'BUG BOOT-1' });
  });

  it('[BOOT-1] an emptied region takes its place all the same', () => {
    given(host({ frames: 1024 }), ...regions.slice(0, 255), bootPages(900, 901))
      .when(allocBoot(1), bootPages(950, 951))
      .expect({ bug: 'BUG BOOT-1' });
  });
});

describe('[BOOT-2] init_boot_pages', () => {
  it('[BOOT-2] a start is rounded up, an end down', () => {
    given(host())
      .when(bootBytes(8 * 4096 + 1, 16 * 4096 - 1))
      .expect({ bootRegions: [[9, 15]] });
  });

  it('[BOOT-2] whole pages stay as they are', () => {
    given(host())
      .when(bootBytes(8 * 4096, 16 * 4096))
      .expect({ bootRegions: [[8, 16]] });
  });

  it('[BOOT-2] what holds no whole page is no region', () => {
    given(host())
      .when(bootBytes(8 * 4096 + 1, 9 * 4096 + 4095))
      .expect({ bootRegions: [] });
  });

  it.each([
    {
      bad: [10, 12],
      left: [
        [8, 10],
        [12, 16],
      ],
      what: 'in the middle split the region',
    },
    { bad: [8, 10], left: [[10, 16]], what: 'at its start trim it' },
    { bad: [4, 10], left: [[10, 16]], what: 'across its start trim it' },
    { bad: [14, 16], left: [[8, 14]], what: 'at its end trim it' },
    { bad: [14, 20], left: [[8, 14]], what: 'across its end trim it' },
    { bad: [4, 20], left: [[16, 16]], what: 'all over it empty it' },
    { bad: [16, 20], left: [[8, 16]], what: 'behind it do not touch it' },
    { bad: [4, 8], left: [[8, 16]], what: 'before it do not touch it' },
  ] as const)('[BOOT-2] bad pages $what', ({ bad, left }) => {
    given(host({ badPages: [bad] }))
      .when(bootPages(8, 16))
      .expect({ bootRegions: left });
  });

  it('[BOOT-2] bad pages are taken out of several regions, several times', () => {
    given(
      host({
        badPages: [
          [14, 34],
          [9, 10],
        ],
      }),
    )
      .when(bootPages(8, 16), bootPages(32, 40))
      .expect({
        bootRegions: [
          [8, 9],
          [10, 14],
          [34, 40],
        ],
      });
  });
});

describe('[BOOT-3] alloc_boot_pages', () => {
  const two = given(host(), bootPages(8, 16), bootPages(32, 36));

  it('[BOOT-3] takes the top of the last region', () => {
    two.when(allocBoot(2)).expect({
      result: 34,
      bootRegions: [
        [8, 16],
        [32, 34],
      ],
    });
  });

  it('[BOOT-3] what lies above the aligned place becomes a region of its own', () => {
    // 36 - 3 = 33, aligned down to 4: 32 to 34.
    two.when(allocBoot(3, 4)).expect({
      result: 32,
      bootRegions: [
        [8, 16],
        [32, 32],
        [35, 36],
      ],
    });
  });

  it('[BOOT-3] a region without room is passed, also for its alignment', () => {
    two.when(allocBoot(5), allocBoot(2, 8)).expect({
      results: [11, 32],
      bootRegions: [
        [8, 11],
        [32, 32],
        [34, 36],
      ],
    });
  });

  it('[BOOT-3] the aligned place must not lie below the region', () => {
    // 14 - 2 = 12, aligned down to 8: below 10.
    given(host(), bootPages(10, 14)).when(allocBoot(2, 8)).expect({ bug: 'BUG BOOT-3' });
  });

  it('[BOOT-3] a region that fits exactly is emptied and kept', () => {
    given(host(), bootPages(8, 16))
      .when(allocBoot(8))
      .expect({ result: 8, bootRegions: [[8, 8]] });
  });

  it('[BOOT-3] more pages than lie below the region do not wrap around', () => {
    given(host(), bootPages(2, 4))
      .when(allocBoot(5))
      .expect({ bug: 'BUG BOOT-3', bootRegions: [[2, 4]] });
  });

  it('[BOOT-3] without a region it stops with BUG', () => {
    given(host()).when(allocBoot(1)).expect({ bug: 'BUG BOOT-3' });
  });
});

describe('[BOOT-4] memory allocated at boot', () => {
  const booted = given(host(), bootPages(32, 36), allocBoot(1), endBoot);

  it('[BOOT-4] never enters the heap with the rest', () => {
    booted.expect({
      lists: { 'z6 o0': '34', 'z6 o1': '32' },
      free: 3,
      frames: { 35: { state: 'outside', owner: null } },
    });
  });

  it('[BOOT-4] enters it when somebody gives it back', () => {
    booted.when(domheap(35, 36)).expect({ lists: { 'z6 o2': '32' }, free: 4 });
  });
});

describe('[BOOT-5] end_boot_allocator', () => {
  const regions = [bootPages(16, 17), bootPages(18, 19), bootPages(20, 21), bootPages(22, 23)];

  it('[BOOT-5] the lowest region goes first, then the others from the last', () => {
    // Freed 16, 22, 20, 18: the last one stands at the head.
    given(host(), ...regions)
      .when(endBoot)
      .expect({ lists: { 'z5 o0': '18 20 22 16' }, bootRegions: [] });
  });

  it("[BOOT-5] the first one is the lowest that begins on CPU 0's node", () => {
    // Freed 20, 22, then 18 and 16.
    given(host({ nodes: [[[0, 20]], [[20, 64]]], cpus: [1], nodeHeapPages: 0 }), ...regions)
      .when(endBoot)
      .expect({ lists: { 'n0 z5 o0': '16 18', 'n1 z5 o0': '22 20' } });
  });

  it('[BOOT-5] a region of another node below is not taken for it', () => {
    // Node 1 has the heap's first pages, so node 0 pays for its list heads with page 18.
    given(host({ nodes: [[[0, 20]], [[20, 64]]], cpus: [1] }), ...regions)
      .when(endBoot)
      .expect({ lists: { 'n0 z5 o0': '16', 'n1 z5 o0': '22 20' } });
  });

  it('[BOOT-5] an emptied region is no first one', () => {
    given(host(), bootPages(16, 17), bootPages(18, 19), bootPages(20, 21))
      .when(allocBoot(1), allocBoot(1), endBoot)
      .expect({ results: [20, 18, { dmaBits: 0, freePages: 1 }], lists: { 'z5 o0': '16' } });
  });

  it("[BOOT-5] without a DMA width the platform's takes effect", () => {
    given(host({ dmaBitsDefault: 20 }), bootPages(16, 24))
      .expect({ dmaBits: 0 })
      .when(endBoot)
      .expect({ result: { dmaBits: 20, freePages: 8 }, dmaBits: 20 });
  });

  it('[BOOT-5] one that was asked for stays', () => {
    given(host({ dmaBits: 24, dmaBitsDefault: 20 }), bootPages(16, 24))
      .when(endBoot)
      .expect({ result: { dmaBits: 24, freePages: 8 } });
  });
});

describe('[BOOT-6] memory given to the heap before the system is active', () => {
  it('[BOOT-6] is dirty with bootScrub idle, clean afterwards', () => {
    given(host({ bootScrub: 'idle' }))
      .when(domheap(16, 18), active, domheap(20, 22))
      .expect({ lists: { 'z5 o1': '20 16/0' }, needScrub: [2], dirty: [[16, 2]] });
  });

  it.each(['on', 'off'] as const)('[BOOT-6] is clean with bootScrub %s', (bootScrub) => {
    given(host({ bootScrub }))
      .when(domheap(16, 18))
      .expect({ lists: { 'z5 o1': '16' }, needScrub: [0] });
  });

  it('[BOOT-6] an ordinary free is not concerned', () => {
    given(host({ bootScrub: 'idle' }), domheap(16, 17), allocDom(0))
      .when(freed(16))
      .expect({ lists: { 'z5 o0': '16' }, needScrub: [0] });
  });
});
