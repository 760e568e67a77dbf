import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'corpus');

/** Every trace of the corpus, as path below its top: to add a trace is to add a file. */
export const CORPUS: readonly string[] = readdirSync(top, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.heaplay\.jsonl(\.gz|\.zst)?$/.test(path))
  .toSorted();

/** Where a trace of the corpus lies. */
export function corpusPath(trace: string): string {
  return join(top, trace);
}
