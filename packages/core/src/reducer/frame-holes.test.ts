import { describe, expect, it } from 'vitest';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { decodeHeapConfig } from '../machine/heap-config-schema.ts';
import type { PdxScheme } from '../machine/heap-config.ts';
import { heapDigest } from '../query/heap-digest.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { Mfn, PhysicalAddress } from '../units/mfn.ts';
import type { Order } from '../units/order.ts';
import { HeapBatch } from './apply.ts';

const GIB_FRAMES = 0x40000;
const EINVAL = -22;

/** Frames of 1 GiB at 0 and at 16 GiB; the second bank is a node of its own. */
const BANKS = [
  [0, GIB_FRAMES],
  [16 * GIB_FRAMES, 17 * GIB_FRAMES],
] as const;
const HOLE = (5 * GIB_FRAMES) as Mfn;

function banks(pdx: PdxScheme): HeapState {
  return host({ frames: 17 * GIB_FRAMES, ram: BANKS, nodes: BANKS.map((bank) => [bank]), pdx });
}

function bytes(mfn: number): PhysicalAddress {
  return (mfn * 4096) as PhysicalAddress;
}

describe.each(['mask', 'offset'] as const)('a hole of the frame table under %s compression', (pdx) => {
  it('[PDX-7] has no page that could be taken offline, put online or asked for', () => {
    const batch = new HeapBatch(banks(pdx));
    const invalid = { errno: EINVAL, status: 0 };
    expect(batch.apply({ type: 'offline_page', mfn: HOLE, broken: false }).result).toEqual(invalid);
    expect(batch.apply({ type: 'online_page', mfn: HOLE }).result).toEqual(invalid);
    expect(batch.apply({ type: 'query_page_offline', mfn: HOLE }).result).toEqual(invalid);
    const none = new HeapBatch(banks('none'));
    expect(none.apply({ type: 'offline_page', mfn: HOLE, broken: false }).result).toEqual({
      errno: EINVAL,
      status: 2056,
    });
  });

  it('[PDX-7] cannot be given to the heap, nor freed', () => {
    const batch = new HeapBatch(banks(pdx));
    const expected = new RegExp(`end: found frames .*: with PDX compression by ${pdx}, 0x40000 lies in a hole`);
    const [start, end] = [bytes(GIB_FRAMES - 1), bytes(GIB_FRAMES + 1)];
    for (const type of ['init_boot_pages', 'init_domheap_pages', 'init_xenheap_pages'] as const) {
      expect(() => batch.apply({ type, start, end })).toThrow(expected);
    }
    const order = 3 as Order;
    expect(() => batch.apply({ type: 'free_domheap_pages', mfn: HOLE, order })).toThrow(
      /^mfn: found frames .* in a hole/,
    );
    const beyond = (17 * GIB_FRAMES) as Mfn;
    expect(() => batch.apply({ type: 'free_domheap_pages', mfn: beyond, order })).toThrow(/where the frame table ends/);
  });

  it('[PDX-7] changes nothing of what the heap does with RAM', () => {
    const digests = (['none', pdx] as const).map((scheme) => {
      const calls = [
        { type: 'init_domheap_pages', start: bytes(1), end: bytes(GIB_FRAMES) },
        { type: 'init_domheap_pages', start: bytes(16 * GIB_FRAMES), end: bytes(17 * GIB_FRAMES) },
        { type: 'alloc_domheap_pages', order: 9 as Order },
        { type: 'free_domheap_pages', mfn: (GIB_FRAMES - 512) as Mfn, order: 9 as Order },
      ] as const;
      return heapDigest(openState(given(banks(scheme), ...calls).state));
    });
    expect(digests[1]).toBe(digests[0]);
  });

  it('[PDX-7] [PDX-8] has frames without a PDX between those that have one', () => {
    const { frameTable } = banks(pdx).platform;
    const frames = [5, GIB_FRAMES, HOLE, 16 * GIB_FRAMES + 5];
    expect(frames.map((mfn) => frameTable.pdxOf(mfn))).toEqual([5, undefined, undefined, GIB_FRAMES + 5]);
    expect([5, GIB_FRAMES + 5, 2 * GIB_FRAMES].map((index) => frameTable.mfnOf(index))).toEqual([
      5,
      16 * GIB_FRAMES + 5,
      undefined,
    ]);
  });
});

describe('a configuration', () => {
  const { machine } = banks('none').platform;
  const more = { ...machine, ram: [...machine.ram, [HOLE, HOLE + 1] as const] };

  it('[PDX-4] a separate xen heap is RAM, though `machine.ram` may leave it out', () => {
    const xenHeap = [HOLE, HOLE + 8] as const;
    const { frameTable } = host({ frames: 17 * GIB_FRAMES, ram: BANKS, xenHeap, pdx: 'mask' }).platform;
    expect([HOLE, 6 * GIB_FRAMES].map((mfn) => frameTable.isValid(mfn))).toEqual([true, false]);
    const config = { mode: 'separate-xenheap', xenHeap, pdx: 'offset' };
    expect(decodeHeapConfig(config, { ...machine, arch: 'arm32' }).ok).toBe(true);
    expect(decodeHeapConfig(config, machine)).toMatchObject({ ok: false, problem: { field: 'pdx' } });
  });

  it('[PDX-7] under which RAM lies in a hole is refused, and says what it is set up from', () => {
    const config = { mode: 'direct-map-all', pdx: 'offset' };
    expect(decodeHeapConfig(config, machine).ok).toBe(true);
    expect(decodeHeapConfig(config, more)).toMatchObject({
      ok: false,
      problem: { field: 'pdx', found: expect.stringMatching(/^"offset", under which .*1310720.* hole/) },
    });
    expect(decodeHeapConfig({ ...config, pdx: 'none' }, more).ok).toBe(true);
  });
});
