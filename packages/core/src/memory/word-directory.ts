import { PackedPage } from './packed-page.ts';
import type { Ownership, WordPage } from './word-page.ts';

/** log2 of the entries of a directory: see docs/performance.md. */
export const FANOUT_BITS = 6;

/** Entries of a directory. */
export const DIRECTORY_FANOUT: number = 1 << FANOUT_BITS;

/** A page of a tree, or what makes one. */
export type PageEntry = WordPage | PackedPage;

/** What a directory holds: directories of the level below, or pages; what was never written is absent. */
export type DirectoryEntry = WordDirectory | PageEntry | undefined;

/** The page of an entry. */
export function pageOf(entry: PageEntry | undefined): WordPage | undefined {
  return entry instanceof PackedPage ? entry.unpack() : entry;
}

/**
 * An inner node of the tree above the pages. Like a page it is an instance of a class, so that immer leaves it alone,
 * and carries the {@link Ownership} of the transaction that made it: the commit copies it once, on the way to the
 * first page below it that changed.
 */
export class WordDirectory {
  readonly entries: DirectoryEntry[];
  readonly owner: Ownership | null;

  constructor(entries: DirectoryEntry[], owner: Ownership | null) {
    this.entries = entries;
    this.owner = owner;
  }
}

/** A tree without pages. */
export const EMPTY_DIRECTORY: WordDirectory = new WordDirectory([], null);

/** Levels of directories above this many pages: at least 1. */
export function directoryDepth(pages: number): number {
  let depth = 1;
  for (let reach = DIRECTORY_FANOUT; reach < pages; reach *= DIRECTORY_FANOUT) depth++;
  return depth;
}

/** Place of a page below a directory of this level; 1: the page itself. */
function slotOf(page: number, level: number): number {
  const shift = FANOUT_BITS * (level - 1);
  // The low bits of a double's integer value survive the conversion to 32 bits, the high ones do not.
  return (shift < 31 && page < 0x80000000 ? page >>> shift : Math.floor(page / 2 ** shift)) & (DIRECTORY_FANOUT - 1);
}

/** The page of this number in a tree of `depth` levels, if it was ever written. */
export function findPage(root: WordDirectory, depth: number, page: number): WordPage | undefined {
  return pageOf(findEntry(root, depth, page));
}

/** The same, as it stands in the tree. */
export function findEntry(root: WordDirectory, depth: number, page: number): PageEntry | undefined {
  let node: WordDirectory = root;
  for (let level = depth; level > 1; level--) {
    const next = node.entries[slotOf(page, level)];
    if (next === undefined) return undefined;
    node = next as WordDirectory;
  }
  return node.entries[page & (DIRECTORY_FANOUT - 1)] as PageEntry | undefined;
}

/** The tree with pages put in their places; what `owner` made itself is written, everything else copied first. */
export function withPages(
  root: WordDirectory,
  depth: number,
  pages: Iterable<readonly [number: number, page: PageEntry]>,
  owner: Ownership,
): WordDirectory {
  const top = ownedBy(owner, root);
  for (const [number, page] of pages) {
    let node = top;
    for (let level = depth; level > 1; level--) {
      const slot = slotOf(number, level);
      const child = ownedBy(owner, node.entries[slot] as WordDirectory | undefined);
      node.entries[slot] = child;
      node = child;
    }
    node.entries[number & (DIRECTORY_FANOUT - 1)] = page;
  }
  return top;
}

function ownedBy(owner: Ownership, directory: WordDirectory | undefined): WordDirectory {
  if (directory?.owner === owner) return directory;
  const entries = directory === undefined ? new Array<DirectoryEntry>(DIRECTORY_FANOUT) : directory.entries.slice();
  return new WordDirectory(entries, owner);
}

/** Calls `visit` for every page of a tree, in rising order of their numbers. */
export function forEachPage(
  root: WordDirectory,
  depth: number,
  visit: (page: WordPage, number: number) => void,
  base = 0,
): void {
  const span = DIRECTORY_FANOUT ** (depth - 1);
  for (let slot = 0; slot < root.entries.length; slot++) {
    const entry = root.entries[slot];
    if (entry === undefined) continue;
    if (depth === 1) visit(pageOf(entry as PageEntry) as WordPage, base + slot);
    else forEachPage(entry as WordDirectory, depth - 1, visit, base + slot * span);
  }
}
