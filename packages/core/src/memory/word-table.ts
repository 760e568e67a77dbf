import type { StateDigest } from './state-digest.ts';
import { placeHash } from './state-digest.ts';
import { PAGE_RECORDS, PAGE_WORDS, WordPage, ZERO_WORDS } from './word-page.ts';
import type { Ownership, WordDirectory } from './word-page.ts';

/** Entries of a directory. Larger ones are slow to copy, smaller ones make the tree deep: see docs/performance.md. */
export const DIRECTORY_FANOUT = 512;

/** A transaction for one call sees few pages, a batch thousands: the cache grows with the misses. */
const FIRST_CACHE_SLOTS = 8;
const MOST_CACHE_SLOTS = 1024;
const NO_PAGE = -1;

/** Levels of directories that a table of `records` records needs: at least 1. */
export function directoryDepth(records: number): number {
  let depth = 1;
  for (let reach = DIRECTORY_FANOUT * PAGE_RECORDS; reach < records; reach *= DIRECTORY_FANOUT) depth++;
  return depth;
}

/** The page that holds a record. */
export function pageNumber(record: number): number {
  // The shift is many times faster than the division, and holds for every host below 8 TiB.
  return record < 0x80000000 ? record >>> 6 : Math.floor(record / PAGE_RECORDS);
}

/** Place of a word in the digest, from its page's seed and its offset there. */
export function wordPlace(seed: number, offset: number): number {
  return (seed + Math.imul(offset + 1, 0x9e3779b9)) | 0;
}

/** The page of this number in a directory, if it was ever written. */
export function findPage(root: WordDirectory, depth: number, number: number): WordPage | undefined {
  let node: WordDirectory | WordPage | undefined = root;
  let span = DIRECTORY_FANOUT ** (depth - 1);
  let rest = number;
  while (node !== undefined && !(node instanceof WordPage)) {
    const slot: number = Math.floor(rest / span);
    rest -= slot * span;
    span /= DIRECTORY_FANOUT;
    node = node[slot];
  }
  return node;
}

/** Calls `visit` for every page of a directory, in rising order of their numbers. */
export function forEachPage(
  root: WordDirectory,
  depth: number,
  visit: (page: WordPage, number: number) => void,
  base = 0,
): void {
  const span = DIRECTORY_FANOUT ** (depth - 1);
  for (let slot = 0; slot < root.length; slot++) {
    const entry = root[slot];
    if (entry === undefined) continue;
    if (entry instanceof WordPage) visit(entry, base + slot);
    else forEachPage(entry, depth - 1, visit, base + slot * span);
  }
}

/**
 * One table of records as a transaction sees it: the published pages, and above them the pages that it has
 * copied to write them. Offsets of words are `(record & 63) * 4 + word`.
 */
export class WordTable {
  readonly depth: number;
  private readonly root: WordDirectory;
  private readonly owner: Ownership;
  private readonly digest: StateDigest;
  private readonly salt: number;
  private readonly owned = new Map<number, WordPage>();
  // A page is looked up far more often than it changes: a direct-mapped cache stands before the tree.
  private cachedNumber: number[] = new Array<number>(FIRST_CACHE_SLOTS).fill(NO_PAGE);
  private cachedPage: (WordPage | null)[] = new Array<WordPage | null>(FIRST_CACHE_SLOTS).fill(null);
  private cacheMask: number = FIRST_CACHE_SLOTS - 1;
  private misses = 0;

  constructor(root: WordDirectory, records: number, salt: number, owner: Ownership, digest: StateDigest) {
    this.root = root;
    this.depth = directoryDepth(records);
    this.salt = salt;
    this.owner = owner;
    this.digest = digest;
  }

  /** The words of the page that holds `record`, to be read only. */
  read(record: number): Uint32Array {
    const number = pageNumber(record);
    const slot = number & this.cacheMask;
    if (this.cachedNumber[slot] === number) return this.cachedPage[slot]?.words ?? ZERO_WORDS;
    const page = this.owned.get(number) ?? findPage(this.root, this.depth, number) ?? null;
    this.remember(number, page);
    return page === null ? ZERO_WORDS : page.words;
  }

  /** One word. */
  get(record: number, word: number): number {
    return this.read(record)[(record & (PAGE_RECORDS - 1)) * 4 + word] as number;
  }

  /** The page that holds `record`, to be written with {@link set} until the transaction ends. */
  page(record: number): WordPage {
    const number = pageNumber(record);
    const slot = number & this.cacheMask;
    let page: WordPage | null | undefined;
    if (this.cachedNumber[slot] === number) {
      page = this.cachedPage[slot];
      if (page !== null && page !== undefined && page.owner === this.owner) return page;
    }
    page = this.owned.get(number);
    if (page === undefined) {
      const published = findPage(this.root, this.depth, number);
      page =
        published === undefined
          ? new WordPage(new Uint32Array(PAGE_WORDS), this.owner, placeHash(this.salt, number))
          : new WordPage(published.words.slice(), this.owner, published.seed);
      this.owned.set(number, page);
    }
    this.remember(number, page);
    return page;
  }

  private remember(number: number, page: WordPage | null): void {
    if (++this.misses > this.cacheMask * 4 && this.cacheMask < MOST_CACHE_SLOTS - 1) {
      const slots = (this.cacheMask + 1) * 8;
      this.cachedNumber = new Array<number>(slots).fill(NO_PAGE);
      this.cachedPage = new Array<WordPage | null>(slots).fill(null);
      this.cacheMask = slots - 1;
      this.misses = 0;
    }
    this.cachedNumber[number & this.cacheMask] = number;
    this.cachedPage[number & this.cacheMask] = page;
  }

  /** Writes one word of a page obtained from {@link page}, and keeps the digest. */
  set(page: WordPage, offset: number, value: number): void {
    const words = page.words;
    const old = words[offset] as number;
    const next = value >>> 0;
    if (old === next) return;
    const place = wordPlace(page.seed, offset);
    this.digest.toggle(place, old);
    this.digest.toggle(place, next);
    words[offset] = next;
  }

  /** Writes one word of a record. */
  put(record: number, word: number, value: number): void {
    this.set(this.page(record), (record & (PAGE_RECORDS - 1)) * 4 + word, value);
  }

  /** Number of pages that this transaction has copied or made. */
  get ownedPages(): number {
    return this.owned.size;
  }

  /** Hands every page of this transaction to `publish`, with the path of slots that leads to it from the root. */
  publish(put: (number: number, page: WordPage) => void): void {
    for (const [number, page] of this.owned) put(number, page);
  }
}
