import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openEmptyPage, openTraceInPage } from './open-page.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');

describe.skipIf(chromiumPath === undefined)('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('[VIEW-1] without a trace it says what it is and how to give it one', async () => {
    const { page, complaints } = await openEmptyPage(browser);
    await page.getByRole('heading', { name: 'Look at a heap of Xen' }).waitFor();
    expect(await page.title()).toBe('Heaplay');
    expect(complaints).toEqual([]);
  });

  it('[VIEW-2] opens a trace from disk, at its end', async () => {
    const { page, complaints } = await openTraceInPage(browser, X86);
    expect(await page.getByLabel('Record', { exact: true }).first().innerText()).toBe('record 812 of 812');
    expect(await page.getByRole('tabpanel').innerText()).toContain('x86_64');
    expect(complaints).toEqual([]);
  });
});
