import { FrameTable } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { below, mappedRuns, pageTableBytes, pagesOf, spanBytes } from './direct-map.ts';
import type { MappedRun } from './direct-map.ts';

const run = (first: number, end: number, pdx = first): MappedRun => ({ first, end, pdx });

/** Tables counted frame by frame: a table for every aligned span that one large page cannot map. */
function naiveTables(runs: readonly MappedRun[], levels: number): number {
  const mapped = new Map<number, number>();
  for (const { first, end, pdx } of runs) for (let mfn = first; mfn < end; mfn++) mapped.set(pdx + mfn - first, mfn);
  let tables = runs.length === 0 ? 0 : 1;
  for (let level = 1; level < levels; level++) {
    const span = 2 ** (9 * level);
    const spans = new Set([...mapped.keys()].map((page) => Math.floor(page / span)));
    for (const number of spans) {
      const start = mapped.get(number * span);
      const isOnePage =
        span <= 2 ** 18 &&
        start !== undefined &&
        start % span === 0 &&
        Array.from({ length: span }, (_, at) => mapped.get(number * span + at) === start + at).every(Boolean);
      if (!isOnePage) tables++;
    }
  }
  return tables;
}

describe('page tables of a direct map', () => {
  it.each<readonly [string, readonly MappedRun[]]>([
    ['nothing', []],
    ['a page', [run(5, 6)]],
    ['2 MiB', [run(512, 1024)]],
    ['2 MiB out of place', [run(500, 1012)]],
    ['two pieces of one 2 MiB', [run(512, 600), run(700, 1024)]],
    ['neighbours', [run(512, 800), run(800, 1024)]],
    ['1 GiB and a page', [run(2 ** 18, 2 ** 19 + 1)]],
    ['compressed: side by side in the map, not in RAM', [run(0, 1024), run(2 ** 19, 2 ** 19 + 1024, 1024)]],
  ])('[PLAN-1] %s: as many as counted frame by frame', (_, runs) => {
    expect(pageTableBytes(runs, 'x86_64')).toBe(naiveTables(runs, 4) * 4096);
    expect(pageTableBytes(runs, 'arm32')).toBe(naiveTables(runs, 3) * 4096);
  });

  it('[PLAN-2] 16 TiB cost a table for each 512 GiB and the root', () => {
    expect(pageTableBytes([run(0, 2 ** 32)], 'x86_64')).toBe((1 + 32) * 4096);
  });
});

describe('runs', () => {
  const machine = {
    arch: 'arm64',
    frames: 2 ** 30,
    ram: [
      [0, 2 ** 18],
      [2 ** 29, 2 ** 29 + 2 ** 18],
    ],
    nodes: [],
    cpus: [],
    reserved: [],
  } as const;

  it('[PLAN-3] lie side by side where compression puts them', () => {
    const runs = mappedRuns(machine.ram, FrameTable.of(machine, { pdx: 'mask', xenHeap: null }));
    expect(runs).toEqual([run(0, 2 ** 18), run(2 ** 29, 2 ** 29 + 2 ** 18, 2 ** 18)]);
    expect([pagesOf(runs), spanBytes(runs)]).toEqual([2 ** 19, 2 ** 31]);
    expect(below(runs, 2 ** 18 + 7)).toEqual([run(0, 2 ** 18), run(2 ** 29, 2 ** 29 + 7, 2 ** 18)]);
  });

  it('[PLAN-3] lie as far apart as RAM without it', () => {
    const runs = mappedRuns(machine.ram, FrameTable.of(machine, { pdx: 'none', xenHeap: null }));
    expect(spanBytes(runs)).toBe((2 ** 29 + 2 ** 18) * 4096);
    expect(spanBytes([])).toBe(0);
  });
});
