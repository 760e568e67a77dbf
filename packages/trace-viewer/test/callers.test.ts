import { orderPages, usedBlocks } from '@heaplay/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';
import { openedEngine } from './opened-engine.ts';

const NUMA = 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz';

function addressSays(page: Page, wanted: string): Promise<unknown> {
  return page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text), wanted);
}

/** What the caller that the keyboard is at is called for assistive tools. */
function activeName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label') ?? '';
  });
}

describe.skipIf(chromiumPath === undefined)('callers in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('[VIEW-CALLERS-10] by keyboard alone: what is held, along the callers, zoomed, to its calls', async () => {
    const { timeline } = (await openedEngine(NUMA)).run(0);
    const used = usedBlocks(timeline.stateAt(3000)).reduce((pages, { order }) => pages + orderPages(order), 0);
    const { page, complaints } = await openTraceInPage(browser, corpusPath(NUMA), '#panel=callers&record=3000');
    const flame = page.getByRole('tree', { name: 'Callers' });
    await flame.waitFor();
    await page.getByRole('tab', { name: 'Callers' }).focus();
    const isAtFlame = (): Promise<boolean> => page.evaluate(() => document.activeElement?.role === 'tree');
    for (let tabs = 0; tabs < 12 && !(await isAtFlame()); tabs++) await page.keyboard.press('Tab');
    expect(await isAtFlame()).toBe(true);
    expect(await activeName(page)).toBe(
      `all: ${used.toLocaleString('en')} pages (${((used * 4096) / 2 ** 20).toFixed(1)} MiB), 100.0 %`,
    );
    await page.keyboard.press('ArrowUp');
    const outermost = await activeName(page);
    await page.keyboard.press('ArrowUp');
    const inner = await activeName(page);
    expect(inner).not.toBe(outermost);
    await page.keyboard.press('Enter');
    await addressSays(page, 'callers-in=');
    // Zoomed in, a caller is as wide as the graph, and those that it lies in are below it.
    const boxes = await page.evaluate(() =>
      [...document.querySelectorAll('.flame-frame')].map((frame) => ({
        label: frame.getAttribute('aria-label'),
        level: Number(frame.getAttribute('aria-level')),
        ...(({ top, width }) => ({ top, width }))(frame.getBoundingClientRect()),
      })),
    );
    const room = (await page.locator('.flame-room').boundingBox())?.width ?? 0;
    const zoomed = boxes.find(({ label }) => label === inner);
    expect(Math.abs((zoomed?.width ?? 0) - room)).toBeLessThan(2);
    for (const one of boxes) {
      expect(boxes.every(({ level, top }) => level <= one.level || top < one.top)).toBe(true);
    }
    await page.keyboard.press('Escape');
    expect(await activeName(page)).toBe(outermost);
    await page.keyboard.press('ArrowUp');
    const name = (await activeName(page)).split(':')[0] ?? '';
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await addressSays(page, 'panel=calls');
    await addressSays(page, 'filter=');
    expect(await page.getByRole('searchbox', { name: 'Filter' }).inputValue()).toContain(name);
    await page.getByText(/^\d[\d,]* match/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('[VIEW-CALLERS-11] as a table, with a name pointed out, in light and dark', async () => {
    const { page, complaints } = await openTraceInPage(browser, corpusPath(NUMA), '#panel=callers&callers-by=end');
    await page.getByRole('tree', { name: 'Callers' }).waitFor();
    for (const shape of ['graph', 'table']) {
      await page.getByLabel('Shown as').selectOption(shape);
      for (const theme of ['light', 'dark']) {
        await page.getByLabel('Theme').selectOption(theme);
        expect(await violations(page, '.panels')).toEqual([]);
      }
    }
    const grid = page.getByRole('treegrid', { name: 'Callers' });
    const before = await grid.getByRole('row').count();
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (rows) => document.querySelectorAll('[role="treegrid"] [role="row"]').length > rows,
      before,
    );
    await page.getByLabel('Point out callers').fill('alloc');
    await page.getByText('have this in a caller’s name').waitFor();
    await page.getByLabel('Point out callers').fill('nobody_is_called_so');
    await page.getByText('No caller that counts here').waitFor();
    expect(complaints).toEqual([]);
  });

  it('[VIEW-CALLERS-12] a trace without callers says so', async () => {
    const trace = corpusPath('golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz');
    const { page, complaints } = await openTraceInPage(browser, trace, '#panel=callers');
    await page.getByRole('heading', { name: 'This trace does not tell who called' }).waitFor();
    expect(await violations(page, '.panels')).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
