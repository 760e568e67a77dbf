import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';
import type { OpenPage } from './open-page.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');

/** What the page is like at the moment at which a browser prints it. */
interface Paper {
  readonly theme: string | undefined;
  readonly controls: readonly string[];
  readonly parts: readonly string[];
  readonly beyond: number;
  /** Red, green and blue in the middle of the first map. */
  readonly colour: readonly number[];
}

const PARTS = ['.map-cells', '.map-legend', '.tracks', '.panel'];

describe.skipIf(chromiumPath === undefined)('what is printed, in Chromium', () => {
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    opened = await openTraceInPage(browser, X86, '#theme=dark&record=700&panel=explain');
    ({ page } = opened);
    await page.evaluate((parts) => {
      const isSeen = (element: Element): boolean =>
        element.checkVisibility() && element.getBoundingClientRect().width > 1;
      globalThis.print = () => {
        const map = document.querySelector<HTMLCanvasElement>('.map-cells') as HTMLCanvasElement;
        const pixel = new OffscreenCanvas(1, 1).getContext('2d', {
          willReadFrequently: true,
        }) as OffscreenCanvasRenderingContext2D;
        pixel.drawImage(map, map.width / 2, map.height / 2, 1, 1, 0, 0, 1, 1);
        const { data } = pixel.getImageData(0, 0, 1, 1);
        const controls = [
          ...document.querySelectorAll('button:not(.frame, .link, .map-class, td *), select, input, [role=tab]'),
        ];
        const wide = Math.max(
          ...[...document.querySelectorAll('canvas:not(.map-overlay), svg, .panel > *')].map(
            (part) => part.getBoundingClientRect().right,
          ),
        );
        const paper: Paper = {
          theme: document.documentElement.dataset['theme'],
          controls: controls.filter(isSeen).map(({ outerHTML }) => outerHTML),
          parts: parts.filter((part) => [...document.querySelectorAll(part)].some(isSeen)),
          beyond: wide - (document.querySelector('.page') as HTMLElement).getBoundingClientRect().right,
          colour: Array.from(data.slice(0, 3)),
        };
        Object.assign(globalThis, { paper });
      };
    }, PARTS);
  });
  afterAll(() => browser.close());

  /** What was printed, once it was. */
  async function printed(): Promise<Paper> {
    const handle = await page.waitForFunction(() => (globalThis as { paper?: Paper }).paper);
    const paper = (await handle.jsonValue()) as Paper;
    await page.evaluate(() => Object.assign(globalThis, { paper: undefined }));
    return paper;
  }

  it('[VIEW-PRINT-1] map, legend, timeline and the open panel, light and without controls; then all is as it was', async () => {
    await page.getByRole('button', { name: 'Print' }).click();
    const { theme, controls, parts, beyond, colour } = await printed();
    expect({ theme, controls, parts }).toEqual({ theme: 'light', controls: [], parts: PARTS });
    expect(beyond).toBeLessThanOrEqual(0);
    // Free, as the light map has it.
    expect(colour).toEqual([0x37, 0xa0, 0x8c]);
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
    await page.getByRole('toolbar', { name: 'Map' }).waitFor();
  });

  it('[VIEW-PRINT-2] every panel is printed by Ctrl+P, within the paper', async () => {
    for (const panel of [
      'run',
      'calls',
      'page&frame=0x7fd24',
      'lists',
      'callers',
      'bisect',
      'compare&compare=mode%3Dseparate-xenheap',
    ]) {
      await page.evaluate((text) => (location.hash = text), `#theme=dark&record=700&panel=${panel}`);
      if (panel.startsWith('compare')) await page.locator('.compare-metrics').waitFor();
      await page.keyboard.press('Control+p');
      const { controls, parts, beyond } = await printed();
      expect({ panel, controls, parts, beyond: Math.max(0, beyond) }).toEqual({
        panel,
        controls: [],
        parts: PARTS,
        beyond: 0,
      });
    }
    // The figures of the free lists are buttons, and told all the same.
    await page.evaluate(() => (location.hash = '#theme=dark&record=700&panel=lists'));
    const figure = page.locator('.free-lists td button').first();
    await figure.waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction(() => document.documentElement.hasAttribute('data-printing'));
    expect(await figure.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
    expect(opened.complaints).toEqual([]);
  });

  it('[VIEW-PRINT-3] what the menu of the browser prints is laid out alike', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
    expect(await page.getByRole('toolbar', { name: 'Map' }).isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.emulateMedia({ media: 'screen' });
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
  });
});
