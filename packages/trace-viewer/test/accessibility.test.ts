import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openEmptyPage, openTraceInPage } from './open-page.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const THEMES = ['light', 'dark'] as const;

describe.skipIf(chromiumPath === undefined)('what axe-core and the tab key say of the whole page, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it.each(THEMES)('[VIEW-AXE-1] without a trace, and behind a file that is none: %s', async (theme) => {
    const { page } = await openEmptyPage(browser, `#theme=${theme}`);
    await page.getByRole('heading', { name: 'Look at a heap of Xen' }).waitFor();
    expect(await violations(page)).toEqual([]);
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a trace') };
    await page.getByLabel('Choose traces').setInputFiles(file);
    await page.getByText('notes.txt').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(THEMES)(
    '[VIEW-AXE-2] the page with every panel, one after the other: %s',
    async (theme) => {
      const { page, complaints } = await openTraceInPage(browser, X86, `#record=790&frame=0x7fdc3&theme=${theme}`);
      const titles = await page.getByRole('tab').allInnerTexts();
      expect(titles.length).toBeGreaterThanOrEqual(9);
      const found: string[] = [];
      for (const title of titles) {
        await page.getByRole('tab', { name: title, exact: true }).click();
        await page.waitForTimeout(300);
        found.push(...(await violations(page)).map((line) => `${title}: ${line}`));
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  it('[VIEW-AXE-3] the tab key comes to every part of the page, and is never caught', async () => {
    const { page } = await openTraceInPage(browser, X86, '#record=790&panel=calls');
    await page.locator('body').focus();
    const parts = new Set<string>();
    const places: string[] = [];
    for (let press = 0; press < 80; press++) {
      await page.keyboard.press('Tab');
      const { part, place } = await page.evaluate(() => {
        const { activeElement: at } = document;
        const all = [...document.querySelectorAll('*')];
        return {
          part: at?.closest('header, #map, .timeline, #panels')?.className ?? '',
          place: at === null ? '' : String(all.indexOf(at)),
        };
      });
      parts.add(part);
      places.push(place);
    }
    // Round again to where it began: nothing kept it.
    expect(places.lastIndexOf(places[3] ?? '')).toBeGreaterThan(3);
    expect([...parts].filter((part) => part !== '').length).toBeGreaterThanOrEqual(4);
  });
});
