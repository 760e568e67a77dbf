import { describe, expect, test } from 'vitest';
import { FrameNumbers } from '../../src/record/qemu/frame-numbers.ts';
import { walkFreeLists } from '../../src/record/qemu/free-list-walk.ts';
import { bareMachine, readMachine } from '../../src/record/qemu/machine-facts.ts';
import { MadeMemory } from './made-memory.ts';

const NOTHING_SEEN = { given: [], xenheapMaxMfn: null, dmaBits: 0, dmaBitsAfter: 0 };

describe('what the header of a trace says of a machine', () => {
  test('x86: RAM by the firmware, without the hypervisor; nodes; the CPUs of each', async () => {
    const made = new MadeMemory('x86_64', [
      'e820',
      'max_page',
      'node_data',
      'node_online_map',
      'cpu_to_node',
      'opt_bootscrub',
      'xen_phys_start',
      '_stext',
      '_end',
    ]);
    const map = [
      [0, 0x9fc00, 1],
      [0x100000, 0x7ef00000, 1],
      [0xfed1c000, 0x4000, 2],
    ] as const;
    made.write(made.at('e820'), map.length, 4);
    for (const [index, [start, size, type]] of map.entries()) {
      const entry = made.at('e820') + 4n + BigInt(index * 20);
      made.write(entry, start, 8);
      made.write(entry + 8n, size, 8);
      made.write(entry + 16n, type, 4);
    }
    made.write(made.at('max_page'), 0x7f000, 8);
    made.write(made.at('node_online_map'), 0b101, 8);
    made.write(made.at('node_data') + 8n, 0x40000, 8);
    made.write(made.at('node_data') + 32n, 0x40000, 8);
    made.write(made.at('node_data') + 40n, 0x40000, 8);
    made.write(made.at('cpu_to_node') + 1n, 2, 1);
    made.write(made.at('opt_bootscrub'), 2, 4);
    // The image lies at the same place behind its base as its addresses do behind a multiple of 1 GiB.
    made.write(made.at('xen_phys_start'), 0x70000000n - made.at('_stext'), 8);

    const frames = await FrameNumbers.read(made.memory);
    const seen = { ...NOTHING_SEEN, dmaBitsAfter: 30 };
    const { machine, heap } = await readMachine(made.memory, frames, seen, 2);
    expect(machine).toEqual({
      arch: 'x86_64',
      frames: 0x7f000,
      ram: [
        [0, 0x9f],
        [0x100, 0x70000],
        [0x70010, 0x7f000],
      ],
      nodes: [
        { id: 0, ranges: [[0, 0x40000]] },
        { id: 2, ranges: [[0x40000, 0x7f000]] },
      ],
      cpus: [0, 2],
      reserved: [[0x70000, 0x70010]],
    });
    expect(heap).toMatchObject({
      mode: 'direct-map-all',
      bootScrub: 'idle',
      dmaBits: 0,
      dmaBitsDefault: 30,
      pdx: 'none',
    });
  });

  test('[MODE-1] arm32: what is directly mapped is the xen heap, and no part of the RAM', async () => {
    const made = new MadeMemory('arm32', ['directmap_mfn_start', 'directmap_mfn_end']);
    made.write(made.at('directmap_mfn_start'), 0x7e000, 4);
    made.write(made.at('directmap_mfn_end'), 0x80000, 4);
    const frames = await FrameNumbers.read(made.memory);
    const seen = { ...NOTHING_SEEN, given: [[0x40000800, 0x7e000000] as const, [0x7e000000, 0x7e000fff] as const] };
    const { machine, heap } = await readMachine(made.memory, frames, seen, 1);
    expect(machine).toMatchObject({ frames: 0x80000, ram: [[0x40001, 0x7e000]], reserved: [] });
    expect(heap).toMatchObject({ mode: 'separate-xenheap', xenHeap: [0x7e000, 0x80000], directMapEnd: null });
  });

  test('[MODE-3] a direct map of a part was told by xenheap_max_mfn', async () => {
    const made = new MadeMemory('arm64', []);
    const frames = await FrameNumbers.read(made.memory);
    const { heap } = await readMachine(made.memory, frames, { ...NOTHING_SEEN, xenheapMaxMfn: 0xfffff }, 1);
    expect(heap).toMatchObject({ mode: 'direct-map-partial', xenheapMaxMfn: 0xfffff });
  });

  test('of a machine that came no further it says what the boot allocator was given', () => {
    const { layout } = new MadeMemory('x86_64', []);
    expect(bareMachine(layout, [[0x100000, 0x200000]], 1).machine).toMatchObject({
      frames: 0x200,
      ram: [[0x100, 0x200]],
    });
    expect(bareMachine(layout, [], 1).machine).toMatchObject({ frames: 1, ram: [] });
  });
});

describe('frame numbers', () => {
  test('[PDX-2] a hole that was squeezed out comes back', async () => {
    const made = new MadeMemory('x86_64', ['pfn_pdx_hole_shift', 'pfn_pdx_bottom_mask', 'pfn_top_mask']);
    made.write(made.at('pfn_pdx_hole_shift'), 4, 4);
    made.write(made.at('pfn_pdx_bottom_mask'), 0xfffff, 8);
    made.write(made.at('pfn_top_mask'), 0xfff00_0000n, 8);
    const frames = await FrameNumbers.read(made.memory);
    expect(frames.compressed).toBe(true);
    expect(frames.ofPage(0xffff82e000000000n + 32n * 0x12_3456n)).toBe(0x102_3456);
    expect(frames.ofXenHeapAddress(0xffff830000000000n + 0x12_3456_000n)).toBe(0x102_3456);
  });

  test('Arm counts from its first frame', async () => {
    const made = new MadeMemory('arm64', ['frametable_base_pdx', 'directmap_mfn_start']);
    made.write(made.at('frametable_base_pdx'), 0x40000, 8);
    made.write(made.at('directmap_mfn_start'), 0x40000, 8);
    const frames = await FrameNumbers.read(made.memory);
    expect(frames.ofPage(0x800000000n + 56n * 5n)).toBe(0x40005);
    expect(frames.ofXenHeapAddress(0x800000005000n)).toBe(0x40005);
  });
});

test('free lists of addresses are rings through their heads, of each node', async () => {
  const made = new MadeMemory('arm32', ['_heap', 'frametable_base_pdx']);
  const page = (mfn: number): bigint => 0x02000000n + BigInt(mfn * 32);
  const heads = 0x5000_0000n;
  made.write(made.at('_heap'), heads, 4);
  // Every list is empty, that is, points to its own head.
  for (let index = 0; index < 29 * 19; index++) made.write(heads + BigInt(index * 8), heads + BigInt(index * 8), 4);
  const head = heads + BigInt((18 * 19 + 3) * 8);
  made.write(head, page(0x20008), 4);
  made.write(page(0x20008), page(0x20018), 4);
  made.write(page(0x20008) + 12n, 0x7ffff, 4);
  made.write(page(0x20018), head, 4);
  // Beside the index lie other bits.
  made.write(page(0x20018) + 12n, 0x8000_0000 + 5, 4);
  const frames = await FrameNumbers.read(made.memory);
  expect(await walkFreeLists(made.memory, frames, [0, 1], 16)).toEqual([
    {
      node: 0,
      lists: [
        [
          18,
          3,
          [
            [0x20008, null],
            [0x20018, 5],
          ],
        ],
      ],
    },
    // A node without memory.
    { node: 1, lists: [] },
  ]);
});
