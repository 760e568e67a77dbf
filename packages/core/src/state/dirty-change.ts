import { PAGE_RECORDS, RECORD_WORDS } from '../memory/word-page.ts';
import { BITS_PER_WORD, RECORD_SHIFT, lowestBit } from './dirty-set.ts';

/** Hears of runs of frames, by rising first frame. */
interface Runs {
  add(first: number, end: number): void;
}

/**
 * Tells the frames whose dirty marks may differ between two versions of a page of a level's table; `record` is the
 * page's first record there. A child that is uniform in both versions alike has no words that could differ.
 */
export function eachDirtyChange(
  level: number,
  record: number,
  wordsA: readonly number[],
  wordsB: readonly number[],
  runs: Runs,
): void {
  const span = 2 ** (5 * level);
  const base = record * 2 ** (RECORD_SHIFT[level] as number);
  // Below the lowest level a word is 32 frames; above, a node is a pair of words: `some` and `all` of its children.
  const stride = level === 0 ? 1 : 2;
  for (let at = 0; at < PAGE_RECORDS * RECORD_WORDS; at += stride) {
    // Where some of a child's frames become dirty, its own words say which; where all of them were, it had none.
    const word = level === 0 ? at : at + 1;
    let bits = (wordsA[word] as number) ^ (wordsB[word] as number);
    const node = base + (at / stride) * BITS_PER_WORD * span;
    for (; bits !== 0; bits &= bits - 1) {
      const first = node + lowestBit(bits) * span;
      runs.add(first, first + span);
    }
  }
}
