import { PackedPage } from './packed-page.ts';
import { DIRECTORY_FANOUT, pageOf } from './word-directory.ts';
import type { PageEntry, WordDirectory } from './word-directory.ts';
import type { WordPage } from './word-page.ts';

/**
 * Calls `visit` for every page that differs between two trees of the same depth, in rising order of their numbers.
 * What both share is not looked into: the cost follows what differs.
 */
export function forEachChangedPage(
  a: WordDirectory | undefined,
  b: WordDirectory | undefined,
  depth: number,
  visit: (a: WordPage | undefined, b: WordPage | undefined, number: number) => void,
  base = 0,
): void {
  if (a === b) return;
  const span = DIRECTORY_FANOUT ** (depth - 1);
  for (let slot = 0; slot < DIRECTORY_FANOUT; slot++) {
    const [inA, inB] = [a?.entries[slot], b?.entries[slot]];
    if (inA === inB) continue;
    // A checkpoint that is unpacked twice has pages of its own each time.
    if (inA instanceof PackedPage && inB instanceof PackedPage && inA.isTwinOf(inB)) continue;
    if (depth === 1) visit(pageOf(inA as PageEntry | undefined), pageOf(inB as PageEntry | undefined), base + slot);
    else {
      const [childA, childB] = [inA as WordDirectory | undefined, inB as WordDirectory | undefined];
      forEachChangedPage(childA, childB, depth - 1, visit, base + slot * span);
    }
  }
}

/**
 * Do more than `most` pages differ between two trees of the same depth? Nothing is unpacked, and no more than that are
 * gone through.
 */
export function differInMorePages(
  a: WordDirectory | undefined,
  b: WordDirectory | undefined,
  depth: number,
  most: number,
): boolean {
  return pagesLeft(a, b, depth, most) < 0;
}

/** What is left of `most` behind the pages that differ; below 0: there are more. */
function pagesLeft(a: WordDirectory | undefined, b: WordDirectory | undefined, depth: number, most: number): number {
  let left = most;
  if (a === b) return left;
  for (let slot = 0; slot < DIRECTORY_FANOUT && left >= 0; slot++) {
    const [inA, inB] = [a?.entries[slot], b?.entries[slot]];
    if (inA === inB) continue;
    if (depth > 1)
      left = pagesLeft(inA as WordDirectory | undefined, inB as WordDirectory | undefined, depth - 1, left);
    else if (!(inA instanceof PackedPage && inB instanceof PackedPage && inA.isTwinOf(inB))) left--;
  }
  return left;
}
