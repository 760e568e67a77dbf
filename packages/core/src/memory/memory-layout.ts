import { directoryDepth } from './word-directory.ts';
import { PAGE_RECORDS } from './word-page.ts';

/** Records that each part of the memory needs. */
export interface MemoryParts {
  readonly lists: number;
  readonly coarse: number;
  readonly middle: number;
  /** Dirty marks, from the level of single frames up. */
  readonly dirty: readonly [number, number, number, number];
  readonly fine: number;
}

/**
 * Where each part of the heap stands in the paged word memory: the number of its first record. The small parts come
 * first, so that their records have small numbers on the largest hosts too. Parts do not share pages.
 */
export class MemoryLayout {
  readonly lists: number;
  readonly coarse: number;
  readonly middle: number;
  readonly dirty: readonly [number, number, number, number];
  readonly fine: number;
  /** One more than the last record. */
  readonly end: number;
  /** Levels of directories above the pages. */
  readonly depth: number;

  constructor(parts: MemoryParts) {
    let next = 0;
    const place = (records: number): number => {
      const first = next;
      next += Math.ceil(records / PAGE_RECORDS) * PAGE_RECORDS;
      return first;
    };
    this.lists = place(parts.lists);
    this.coarse = place(parts.coarse);
    this.middle = place(parts.middle);
    const [frames, runs, chunks, regions] = parts.dirty;
    const top = place(regions);
    const upper = place(chunks);
    const lower = place(runs);
    this.dirty = [place(frames), lower, upper, top];
    this.fine = place(parts.fine);
    this.end = next;
    this.depth = directoryDepth(next / PAGE_RECORDS);
  }
}
