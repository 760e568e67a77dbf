import { DIRECTORY_FANOUT, FANOUT_BITS, pageOf } from './word-directory.ts';
import type { PageEntry, WordDirectory } from './word-directory.ts';
import { pageNumber } from './word-memory.ts';
import { ZERO_WORDS } from './word-page.ts';

const NONE = -1;

/**
 * Reads a tree record by record, mostly in rising order: it remembers the page and the directory it was in last, so that
 * the next record costs a comparison.
 */
export class PageCursor {
  private readonly root: WordDirectory;
  private readonly depth: number;
  private number: number = NONE;
  private words: readonly number[] = ZERO_WORDS;
  private leafNumber: number = NONE;
  private leaf: WordDirectory | undefined;

  constructor(root: WordDirectory, depth: number) {
    this.root = root;
    this.depth = depth;
  }

  /** The words of the page that holds a record, to be read only; {@link ZERO_WORDS} itself if it was never written. */
  read(record: number): readonly number[] {
    const number = pageNumber(record);
    if (number !== this.number) this.turnTo(number);
    return this.words;
  }

  private turnTo(number: number): void {
    const leafNumber = Math.floor(number / DIRECTORY_FANOUT);
    if (leafNumber !== this.leafNumber) {
      this.leaf = this.findLeaf(leafNumber);
      this.leafNumber = leafNumber;
    }
    const entry = this.leaf?.entries[number & (DIRECTORY_FANOUT - 1)] as PageEntry | undefined;
    this.words = pageOf(entry)?.words ?? ZERO_WORDS;
    this.number = number;
  }

  private findLeaf(leafNumber: number): WordDirectory | undefined {
    let node: WordDirectory | undefined = this.root;
    for (let level = this.depth - 2; level >= 0 && node !== undefined; level--) {
      const slot = Math.floor(leafNumber / 2 ** (FANOUT_BITS * level)) & (DIRECTORY_FANOUT - 1);
      node = node.entries[slot] as WordDirectory | undefined;
    }
    return node;
  }
}
