import { compileExpression, scan } from '@heaplay/replay';
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

describe.skipIf(chromiumPath === undefined)('bisecting in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('[VIEW-BISECT-10] finds the record that a scan in Node finds, and goes there; the address tells it again', async () => {
    const when = 'heap.failures >= 3';
    const { timeline } = (await openedEngine(NUMA)).run(0);
    const expected = scan(timeline, compileExpression(when)).record ?? NaN;
    const { page, complaints } = await openTraceInPage(browser, corpusPath(NUMA), '#panel=bisect&record=100');
    await page.getByLabel('Find the first record').fill(when);
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'is the first behind which' }).waitFor();
    const told = await page.getByRole('list', { name: 'Moments that were looked at' }).getByRole('button').all();
    expect(told.length).toBeGreaterThan(5);
    expect(await told.at(-1)?.getAttribute('aria-label')).toContain(
      `left: behind ${(expected - 1).toLocaleString('en')}, up to ${expected.toLocaleString('en')}`,
    );
    const values = await page.locator('.bisect-values tbody').innerText();
    expect(values.split(/\s+/)).toEqual(['heap.failures', '2', '3']);
    await page.getByRole('button', { name: `Go to record ${expected.toLocaleString('en')}`, exact: true }).click();
    await addressSays(page, `record=${expected}`);
    await addressSays(page, 'panel=bisect');
    const fragment = await page.evaluate(() => location.hash);
    expect(new URLSearchParams(fragment.slice(1)).get('find')).toBe(when);
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Theme').selectOption(theme);
      expect(await violations(page, '.panels')).toEqual([]);
    }
    const again = await openTraceInPage(browser, corpusPath(NUMA), fragment);
    await again.page.getByRole('status').filter({ hasText: 'is the first behind which' }).waitFor();
    expect([...complaints, ...again.complaints]).toEqual([]);
  });

  it('[VIEW-BISECT-11] what does not hold at the end is found by scanning; what never holds, by nothing', async () => {
    const { timeline } = (await openedEngine(NUMA)).run(0);
    const when = 'record > 40 && record < 44';
    const { page, complaints } = await openTraceInPage(browser, corpusPath(NUMA), '#panel=bisect');
    await page.getByLabel('Find the first record').fill(when);
    await page.getByRole('button', { name: 'Bisect', exact: true }).click();
    await page.getByText(`does not hold behind record ${timeline.length.toLocaleString('en')}`).waitFor();
    await page.getByRole('button', { name: 'Scan every record' }).click();
    await page.getByRole('status').filter({ hasText: 'Record 41 is the first' }).waitFor();
    await page.getByText('It does not stay true').waitFor();
    await page.getByRole('region', { name: 'Where it holds' }).getByRole('button', { name: '41 – 43' }).click();
    await addressSays(page, 'record=41');
    expect(await violations(page, '.panels')).toEqual([]);
    await page.getByLabel('Find the first record').fill('heap.freePages < 0');
    await page.getByRole('button', { name: 'Scan', exact: true }).click();
    await page.getByText('never holds').waitFor();
    await page.goBack();
    await page.getByRole('status').filter({ hasText: 'Record 41 is the first' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('[VIEW-BISECT-12] a condition that makes no sense: what, and where', async () => {
    const { page, complaints } = await openTraceInPage(browser, corpusPath(NUMA), '#panel=bisect');
    await page.getByRole('button', { name: 'heap.failures >= 1' }).click();
    await page.getByRole('status').filter({ hasText: 'is the first behind which' }).waitFor();
    await page.getByLabel('Find the first record').fill('heap.nothing < 1');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('tabpanel').getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/^column 6: /);
    expect(await alert.locator('mark').innerText()).toBe('n');
    expect(await page.getByLabel('Find the first record').getAttribute('aria-invalid')).toBe('true');
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Theme').selectOption(theme);
      expect(await violations(page, '.panels')).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
