import { Ownership, RECORD_WORDS, WordPage, ZERO_WORDS, pageSeed } from './word-page.ts';

/** Identity of the pages that were unpacked: nobody writes them. */
const UNPACKED: Ownership = new Ownership();
UNPACKED.closed = true;

/**
 * A page that is unpacked when somebody looks at it: another page, and the records in which it differs from that one.
 * What it holds never changes; that it keeps the unpacked page saves the next one the work.
 */
export class PackedPage {
  private readonly base: WordPage | PackedPage | undefined;
  private readonly number: number;
  private readonly salt: number;
  private readonly records: number;
  private readonly words: Int32Array;
  private readonly from: number;
  private unpacked: WordPage | undefined = undefined;

  /** `number`: its place in the memory of this salt. `records`: a bit for each record that differs; their words stand in `words` from `from` on. */
  constructor(
    base: WordPage | PackedPage | undefined,
    number: number,
    salt: number,
    records: number,
    words: Int32Array,
    from: number,
  ) {
    this.base = base;
    this.number = number;
    this.salt = salt;
    this.records = records;
    this.words = words;
    this.from = from;
  }

  /** The page itself. */
  unpack(): WordPage {
    this.unpacked ??= new WordPage(this.freshWords(), UNPACKED, pageSeed(this.number, this.salt));
    return this.unpacked;
  }

  /** Was the other one packed of the same words, so that it holds the same without a look at them? */
  isTwinOf(other: PackedPage): boolean {
    return (
      this.words === other.words &&
      this.from === other.from &&
      (this.base === other.base ||
        (this.base instanceof PackedPage && other.base instanceof PackedPage && this.base.isTwinOf(other.base)))
    );
  }

  /** The words, in an array of their own. */
  private freshWords(): number[] {
    const { base } = this;
    let words: number[];
    if (base === undefined) words = ZERO_WORDS.slice();
    else if (base instanceof PackedPage) words = base.unpacked?.words.slice() ?? base.freshWords();
    else words = base.words.slice();
    let from = this.from;
    for (let bits = this.records; bits !== 0; bits &= bits - 1) {
      const offset = (31 - Math.clz32(bits & -bits)) * RECORD_WORDS;
      for (let word = offset; word < offset + RECORD_WORDS; word++) words[word] = this.words[from++] as number;
    }
    return words;
  }
}
