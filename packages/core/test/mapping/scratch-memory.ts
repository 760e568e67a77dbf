import { EMPTY_DIRECTORY, directoryDepth } from '../../src/memory/word-directory.ts';
import { StateDigest } from '../../src/memory/state-digest.ts';
import { Ownership, PAGE_RECORDS } from '../../src/memory/word-page.ts';
import { WordMemory } from '../../src/memory/word-memory.ts';

/** A memory of its own, never published. */
export function scratchMemory(records: number): WordMemory {
  const depth = directoryDepth(Math.ceil(records / PAGE_RECORDS));
  return new WordMemory(EMPTY_DIRECTORY, depth, new Ownership(), new StateDigest(0, 0), 0);
}
