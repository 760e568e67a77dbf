import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage, stepEnds, waitForRecord } from './open-page.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');

describe.skipIf(chromiumPath === undefined)('the address and the way back, in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startChromium();
  });

  afterAll(() => browser.close());

  function addressSays(page: Page, ...parts: readonly string[]): Promise<unknown> {
    return page.waitForFunction((all) => all.every((part) => location.hash.includes(part)), parts);
  }

  async function goToRecord(page: Page, record: number): Promise<void> {
    await page.getByRole('slider', { name: 'Record' }).fill(String(record));
    await addressSays(page, `record=${record}&`);
  }

  it('[VIEW-LINK-1] what was chosen a moment ago is undone first, however soon', async () => {
    const { page, complaints } = await openTraceInPage(browser, X86, '#record=100&panel=lists');
    await page.getByRole('tab', { name: 'Calls' }).click();
    await addressSays(page, 'panel=calls');
    await page.goBack();
    await addressSays(page, 'panel=lists');
    await page.goForward();
    await addressSays(page, 'panel=calls', 'record=100');
    expect(await page.getByRole('tab', { name: 'Calls' }).getAttribute('aria-selected')).toBe('true');
    expect(complaints).toEqual([]);
  });

  it('[VIEW-LINK-2] to go from record to record at one go is one step, and what else is chosen another', async () => {
    const { page, complaints } = await openTraceInPage(browser, X86, '#record=100&panel=lists');
    const before = await page.evaluate(() => history.length);
    await goToRecord(page, 300);
    await stepEnds(page);
    await page.getByRole('tab', { name: 'Calls' }).click();
    await goToRecord(page, 500);
    await stepEnds(page);
    // As the wheel of a mouse, or a key that is held down: the page is asked nothing in between.
    await page.getByRole('slider', { name: 'Record' }).evaluate((slider) => {
      for (const value of ['600', '650', '700']) {
        (slider as HTMLInputElement).value = value;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    await addressSays(page, 'record=700&');
    expect(await page.evaluate(() => history.length)).toBe(before + 4);
    const way: string[] = [];
    for (const [record, panel] of [
      [500, 'calls'],
      [300, 'calls'],
      [300, 'lists'],
      [100, 'lists'],
    ]) {
      await page.goBack();
      await addressSays(page, `record=${record}`, `panel=${panel}`);
      await waitForRecord(page, `record ${record} of`);
      way.push(`${record} ${panel}`);
    }
    expect(way).toHaveLength(4);
    expect(complaints).toEqual([]);
  });

  it('[VIEW-LINK-3] a link shows in another page what was seen in the first', async () => {
    const first = await openTraceInPage(browser, X86, '#record=700');
    await first.page.getByRole('tab', { name: 'Calls' }).click();
    await first.page
      .getByRole('toolbar', { name: 'Map' })
      .getByRole('combobox')
      .first()
      .selectOption({ label: 'Order' });
    await addressSays(first.page, 'panel=calls', 'record=700');
    const link = await first.page.evaluate(() => location.hash);
    const second = await openTraceInPage(browser, X86, link);
    await waitForRecord(second.page, 'record 700 of');
    const seen = ({ page }: { readonly page: Page }): Promise<unknown> =>
      Promise.all([
        page.getByRole('tabpanel').innerText(),
        page.locator('.map-legend').innerText(),
        page
          .locator('canvas.map-cells')
          .first()
          .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()),
      ]);
    await expect.poll(async () => JSON.stringify(await seen(second))).toBe(JSON.stringify(await seen(first)));
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });
});
