import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/machine/machine.ts';
import { machinePdx } from '../../src/pdx/machine-pdx.ts';
import { MaskCompression } from '../../src/pdx/mask-compression.ts';
import { OffsetCompression } from '../../src/pdx/offset-compression.ts';
import type { NodeId } from '../../src/units/ids.ts';
import type { MfnRange } from '../../src/units/mfn.ts';

/** Ranges as logs write them: bytes, end excluded. */
type Bytes = readonly (readonly [start: number, end: number])[];

function frames(ranges: Bytes): MfnRange[] {
  return ranges.map(([start, end]) => [start / 4096, end / 4096]);
}

/** A machine of Arm with these banks of RAM. */
function arm(banks: Bytes): Machine {
  const ram = frames(banks);
  const end = ram.at(-1)?.[1] ?? 0;
  const nodes = [{ id: 0 as NodeId, ranges: [[0, end] as const] }];
  return { arch: 'arm64', frames: end, ram, nodes, cpus: [0 as NodeId], reserved: [] };
}

const ZYNQMP: Bytes = [
  [0x0, 0x7ff00000],
  [0x800000000, 0x880000000],
];
const RCAR_H3: Bytes = [
  [0x48000000, 0x80000000],
  [0x500000000, 0x540000000],
  [0x600000000, 0x640000000],
  [0x700000000, 0x740000000],
];
const FVP: Bytes = [
  [0x80000000, 0xff000000],
  [0x880000000, 0x900000000],
];
/** Four sockets of Granite Rapids with 2 TB: node by node, as its SRAT has them. */
const GRANITE_RAPIDS: readonly Bytes[] = [
  [
    [0x0, 0x80000000],
    [0x100000000, 0x8080000000],
  ],
  [[0x63e80000000, 0x6be80000000]],
  [[0xc7e80000000, 0xcfe80000000]],
  [[0x12be80000000, 0x133e80000000]],
];

describe('what boot logs of real machines tell', () => {
  it.each([
    ['ZynqMP: PFN compression on bits 19...22', ZYNQMP, 19, 22],
    ['R-Car H3: PFN compression on bits 19...19', RCAR_H3, 19, 19],
    ['Arm FVP Base: PFN compression on bits 20...22', FVP, 20, 22],
  ])('[PDX-2] [PDX-4] %s', (_, banks, first, last) => {
    const mask = machinePdx(arm(banks), { pdx: 'mask', xenHeap: null });
    if (!(mask instanceof MaskCompression)) throw new Error('another scheme');
    const bits = mask.holeMask.toString(2);
    expect([bits.length - mask.holeShift, bits.length - 1]).toEqual([first, last]);
  });

  it('[PDX-3] [PDX-4] Granite Rapids: PFN lookup table shift 29 and PDX region size 0x10000000', () => {
    const nodes = GRANITE_RAPIDS.map((ranges, id) => ({ id: id as NodeId, ranges: frames(ranges) }));
    const ram = nodes.flatMap(({ ranges }) => ranges);
    const end = ram.at(-1)?.[1] ?? 0;
    const machine: Machine = { arch: 'x86_64', frames: end, ram, nodes, cpus: [0 as NodeId], reserved: [] };
    const moved = machinePdx(machine, { pdx: 'offset', xenHeap: null });
    if (!(moved instanceof OffsetCompression)) throw new Error('another scheme');
    expect([moved.pfnIndexShift, moved.regionPages]).toEqual([29, 0x10000000n]);
    expect(moved.regions.map(({ base, pages, index, offset }) => [base, base + pages - 1n, index, offset])).toEqual([
      [0x0n, 0x807ffffn, 0, 0x0n],
      [0x63e80000n, 0x6be7ffffn, 3, 0x53e80000n],
      [0xc7e80000n, 0xcfe7ffffn, 6, 0xa7e80000n],
      [0x12be80000n, 0x133e7ffffn, 9, 0xfbe80000n],
    ]);
  });
});
