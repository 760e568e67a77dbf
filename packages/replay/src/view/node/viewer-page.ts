import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The viewer's page is not there, or cannot be read. */
export class PageMissing extends Error {
  override readonly name = 'PageMissing';
}

/** What exports the page. */
const PAGE = '@heaplay/trace-viewer/page';

/**
 * The text of the viewer's page, which is a package of its own and is found when it is needed. `resolve` finds the file
 * of a package; Node's own unless said. Throws {@link PageMissing}.
 */
export async function viewerPage(
  resolve: (specifier: string) => string = createRequire(import.meta.url).resolve,
): Promise<string> {
  try {
    return await readFile(resolve(PAGE), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new PageMissing(
      `the viewer's page is not there (${PAGE}: ${code}). Next: in a clone of Heaplay run "npx -y pnpm@12 build", which makes it; otherwise install the package @heaplay/trace-viewer of the same version`,
      { cause: error },
    );
  }
}
