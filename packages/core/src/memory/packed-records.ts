import { forEachChangedPage } from './changed-pages.ts';
import { PackedPage } from './packed-page.ts';
import { findEntry, withPages } from './word-directory.ts';
import type { WordDirectory } from './word-directory.ts';
import { PAGE_WORDS, RECORD_WORDS, ZERO_WORDS } from './word-page.ts';
import type { Ownership } from './word-page.ts';

/** Records that differ between two trees, with the words of the later one: 4 bytes a word, and as many a record. */
export interface PackedRecords {
  /** Numbers of the pages that hold them, rising. */
  readonly pages: Float64Array;
  /** For each page a bit for each of its records that differs. */
  readonly records: Uint16Array;
  /** The words of these records, one record after the other. */
  readonly words: Int32Array;
}

/** Packs what differs between two trees of the same depth. The cost follows what differs. */
export function packChanges(before: WordDirectory, after: WordDirectory, depth: number): PackedRecords {
  const pages: number[] = [];
  const records: number[] = [];
  const words: number[] = [];
  forEachChangedPage(before, after, depth, (a, b, number) => {
    const old = a?.words ?? ZERO_WORDS;
    const now = b?.words ?? ZERO_WORDS;
    let bits = 0;
    for (let at = 0; at < PAGE_WORDS; at += RECORD_WORDS) {
      if (sameRecord(old, now, at)) continue;
      bits |= 1 << (at / RECORD_WORDS);
      for (let word = at; word < at + RECORD_WORDS; word++) words.push(now[word] as number);
    }
    if (bits === 0) return;
    pages.push(number);
    records.push(bits);
  });
  return { pages: Float64Array.from(pages), records: Uint16Array.from(records), words: Int32Array.from(words) };
}

/**
 * The tree with packed records put in their places. Pages are unpacked when somebody looks at them: most of them are not
 * looked at. Directories that `owner` made itself are written, all others copied first.
 */
export function withPacked(
  root: WordDirectory,
  depth: number,
  packed: PackedRecords,
  owner: Ownership,
  salt: number,
): WordDirectory {
  return packed.pages.length === 0 ? root : withPages(root, depth, packedPages(root, depth, packed, salt), owner);
}

function* packedPages(
  root: WordDirectory,
  depth: number,
  { pages, records, words }: PackedRecords,
  salt: number,
): Generator<readonly [number: number, page: PackedPage]> {
  let from = 0;
  for (let at = 0; at < pages.length; at++) {
    const number = pages[at] as number;
    const bits = records[at] as number;
    yield [number, new PackedPage(findEntry(root, depth, number), number, salt, bits, words, from)];
    for (let rest = bits; rest !== 0; rest &= rest - 1) from += RECORD_WORDS;
  }
}

function sameRecord(a: readonly number[], b: readonly number[], at: number): boolean {
  for (let word = at; word < at + RECORD_WORDS; word++) if (a[word] !== b[word]) return false;
  return true;
}
