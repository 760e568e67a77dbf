import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';
import { pictureDifference } from './picture-difference.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

/** Of 255, for the mean colour of a square: fonts differ from machine to machine, colours and places do not. */
const MOST = 24;

interface Scene {
  /** The picture in docs/images is called so. */
  readonly name: string;
  readonly trace: string;
  readonly fragment: string;
  /** What is there when all of it is. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const SCENES: readonly Scene[] = [
  {
    name: 'viewer-explain',
    trace: X86,
    fragment: 'record=620&panel=explain&theme=light',
    ready: (page) => page.getByText('Step by step').waitFor(),
  },
  {
    name: 'viewer-page-dark',
    trace: NUMA,
    fragment: 'record=3000&panel=page&frame=0x1f000&scheme=order&theme=dark',
    ready: (page) => page.getByText('allocated for d0').waitFor(),
  },
  {
    name: 'viewer-compare',
    trace: X86,
    fragment: 'record=790&panel=compare&compare=mode%3Dseparate-xenheap&theme=light',
    ready: (page) => page.getByRole('region', { name: 'What differs' }).waitFor(),
  },
  {
    name: 'viewer-callers-dark',
    trace: NUMA,
    fragment: 'panel=callers&scheme=caller&theme=dark',
    ready: (page) => page.getByText('dom0_construct_pv').first().waitFor(),
  },
];

/** With HEAPLAY_NEW_REFERENCES=1 what is seen now is kept. To be looked at before it is committed. */
const isNew = process.env['HEAPLAY_NEW_REFERENCES'] === '1';

function referencePath(name: string): string {
  return fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url));
}

describe.skipIf(chromiumPath === undefined)('the page looks as it did when somebody looked at it', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  async function seen({ trace, fragment, ready }: Scene): Promise<Buffer> {
    const { page, complaints } = await openTraceInPage(browser, trace, `#${fragment}`);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await ready(page);
    await page.mouse.move(2, 2);
    // The first that comes again: nothing is being drawn any more.
    let picture = await page.screenshot();
    await expect
      .poll(async () => {
        const last = picture;
        await page.waitForTimeout(300);
        picture = await page.screenshot();
        return picture.equals(last);
      })
      .toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
    return picture;
  }

  it.each(SCENES)('[VIEW-LOOK-1] $name', async (scene) => {
    const picture = await seen(scene);
    const path = referencePath(scene.name);
    if (isNew) writeFileSync(path, picture);
    expect(existsSync(path), `${path}: make it with HEAPLAY_NEW_REFERENCES=1`).toBe(true);
    const blank = await browser.newPage();
    const { sameSize, worst } = await pictureDifference(blank, picture, readFileSync(path));
    await blank.close();
    expect(sameSize).toBe(true);
    expect(worst.filter(({ difference }) => difference > MOST)).toEqual([]);
  });

  it('[VIEW-LOOK-2] another record, or another theme, is another picture', async () => {
    const [scene] = SCENES;
    if (scene === undefined) throw new Error('there are no scenes');
    const reference = readFileSync(referencePath(scene.name));
    const blank = await browser.newPage();
    for (const change of [
      scene.fragment.replace('record=620', 'record=790'),
      scene.fragment.replace('light', 'dark'),
    ]) {
      const { worst } = await pictureDifference(blank, await seen({ ...scene, fragment: change }), reference);
      expect(worst[0]?.difference).toBeGreaterThan(MOST);
    }
  });
});
