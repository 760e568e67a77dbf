import { PAGE_SIZE } from '@heaplay/core';
import type { Architecture, FrameTable, MfnRange } from '@heaplay/core';

/** log2 of a page table's entries. */
const TABLE_BITS = 9;
/** The largest page: 2^18 frames, 1 GiB. */
const LARGEST_PAGE = 2 ** 18;
/** Levels of tables, the root included. */
const TABLE_LEVELS: Readonly<Record<Architecture, number>> = { x86_64: 4, arm64: 4, arm32: 3, riscv64: 4, ppc64: 4 };

/** Frames side by side, in RAM and in the direct map. */
export interface MappedRun {
  readonly first: number;
  readonly end: number;
  /** PDX of the first one: its page in the direct map, counted from where PDX 0 would be. */
  readonly pdx: number;
}

/** Ranges of frames as runs that lie side by side in the frame table; frames without a record are left out. */
export function mappedRuns(ranges: readonly MfnRange[], table: FrameTable): readonly MappedRun[] {
  return table.validFrames().flatMap(([first, end]) =>
    ranges.flatMap(([from, to]): MappedRun[] => {
      const [low, high] = [Math.max(first, from), Math.min(end, to)];
      const pdx = low < high ? table.pdxOf(low) : undefined;
      return pdx === undefined ? [] : [{ first: low, end: high, pdx }];
    }),
  );
}

/** The parts of runs whose pages in the direct map lie before `limit`, counted as PDX. */
export function below(runs: readonly MappedRun[], limit: number): readonly MappedRun[] {
  return runs.flatMap((run) => {
    const end = Math.min(run.end, run.first + limit - run.pdx);
    return run.first < end ? [{ ...run, end }] : [];
  });
}

/** Pages of runs. */
export function pagesOf(runs: readonly MappedRun[]): number {
  return runs.reduce((sum, { first, end }) => sum + end - first, 0);
}

/** Bytes of addresses from the first to the last page that is mapped. */
export function spanBytes(runs: readonly MappedRun[]): number {
  if (runs.length === 0) return 0;
  const first = Math.min(...runs.map(({ pdx }) => pdx));
  const end = Math.max(...runs.map(({ first: from, end: to, pdx }) => pdx + to - from));
  return (end - first) * PAGE_SIZE;
}

/**
 * Bytes of page tables that map these runs with the largest pages that fit, below one root table. The cost follows the
 * number of runs: between the ends of a run whole entries stand for whole tables.
 */
export function pageTableBytes(runs: readonly MappedRun[], arch: Architecture): number {
  if (runs.length === 0) return 0;
  let tables = 1;
  for (let level = 1; level < TABLE_LEVELS[arch]; level++) {
    // What a table of this level stands for: where that is a page's size, a whole one needs no table.
    const span = 2 ** (TABLE_BITS * level);
    tables += span > LARGEST_PAGE ? touched(runs, span) : cut(runs, span);
  }
  return tables * PAGE_SIZE;
}

/** How many aligned spans of PDX hold a page of these runs. */
export function touched(runs: readonly MappedRun[], span: number): number {
  let count = 0;
  let counted = -1;
  for (const { first, end, pdx } of byPdx(runs)) {
    const low = Math.max(Math.floor(pdx / span), counted + 1);
    const high = Math.floor((pdx + end - first - 1) / span);
    if (high < low) continue;
    count += high - low + 1;
    counted = high;
  }
  return count;
}

/** How many aligned spans are mapped in part, so that one large page cannot do it: those at the ends of runs. */
function cut(runs: readonly MappedRun[], span: number): number {
  const partly = new Set<number>();
  for (const { first, end, pdx } of joinedByPdx(runs)) {
    const last = pdx + end - first;
    if (pdx % span !== 0) partly.add(Math.floor(pdx / span));
    if (last % span !== 0) partly.add(Math.floor(last / span));
  }
  return partly.size;
}

function byPdx(runs: readonly MappedRun[]): readonly MappedRun[] {
  return runs.toSorted((a, b) => a.pdx - b.pdx);
}

/** Neighbours both in RAM and in the direct map made one. */
function joinedByPdx(runs: readonly MappedRun[]): readonly MappedRun[] {
  const joined: MappedRun[] = [];
  for (const run of byPdx(runs)) {
    const last = joined.at(-1);
    if (last !== undefined && last.end === run.first && last.pdx + last.end - last.first === run.pdx) {
      joined[joined.length - 1] = { ...last, end: run.end };
    } else joined.push(run);
  }
  return joined;
}
