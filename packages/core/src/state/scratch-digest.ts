import { StateDigest, digestHex } from '../memory/state-digest.ts';
import { forEachPage } from '../memory/word-directory.ts';
import type { WordDirectory } from '../memory/word-directory.ts';
import { recordPlace } from '../memory/word-memory.ts';
import { HEAP_SALT, MAPPING_SALT, PAGE_WORDS, RECORD_WORDS, pageSeed } from '../memory/word-page.ts';
import { countersHash, domainHash } from './counter-digest.ts';
import { eachDomain } from './domain.ts';
import type { HeapState } from './heap-state.ts';

/** The incremental digest of a published state, 16 hex digits: equal digests, equal heaps. Costs nothing. */
export function stateDigest(state: HeapState): string {
  return digestHex(state.digest[0], state.digest[1]);
}

/**
 * The same digest from a walk over every record of the state. It is the proof that nothing was written past the
 * incremental one, and that a state that somebody kept has not changed since.
 */
export function stateDigestFromScratch(state: HeapState): string {
  const digest = new StateDigest(0, 0);
  digest.toggleHash(countersHash(state));
  for (const domain of eachDomain(state.domains)) digest.toggleHash(domainHash(domain));
  const { memory, mappings } = state.platform;
  togglePages(digest, state.memory, memory.depth, HEAP_SALT);
  togglePages(digest, state.mappings, mappings.depth, MAPPING_SALT);
  return digestHex(digest.low, digest.high);
}

function togglePages(digest: StateDigest, root: WordDirectory, depth: number, salt: number): void {
  forEachPage(root, depth, (page, number) => {
    const seed = pageSeed(number, salt);
    for (let offset = 0; offset < PAGE_WORDS; offset += RECORD_WORDS) {
      digest.toggleRecord(recordPlace(seed, offset), page.words, offset);
    }
  });
}
