import { PAGE_SIZE, heapPreset } from '@heaplay/core';
import type { Architecture, HeapConfig, HeapMode, Machine, MfnRange, NodeId, PdxScheme } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { addressMap } from './address-map.ts';
import type { LayoutPlan } from './layout-plan.ts';
import { planLayouts } from './plan-layouts.ts';

const GIB = 2 ** 18;

function machineOf(arch: Architecture, ram: readonly MfnRange[]): Machine {
  const frames = Math.max(...ram.map(([, end]) => end));
  const nodes = [{ id: 0 as NodeId, ranges: ram }];
  return { arch, frames, ram, nodes, cpus: [0 as NodeId], reserved: [] };
}

function plansOf(machine: Machine, heap: Partial<HeapConfig> = {}): (mode: HeapMode, pdx?: PdxScheme) => LayoutPlan {
  const mode = machine.arch === 'arm32' ? 'separate-xenheap' : 'direct-map-all';
  const plans = planLayouts({ machine, heap: { ...heapPreset(machine.arch, mode), ...heap } });
  return (wanted, pdx = 'none') => {
    const found = plans.find((plan) => plan.mode === wanted && plan.pdx === pdx);
    if (found === undefined) throw new Error(`no plan for ${wanted}, ${pdx}`);
    return found;
  };
}

const WIDE = machineOf('arm64', [
  [0, GIB],
  [8 * 1024 * GIB, 8 * 1024 * GIB + GIB],
]);

describe('planning layouts', () => {
  it('[PLAN-4] every mode with every compression, and each accounts for every page of RAM', () => {
    const plans = planLayouts({ machine: WIDE, heap: heapPreset('arm64', 'direct-map-all') });
    expect(plans).toHaveLength(12);
    const accounts = plans.map(({ usablePages, losses }) =>
      losses.reduce((sum, loss) => sum + loss.pages, usablePages),
    );
    expect(new Set(accounts)).toEqual(new Set([2 * GIB]));
    expect(plans.map(({ usablePages, lostPages }) => usablePages + lostPages)).toEqual(accounts);
  });

  it('[PLAN-5] [PDX-4] arm64 with RAM at 8 TiB: no direct map of all RAM without compression, as a Versal Gen 2 said', () => {
    const plan = plansOf(WIDE);
    expect(plan('direct-map-all')).toMatchObject({
      fits: false,
      reason: expect.stringMatching(/^262,144 pages \(1 GiB\) of RAM lie beyond the direct map.*\(4 TiB\)$/),
    });
    expect(plan('direct-map-all', 'mask')).toMatchObject({ fits: true, reason: null, offered: true });
  });

  it('[PLAN-6] [PDX-6] the frame table costs the groups that hold RAM, and spans all', () => {
    const plan = plansOf(WIDE);
    const group = 56 * GIB;
    expect(plan('direct-map-all')).toMatchObject({
      frameTableBytes: 2 * group,
      frameTableSpanBytes: (8 * 1024 + 1) * group,
    });
    expect(plan('direct-map-all', 'mask')).toMatchObject({
      frameTableBytes: 2 * group,
      frameTableSpanBytes: 2 * group,
      directMapBytes: 2 * 2 ** 30,
      directMapPages: 2 * GIB,
    });
  });

  it('[PLAN-7] [MODE-3] the ceiling of the xen heap is rounded down to a power of two', () => {
    const plan = plansOf(machineOf('x86_64', [[256, 3 * GIB]]));
    const { xenHeapBits, xenHeapCeilingPages, usablePages } = plan('direct-map-partial');
    // 3 GiB: the last frame has 20 bits; 2 GiB are what 31 bits reach.
    expect([xenHeapBits, xenHeapCeilingPages]).toEqual([31, 2 * GIB - 256]);
    expect(usablePages).toBe(3 * GIB - 256);
    expect(plan('direct-map-all').xenHeapBits).toBeNull();
  });

  it('[PLAN-8] [MODE-1] a separate xen heap without room: the panic, and how much was there', () => {
    const pieces = Array.from({ length: 8 }, (_, at): MfnRange => [at * 8192 + 1, at * 8192 + 8000]);
    expect(plansOf(machineOf('arm32', pieces))('separate-xenheap')).toMatchObject({
      fits: false,
      reason: expect.stringMatching(/^Not enough space for xenheap: 32 MiB wanted .* the largest piece .* 31 MiB$/),
      xenHeapCeilingPages: 0,
      directMapBytes: 0,
    });
  });

  it('[PLAN-9] [XEN-2] the guard pages of a separate xen heap are lost, and it is what is mapped', () => {
    const plan = plansOf(machineOf('arm32', [[GIB, 2 * GIB]]))('separate-xenheap');
    expect(plan).toMatchObject({ fits: true, lostPages: 2, xenHeapCeilingPages: 8190, directMapBytes: 32 * 2 ** 20 });
    expect(plan.losses).toEqual([{ pages: 2, why: expect.stringContaining('guard pages') }]);
  });

  it('[PLAN-10] 32-bit Arm: a direct map of all RAM ends with its window of 1 GiB, the frame table with its own', () => {
    const plan = plansOf(machineOf('arm32', [[GIB, 4 * GIB]]));
    expect(plan('direct-map-all').reason).toMatch(/2 GiB\) of RAM lie beyond the direct map/);
    const high = plansOf(
      machineOf('arm32', [
        [GIB, 2 * GIB],
        [128 * GIB, 129 * GIB],
      ]),
    );
    expect(high('separate-xenheap').reason).toMatch(/beyond the frame table/);
    expect(high('separate-xenheap', 'offset').fits).toBe(true);
  });

  it('[PLAN-11] x86: RAM beyond the frame table is not used, the machine boots without it', () => {
    const far = 2 ** 32 + 7 * GIB;
    const plan = plansOf(
      machineOf('x86_64', [
        [256, 2 * GIB],
        [far, far + GIB],
      ]),
    );
    expect(plan('direct-map-all')).toMatchObject({
      fits: true,
      lostPages: GIB,
      frameTableBytes: 2 * GIB * 32,
      frameTableSpanBytes: 2 ** 37,
    });
    expect(plan('direct-map-all', 'offset')).toMatchObject({ fits: true, lostPages: 0 });
  });

  it('[PLAN-12] a BUG of the boot is a reason: banks cut into more regions than there is room for', () => {
    const pieces = Array.from({ length: 300 }, (_, at): MfnRange => [256 + at * 16, 256 + at * 16 + 8]);
    expect(plansOf(machineOf('x86_64', pieces))('direct-map-all')).toMatchObject({
      fits: false,
      reason: 'BUG in init_boot_pages [BOOT-1]: more than 256 regions',
    });
  });

  it('[PLAN-13] what others keep is lost to every layout, and named', () => {
    const machine = machineOf('arm64', [[0, GIB]]);
    const kept = [
      { range: [100, 200], by: 'the firmware' },
      { range: [150, 300], by: 'the hypervisor' },
    ] as const;
    const plans = planLayouts({ machine, heap: heapPreset('arm64', 'direct-map-all'), kept });
    for (const { losses } of plans) {
      expect(losses).toEqual(
        expect.arrayContaining([
          { pages: 100, why: 'kept by the firmware' },
          { pages: 100, why: 'kept by the hypervisor' },
        ]),
      );
    }
  });

  it('[PLAN-14] on demand nothing is mapped for good', () => {
    const { directMapBytes, pageTableBytes, offered, xenHeapCeilingPages, usablePages } = plansOf(WIDE)(
      'direct-map-on-demand',
      'mask',
    );
    expect([directMapBytes, pageTableBytes, offered]).toEqual([0, 0, false]);
    expect(xenHeapCeilingPages).toBe(usablePages);
  });
});

describe('the picture of the addresses', () => {
  it('[PLAN-15] stretches that are alike, rising, without gaps', () => {
    const machine = machineOf('x86_64', [
      [256, 3 * GIB],
      [4 * GIB, 6 * GIB],
    ]);
    const plan = plansOf(machine)('direct-map-partial');
    const map = addressMap(machine, plan, [{ range: [GIB, GIB + 9], by: 'me' }]);
    expect(map.map(({ first, end, kind, kept, mapped, xenHeap }) => [first, end, kind, kept, mapped, xenHeap])).toEqual(
      [
        [0, 256, 'hole', null, false, false],
        [256, GIB, 'ram', null, true, true],
        [GIB, GIB + 9, 'ram', 'me', true, false],
        [GIB + 9, 3 * GIB, 'ram', null, true, true],
        [3 * GIB, 4 * GIB, 'hole', null, false, false],
        [4 * GIB, 6 * GIB, 'ram', null, true, false],
      ],
    );
    expect(map.map(({ first }) => first).slice(1)).toEqual(map.map(({ end }) => end).slice(0, -1));
    expect((map.at(-1)?.end ?? 0) * PAGE_SIZE).toBe(6 * 2 ** 30);
  });
});
