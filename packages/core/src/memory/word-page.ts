import { placeHash } from './state-digest.ts';

/** Words (32 bits) in a record. Every table of the state is made of records of this size. */
export const RECORD_WORDS = 4;

/** log2 of the records in a page. */
export const PAGE_RECORD_BITS = 4;

/** Records in a page. */
export const PAGE_RECORDS: number = 1 << PAGE_RECORD_BITS;

/** Words in a page. */
export const PAGE_WORDS: number = PAGE_RECORDS * RECORD_WORDS;

/**
 * A few records of the memory, and who may write them.
 *
 * The words are a plain array of small integers: V8 copies one within its young heap, several times faster than it
 * makes a typed array, whose bytes it allocates apart.
 *
 * Immer leaves an instance of a class alone, so a page is never drafted: a draft would let writes to the array through
 * unseen. Instead a page carries the {@link Ownership} of the transaction that made it. Only that transaction writes
 * it, and only until it commits; everybody else copies it first.
 */
export class WordPage {
  /** Signed words of 32 bits. */
  readonly words: number[];
  readonly owner: Ownership;
  /** Hash of the page's place in the state, for the digest. */
  readonly seed: number;
  /** A bit for each record that the transaction may be writing, so that it is not in the digest; 0 once it has ended. */
  noted = 0;

  constructor(words: number[], owner: Ownership, seed: number) {
    this.words = words;
    this.owner = owner;
    this.seed = seed;
  }
}

/** Salts that keep the word memories apart in the digest: that of the heap, and that of the mappings. */
export const HEAP_SALT = 0;
export const MAPPING_SALT = 8;

/** Hash of a page's place in its memory, for the digest. */
export function pageSeed(number: number, salt: number): number {
  return placeHash(salt, number);
}

/** A page that `owner` may write: the given one if it is its own, or a copy. `number` is its place in the memory of this salt. */
export function ownPage(page: WordPage | undefined, number: number, owner: Ownership, salt: number): WordPage {
  if (page === undefined) return new WordPage(ZERO_WORDS.slice(), owner, pageSeed(number, salt));
  return page.owner === owner ? page : new WordPage(page.words.slice(), owner, page.seed);
}

/** Identity of one transaction. */
export class Ownership {
  /** Set at commit: from then on nobody may write the pages that carry this identity. */
  closed = false;
}

/** The words of a page that was never written. */
export const ZERO_WORDS: readonly number[] = new Array<number>(PAGE_WORDS).fill(0);
