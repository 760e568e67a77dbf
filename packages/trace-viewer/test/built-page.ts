import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The page as it is shipped; `pnpm build` makes it. */
export const pagePath: string = fileURLToPath(new URL('../dist/index.html', import.meta.url));

/** Its address on disk. */
export const pageUrl: string = pathToFileURL(pagePath).href;

/** Its text. */
export function pageText(): string {
  return readFileSync(pagePath, 'utf8');
}

/** A trace of the corpus. */
export function corpusPath(name: string): string {
  return fileURLToPath(new URL(`../../../corpus/${name}`, import.meta.url));
}
