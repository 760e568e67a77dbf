import { describe, expect, it } from 'vitest';
import { picks } from '../../../test/import/disguises.ts';
import { PFN_STATE, PfnTable } from './pfn-table.ts';
import type { PfnRun } from './pfn-table.ts';

/** The same, one frame at a time. */
class NaiveTable {
  private readonly known = new Map<number, { readonly mfn: number | null; readonly state: number }>();

  set(pfn: number, pages: number, mfn: number | null, state: number): void {
    for (let i = 0; i < pages; i++) this.known.set(pfn + i, { mfn: mfn === null ? null : mfn + i, state });
  }

  all(pfn: number, pages: number): readonly object[] {
    return Array.from({ length: pages }, (_, i) => this.known.get(pfn + i) ?? { mfn: null, state: 0 });
  }
}

function oneByOne(runs: readonly PfnRun[]): readonly object[] {
  return runs.flatMap(({ pages, mfn, state }) =>
    Array.from({ length: pages }, (_, i) => ({ mfn: mfn === null ? null : mfn + i, state })),
  );
}

describe('PfnTable', () => {
  it.each([1, 2, 3])('[IMPORT-FTRACE-7] equals a table of single frames, seed %i', (seed) => {
    const pick = picks(seed);
    const table = new PfnTable();
    const naive = new NaiveTable();
    const base = 2 ** 39;
    for (let step = 0; step < 400; step++) {
      const order = pick(13);
      const pages = 2 ** order;
      const pfn = base + pick(16384 / pages) * pages;
      const state = [PFN_STATE.freed, PFN_STATE.batched, PFN_STATE.toldTwice, PFN_STATE.withoutRoom][pick(8)];
      if (state === undefined) {
        const mfn = pick(2 ** 30);
        table.place(pfn, pages, mfn);
        naive.set(pfn, pages, mfn, 0);
      } else {
        table.mark(pfn, pages, state);
        naive.set(pfn, pages, null, state);
      }
      const from = base + pick(16000);
      const length = 1 + pick(1500);
      const runs = table.runs(from, length);
      expect(oneByOne(runs)).toEqual(naive.all(from, length));
      expect(runs[0]?.pfn).toBe(from);
    }
  });

  it('[IMPORT-FTRACE-7] runs are as long as can be: a block of any size is one', () => {
    const table = new PfnTable();
    table.place(2 ** 18, 2 ** 18, 0);
    expect(table.runs(2 ** 18, 2 ** 18)).toEqual([{ pfn: 2 ** 18, pages: 2 ** 18, mfn: 0, state: 0 }]);
    table.mark(2 ** 18 + 5, 1, PFN_STATE.freed);
    expect(table.runs(2 ** 18, 2 ** 18).map(({ pages }) => pages)).toEqual([5, 1, 2 ** 18 - 6]);
    expect(table.runs(0, 4)).toEqual([{ pfn: 0, pages: 4, mfn: null, state: PFN_STATE.unknown }]);
  });
});
