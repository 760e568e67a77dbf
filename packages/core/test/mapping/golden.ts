import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

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
