import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';
import { workloadTrace } from './workload-trace.ts';

describe.skipIf(chromiumPath === undefined)('long work in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('[VIEW-COMPARE-12] can be cancelled while the other side is worked out', async () => {
    const trace = await workloadTrace('domain-churn', 60_000);
    try {
      const { page, complaints } = await openTraceInPage(browser, trace.path, '#panel=compare&compare=without=500');
      await page.getByRole('progressbar', { name: /other side|call by call/ }).waitFor();
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByRole('button', { name: 'Compare', exact: true }).waitFor();
      await page.locator('.compare-maps').waitFor({ state: 'detached' });
      // The engine is free again.
      await page.getByRole('slider', { name: 'Record' }).focus();
      await page.keyboard.press('Home');
      await page.waitForFunction(() => document.querySelector<HTMLElement>('.map-cells')?.dataset['record'] === '0');
      expect(complaints).toEqual([]);
    } finally {
      trace.remove();
    }
  });
});
