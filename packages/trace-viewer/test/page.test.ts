import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { engineOf } from './open-engine.ts';
import { openEmptyPage, openTraceInPage, waitForRecord } from './open-page.ts';

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

  it('[VIEW-3] says at once that Xen stops, at which record and why, and leads there', async () => {
    const trace = 'golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz';
    const { bug, length } = (await engineOf(trace)).timeline;
    if (bug === null) throw new Error('Xen does not stop in this trace');
    const { page, complaints } = await openTraceInPage(browser, corpusPath(trace), '#record=3&panel=calls');
    const notice = page.getByRole('status').filter({ hasText: `Xen stops at record ${bug.record}: ` });
    expect(await notice.innerText()).toContain(`${bug.kind} [${bug.rule}] ${bug.message}`);
    await notice.getByRole('button', { name: 'Look at it' }).click();
    await waitForRecord(page, `record ${length} of ${length}`);
    await page.getByRole('tabpanel').getByText('Xen stops at the next record').waitFor();
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Theme').selectOption(theme);
      expect(await violations(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
