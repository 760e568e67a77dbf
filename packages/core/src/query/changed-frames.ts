import { assertInvariant } from '../invariant/assert.ts';
import { differInMorePages, forEachChangedPage } from '../memory/changed-pages.ts';
import { PAGE_RECORDS, RECORD_WORDS, ZERO_WORDS } from '../memory/word-page.ts';
import { KIND_NONE, KIND_SPLIT, freeOrderOf, isFree, kindOf, orderOf } from '../state/block-record.ts';
import type { HeapState } from '../state/heap-state.ts';
import { eachDirtyChange } from '../state/dirty-change.ts';
import { orderPages } from '../units/order.ts';
import { RunList, mergeRuns } from './run-list.ts';

/** What of word 0 says what a block is: its first dirty page does not, the marks themselves are compared. */
const META_MASK = 0x1fff;
/** What of word 1 says whose it is: the rest are links. */
const OWNER_MASK = 0xffff;

/**
 * Calls `visit` for runs of frames that may differ between two states of one machine, in what {@link pageInfo} says of
 * them: rising, apart from each other. A frame that lies in none of them is the same in both. States share what they
 * have in common, so the cost follows what differs; a block that only stands elsewhere on its list is not told.
 */
export function forEachChangedRun(a: HeapState, b: HeapState, visit: (first: number, end: number) => void): void {
  const { memory, machine } = a.platform;
  if (memory.end !== b.platform.memory.end) assertInvariant('the states are of different machines');
  const tables = [
    { first: memory.coarse, end: memory.middle, shift: 18, runs: new RunList() },
    { first: memory.middle, end: memory.dirty[3], shift: 9, runs: new RunList() },
    { first: memory.fine, end: memory.end, shift: 0, runs: new RunList() },
  ];
  const marks = [3, 2, 1, 0].map((level) => ({
    first: memory.dirty[level] as number,
    end: level === 0 ? memory.fine : (memory.dirty[level - 1] as number),
    level,
    runs: new RunList(),
  }));
  forEachChangedPage(a.memory, b.memory, memory.depth, (pageA, pageB, number) => {
    const first = number * PAGE_RECORDS;
    const [wordsA, wordsB] = [pageA?.words ?? ZERO_WORDS, pageB?.words ?? ZERO_WORDS];
    const table = tables.find((place) => first >= place.first && first < place.end);
    if (table !== undefined) {
      addBlocks(table.runs, (first - table.first) * 2 ** table.shift, 2 ** table.shift, wordsA, wordsB);
      return;
    }
    const mark = marks.find((place) => first >= place.first && first < place.end);
    if (mark !== undefined) eachDirtyChange(mark.level, first - mark.first, wordsA, wordsB, mark.runs);
  });
  mergeRuns(
    [...tables, ...marks].map(({ runs }) => runs),
    machine.frames,
    visit,
  );
}

/**
 * Do two states of one machine differ in more than `most` pages of their tables, of 16 records each? Then
 * {@link forEachChangedRun} costs at least as much as it costs to go through that many. No more than that are looked for.
 */
export function differInMoreThan(a: HeapState, b: HeapState, most: number): boolean {
  return differInMorePages(a.memory, b.memory, a.platform.memory.depth, most);
}

/** The frames of the blocks that stand on a page in one state only: where no block differs, no frame of it does. */
function addBlocks(
  runs: RunList,
  base: number,
  span: number,
  wordsA: readonly number[],
  wordsB: readonly number[],
): void {
  for (let at = 0; at < PAGE_RECORDS; at++) {
    const offset = at * RECORD_WORDS;
    const [metaA, metaB] = [wordsA[offset] as number, wordsB[offset] as number];
    const same = ((metaA ^ metaB) & META_MASK) === 0;
    if (
      same &&
      (isFree(metaA) || (((wordsA[offset + 1] as number) ^ (wordsB[offset + 1] as number)) & OWNER_MASK) === 0)
    )
      continue;
    const pages = Math.max(pagesOf(metaA), pagesOf(metaB));
    const mfn = base + at * span;
    if (pages > 0) runs.add(mfn, mfn + pages);
  }
}

function pagesOf(meta: number): number {
  const kind = kindOf(meta);
  if (kind === KIND_NONE || kind === KIND_SPLIT) return 0;
  return orderPages(isFree(meta) ? freeOrderOf(meta) : orderOf(meta));
}
