import type { StateDigest } from './state-digest.ts';
import { findPage, withPages } from './word-directory.ts';
import type { WordDirectory } from './word-directory.ts';
import { PAGE_RECORDS, PAGE_RECORD_BITS, RECORD_WORDS, ZERO_WORDS, ownPage } from './word-page.ts';
import type { Ownership, WordPage } from './word-page.ts';

/** A transaction for one call sees few pages, a batch thousands: the cache grows with the misses. */
const FIRST_CACHE_SLOTS = 16;
const MOST_CACHE_SLOTS = 4096;
const CACHE_GROWTH = 16;
const NO_PAGE = -1;

/** The page that holds a record. */
export function pageNumber(record: number): number {
  // The shift is many times faster than the division, and holds for every host below 8 TiB.
  return record < 0x80000000 ? record >>> PAGE_RECORD_BITS : Math.floor(record / PAGE_RECORDS);
}

/** Offset of a record's first word in its page. */
export function wordOffset(record: number): number {
  return (record & (PAGE_RECORDS - 1)) * RECORD_WORDS;
}

/** Place of a record in the digest, from its page's seed and the offset of its first word there. */
export function recordPlace(seed: number, offset: number): number {
  return (seed + Math.imul(offset + 1, 0x9e3779b9)) | 0;
}

/**
 * The paged word memory as a transaction sees it: the published pages, and above them the pages that it has copied
 * to write them. Everything that a heap has many of stands here, in records of four words.
 */
export class WordMemory {
  private readonly root: WordDirectory;
  private readonly depth: number;
  private readonly owner: Ownership;
  private readonly digest: StateDigest;
  private readonly salt: number;
  private readonly owned = new Map<number, WordPage>();
  /** Records that may have changed since the digest was last asked for: they are not in it. Pages, and offsets there. */
  private readonly notedPages: WordPage[] = [];
  private readonly notedOffsets: number[] = [];
  private notedCount = 0;
  // A page is looked up far more often than it changes: a direct-mapped cache stands before the tree.
  private cachedNumber: number[] = new Array<number>(FIRST_CACHE_SLOTS).fill(NO_PAGE);
  private cachedPage: (WordPage | null)[] = new Array<WordPage | null>(FIRST_CACHE_SLOTS).fill(null);
  private cacheMask: number = FIRST_CACHE_SLOTS - 1;
  private misses = 0;

  constructor(root: WordDirectory, depth: number, owner: Ownership, digest: StateDigest, salt: number) {
    this.root = root;
    this.depth = depth;
    this.owner = owner;
    this.digest = digest;
    this.salt = salt;
  }

  /** The words of the page that holds `record`, to be read only. */
  read(record: number): readonly number[] {
    const number = pageNumber(record);
    const slot = number & this.cacheMask;
    if (this.cachedNumber[slot] === number) return this.cachedPage[slot]?.words ?? ZERO_WORDS;
    const page = this.owned.get(number) ?? findPage(this.root, this.depth, number) ?? null;
    this.remember(number, page);
    return page === null ? ZERO_WORDS : page.words;
  }

  /** One word. */
  get(record: number, word: number): number {
    return this.read(record)[wordOffset(record) + word] as number;
  }

  /** The page that holds `record`, so that the words of this record may be written until the transaction ends. */
  page(record: number): WordPage {
    const page = this.ownedPage(pageNumber(record));
    const bit = 1 << (record & (PAGE_RECORDS - 1));
    if ((page.noted & bit) === 0) this.note(page, bit, wordOffset(record));
    return page;
  }

  /** Writes one word of a page obtained from {@link page} for its record. */
  set(page: WordPage, offset: number, value: number): void {
    page.words[offset] = value | 0;
  }

  /** Writes one word of a record. */
  put(record: number, word: number, value: number): void {
    this.set(this.page(record), wordOffset(record) + word, value);
  }

  /** Brings the digest up to date with what was written. */
  settle(): void {
    const { notedPages, notedOffsets, digest } = this;
    for (let at = 0; at < this.notedCount; at++) {
      const page = notedPages[at] as WordPage;
      const offset = notedOffsets[at] as number;
      page.noted = 0;
      digest.toggleRecord(recordPlace(page.seed, offset), page.words, offset);
    }
    this.notedCount = 0;
  }

  /** A record is about to be written: it leaves the digest until {@link settle}. */
  private note(page: WordPage, bit: number, offset: number): void {
    page.noted |= bit;
    this.notedPages[this.notedCount] = page;
    this.notedOffsets[this.notedCount++] = offset;
    this.digest.toggleRecord(recordPlace(page.seed, offset), page.words, offset);
  }

  private ownedPage(number: number): WordPage {
    const slot = number & this.cacheMask;
    if (this.cachedNumber[slot] === number) {
      const cached = this.cachedPage[slot];
      if (cached !== null && cached !== undefined && cached.owner === this.owner) return cached;
    }
    let page = this.owned.get(number);
    if (page === undefined) {
      page = ownPage(findPage(this.root, this.depth, number), number, this.owner, this.salt);
      this.owned.set(number, page);
    }
    this.remember(number, page);
    return page;
  }

  /** Number of pages that this transaction has copied or made. */
  get ownedPages(): number {
    return this.owned.size;
  }

  /** The tree with what was written, which is settled; the memory must not be written any more. */
  publish(): WordDirectory {
    return this.owned.size === 0 ? this.root : withPages(this.root, this.depth, this.owned, this.owner);
  }

  private remember(number: number, page: WordPage | null): void {
    if (++this.misses > this.cacheMask * 4 && this.cacheMask < MOST_CACHE_SLOTS - 1) {
      const slots = (this.cacheMask + 1) * CACHE_GROWTH;
      this.cachedNumber = new Array<number>(slots).fill(NO_PAGE);
      this.cachedPage = new Array<WordPage | null>(slots).fill(null);
      this.cacheMask = slots - 1;
      this.misses = 0;
    }
    this.cachedNumber[number & this.cacheMask] = number;
    this.cachedPage[number & this.cacheMask] = page;
  }
}
