import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { directoryDepth, EMPTY_DIRECTORY } from '../../src/memory/word-directory.ts';
import { StateDigest } from '../../src/memory/state-digest.ts';
import { Ownership, PAGE_RECORDS } from '../../src/memory/word-page.ts';
import { WordMemory } from '../../src/memory/word-memory.ts';

/** A sequence of operations, and what the real code answered. */
export interface GoldenSequence {
  readonly seq: string;
  readonly ops: readonly (readonly unknown[])[];
}

/** The sequences of a file of `corpus/mapping`, and its header. */
export function goldenSequences<S extends GoldenSequence>(
  name: string,
): {
  readonly header: { readonly sequences: number } & Readonly<Record<string, unknown>>;
  readonly sequences: readonly S[];
} {
  const path = new URL(`../../../../corpus/mapping/${name}.jsonl.gz`, import.meta.url);
  const [header, ...sequences] = gunzipSync(readFileSync(path))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  return {
    header: header as { sequences: number } & Record<string, unknown>,
    sequences: sequences as S[],
  };
}

/** A memory of its own, never published. */
export function scratchMemory(records: number): WordMemory {
  const depth = directoryDepth(Math.ceil(records / PAGE_RECORDS));
  return new WordMemory(EMPTY_DIRECTORY, depth, new Ownership(), new StateDigest(0, 0), 0);
}
