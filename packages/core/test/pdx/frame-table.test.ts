import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/machine/machine.ts';
import { frameGroups, isBacked } from '../../src/pdx/frame-groups.ts';
import type { FrameGroups } from '../../src/pdx/frame-groups.ts';
import { FrameTable } from '../../src/pdx/frame-table.ts';
import { inBytes, machinePdx, pdxFrames } from '../../src/pdx/machine-pdx.ts';
import type { PdxCompression } from '../../src/pdx/pdx-compression.ts';
import { pdxLimits } from '../../src/pdx/pdx-limits.ts';
import { MAX_ORDER } from '../../src/units/order.ts';
import { randomNumbers } from '../differential/random-numbers.ts';
import { naiveHole, naivePdx, naiveValid } from '../naive/pdx.ts';
import { randomMachine } from './random-machines.ts';

const SEEDS = 150;

interface Subject {
  readonly seed: number;
  readonly machine: Machine;
  readonly compression: PdxCompression;
  readonly table: FrameTable;
  readonly groups: FrameGroups;
  readonly groupPages: number;
  /** Frames at every edge of RAM and of what is valid, and others. */
  readonly sample: readonly number[];
}

function subject(seed: number, scheme: 'mask' | 'offset'): Subject {
  const machine = randomMachine(seed);
  const config = { pdx: scheme, xenHeap: null };
  const compression = machinePdx(machine, config);
  const { groupPages } = pdxLimits(machine.arch);
  const groups = compression && frameGroups(compression, inBytes(pdxFrames(machine, null)), groupPages);
  if (compression === undefined || groups === undefined) throw new Error('a machine without RAM');
  const table = FrameTable.of(machine, config);
  const pick = randomNumbers(seed + 1_000_000);
  const edges = [...machine.ram, ...table.validFrames()].flat().flatMap((mfn) => [mfn - 1, mfn, mfn + 1]);
  const inside = machine.ram.flatMap(([first, end]) => Array.from({ length: 4 }, () => first + pick(end - first)));
  const anywhere = Array.from({ length: 40 }, () => pick(machine.frames + 1000));
  const sample = [...edges, ...inside, ...anywhere].filter((mfn) => mfn >= 0);
  return { seed, machine, compression, table, groups, groupPages, sample };
}

const SUBJECTS = (['mask', 'offset'] as const).map((scheme) => ({
  scheme,
  subjects: Array.from({ length: SEEDS }, (_, seed) => subject(seed + 1, scheme)),
}));

describe.each(SUBJECTS)('machines of random RAM under $scheme compression', ({ scheme, subjects }) => {
  it('are of every kind: compressed and not, with frames that are valid and frames that are not', () => {
    const verdicts = new Set(subjects.map(({ compression }) => compression.why));
    expect([...verdicts].toSorted()).toEqual(['compressed', scheme === 'mask' ? 'no-hole' : 'no-gain']);
    const valid = subjects.flatMap(({ table, sample }) => sample.map((mfn) => table.isValid(mfn)));
    expect(valid.filter(Boolean).length).toBeGreaterThan(1000);
    expect(valid.filter((is) => !is).length).toBeGreaterThan(1000);
  });

  it('[PDX-7] a frame is valid if the machine has it, the frame test passes, and its group is backed', () => {
    const wrong = subjects.flatMap(({ seed, machine, compression, table, groups, groupPages, sample }) =>
      sample
        .filter((mfn) => {
          const pfn = BigInt(mfn);
          const backed = compression.hasPdx(pfn) && isBacked(groups, compression.toPdx(pfn), groupPages);
          return table.isValid(mfn) !== (mfn < machine.frames && backed);
        })
        .map((mfn) => ({ seed, mfn })),
    );
    expect(wrong).toEqual([]);
  });

  it('[PDX-7] all RAM is valid, and the table says where what is valid ends', () => {
    const wrong = subjects.flatMap(({ seed, machine, table }) => [
      ...machine.ram.filter(([first, end]) => table.firstInvalid(first, end) !== end).map((range) => ({ seed, range })),
      ...table
        .validFrames()
        .flatMap(([first, end]) =>
          table.firstInvalid(first, end) === end && (table.isValid(end) || table.firstInvalid(first, end + 5) === end)
            ? []
            : [{ seed, range: [first, end] }],
        ),
    ]);
    expect(wrong).toEqual([]);
  });

  it('[PDX-8] every valid frame has the PDX that the compression gives it, and comes back from it', () => {
    const wrong = subjects.flatMap(({ seed, compression, table, sample }) =>
      sample
        .filter((mfn) => {
          const pdx = table.pdxOf(mfn);
          if (!table.isValid(mfn)) return pdx !== undefined;
          if (pdx === undefined) return true;
          const same = BigInt(pdx) === compression.toPdx(BigInt(mfn)) && compression.toPfn(BigInt(pdx)) === BigInt(mfn);
          return !same || table.mfnOf(pdx) !== mfn;
        })
        .map((mfn) => ({ seed, mfn })),
    );
    expect(wrong).toEqual([]);
  });

  it('[PDX-8] so does every byte of it, and its offset into the direct map', () => {
    const wrong = subjects.flatMap(({ seed, compression, table, sample }) =>
      sample
        .filter((mfn) => table.isValid(mfn))
        .flatMap((mfn) => [0n, 0x123n, 0xfffn].map((byte) => (BigInt(mfn) << 12n) + byte))
        .filter((address) => {
          const offset = compression.toDirectMapOffset(address);
          const expected = (compression.toPdx(address >> 12n) << 12n) + (address & 0xfffn);
          return offset !== expected || compression.toAddress(offset) !== address;
        })
        .map((address) => ({ seed, address })),
    );
    expect(wrong).toEqual([]);
  });

  it('[PDX-8] no two valid frames share a PDX: the runs of them lie apart, and rise with the frames', () => {
    for (const { table } of subjects) {
      const ends = table
        .validFrames()
        .flatMap(([first, end]) => [first, end - 1].map((mfn) => Number(table.pdxOf(mfn))));
      expect(ends.filter(Number.isNaN)).toEqual([]);
      expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      // The last frame of a run and the first one of the next differ, too.
      const borders = ends.slice(1, -1);
      expect(borders.filter((pdx, at) => at % 2 === 1 && pdx === borders[at - 1])).toEqual([]);
      for (const [first, end] of table.validFrames()) {
        expect(Number(table.pdxOf(end - 1)) - Number(table.pdxOf(first))).toBe(end - 1 - first);
      }
    }
  });

  it('[PDX-5] a frame and its buddy lie as far apart in the frame table as in memory, and are both compressed or neither', () => {
    const wrong = subjects.flatMap(({ seed, compression, sample }) =>
      sample.flatMap((mfn) =>
        Array.from({ length: MAX_ORDER }, (_, order) => order)
          .filter((order) => {
            const [pfn, buddy] = [BigInt(mfn), BigInt(mfn) ^ (1n << BigInt(order))];
            const apart = BigInt.asIntN(64, compression.toPdx(buddy) - compression.toPdx(pfn));
            return apart !== buddy - pfn || compression.hasPdx(pfn) !== compression.hasPdx(buddy);
          })
          .map((order) => ({ seed, mfn, order })),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('mask compression against digits on paper', () => {
  const [{ subjects } = { subjects: [] }] = SUBJECTS;

  it('[PDX-2] leaves out the same digits, and covers the same frames', () => {
    const wrong = subjects.flatMap(({ seed, machine, table, sample }) => {
      const ranges = pdxFrames(machine, null);
      const hole = naiveHole(ranges);
      const { groupPages } = pdxLimits(machine.arch);
      return sample
        .filter((mfn) => mfn < machine.frames)
        .filter((mfn) => {
          const valid = naiveValid(ranges, groupPages, mfn);
          return table.isValid(mfn) !== valid || (valid && table.pdxOf(mfn) !== naivePdx(hole, mfn));
        })
        .map((mfn) => ({ seed, mfn }));
    });
    expect(wrong).toEqual([]);
  });
});

describe('without compression', () => {
  it('[PDX-1] the frames of the machine are valid, and each has its own number', () => {
    const machine = randomMachine(7);
    const table = FrameTable.of(machine, { pdx: 'none', xenHeap: null });
    const { frames } = machine;
    expect([-1, 0, frames - 1, frames].map((mfn) => table.isValid(mfn))).toEqual([false, true, true, false]);
    expect([-1, 0, frames - 1, frames].map((mfn) => table.pdxOf(mfn))).toEqual([undefined, 0, frames - 1, undefined]);
    expect([-1, 0, frames - 1, frames].map((pdx) => table.mfnOf(pdx))).toEqual([undefined, 0, frames - 1, undefined]);
    expect([table.firstInvalid(5, frames), table.firstInvalid(5, frames + 9)]).toEqual([frames, frames]);
    expect(table.firstInvalid(frames + 1, frames + 9)).toBe(frames + 1);
    expect(table.validFrames()).toEqual([[0, frames]]);
  });
});
