import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PageMissing, viewerPage } from '../../src/view/node/viewer-page.ts';

describe("[VIEW-PAGE-1] the viewer's page is found when it is needed", () => {
  it('in the package that exports it', async () => {
    const page = readFileSync(new URL('../../../trace-viewer/dist/index.html', import.meta.url), 'utf8');
    expect((await viewerPage()) === page).toBe(true);
  });

  it.each<[what: string, resolve: () => string, code: string]>([
    ['was not built', () => '/nowhere/dist/index.html', 'ENOENT'],
    [
      'is not installed',
      () => {
        throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
      },
      'MODULE_NOT_FOUND',
    ],
  ])('that it %s is told, with what to do', async (_, resolve, code) => {
    await expect(viewerPage(resolve)).rejects.toThrow(PageMissing);
    await expect(viewerPage(resolve)).rejects.toThrow(
      `@heaplay/trace-viewer/page: ${code}). Next: in a clone of Heaplay run "npx -y pnpm@12 build"`,
    );
  });
});
