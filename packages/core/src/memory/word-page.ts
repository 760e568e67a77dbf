/** Words (32 bits) in a record. Every table of the state is made of records of this size. */
export const RECORD_WORDS = 4;

/** log2 of the records in a page. */
export const PAGE_RECORD_BITS = 6;

/** Records in a page. */
export const PAGE_RECORDS: number = 1 << PAGE_RECORD_BITS;

/** Words in a page. */
export const PAGE_WORDS: number = PAGE_RECORDS * RECORD_WORDS;

/**
 * 64 records of a table, and who may write them.
 *
 * Immer leaves an instance of a class alone, so a page is never drafted: a draft would let writes to the array through
 * unseen. Instead a page carries the {@link Ownership} of the transaction that made it. Only that transaction writes
 * it, and only until it commits; everybody else copies it first.
 */
export class WordPage {
  readonly words: Uint32Array;
  readonly owner: Ownership;
  /** Hash of the page's place in the state, for the digest. */
  readonly seed: number;

  constructor(words: Uint32Array, owner: Ownership, seed: number) {
    this.words = words;
    this.owner = owner;
    this.seed = seed;
  }
}

/** Identity of one transaction. */
export class Ownership {
  /** Set at commit: from then on nobody may write the pages that carry this identity. */
  closed = false;
}

/** The words of a page that was never written. */
export const ZERO_WORDS: Uint32Array = new Uint32Array(PAGE_WORDS);
