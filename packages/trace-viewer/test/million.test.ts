import type { Timeline } from '@heaplay/replay';
import { GrowingTimeline, loadTrace, sampleRecord } from '@heaplay/replay';
import { openAsBlob } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, startChromium } from './chromium.ts';
import { openEmptyPage } from './open-page.ts';
import type { OpenPage } from './open-page.ts';
import { numbers } from './random.ts';
import { workloadTrace } from './workload-trace.ts';

const RECORDS = 1_000_000;

describe.skipIf(chromiumPath === undefined)('a million records, in Chromium', () => {
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  let timeline: Timeline;
  let trace: Awaited<ReturnType<typeof workloadTrace>>;

  beforeAll(async () => {
    trace = await workloadTrace('mixed-orders', RECORDS);
    const { header, table } = await loadTrace((await openAsBlob(trace.path)).stream(), { name: trace.path });
    const growing = new GrowingTimeline({ name: trace.path, header, table });
    while (growing.advance());
    timeline = growing.timeline();
    browser = await startChromium();
    opened = await openEmptyPage(browser, '#record=900000&panel=calls');
    ({ page } = opened);
  }, 300_000);

  afterAll(async () => {
    await browser.close();
    trace.remove();
  });

  /** The record that the map shows. */
  function mapAt(record: number): Promise<unknown> {
    return page.waitForFunction(
      (wanted) => document.querySelector<HTMLElement>('.map-cells')?.dataset['record'] === String(wanted),
      record,
    );
  }

  it('[VIEW-MILLION-1] there is a picture, and records to go to, while most of it is to come', async () => {
    await page.getByLabel('Choose traces').setInputFiles(trace.path);
    await page.waitForFunction(() => {
      const record = document.querySelector<HTMLElement>('.map-cells')?.dataset['record'] ?? '';
      return record !== '' && document.querySelector('.loading') !== null;
    });
    expect(Number(await page.getByRole('slider', { name: 'Record' }).getAttribute('max'))).toBeLessThan(RECORDS);
    await page.locator('.loading').waitFor({ state: 'detached', timeout: 240_000 });
    await mapAt(900_000);
  }, 300_000);

  it('[VIEW-MILLION-2] any record can be gone to, and what is told is what the model says', async () => {
    const random = numbers(21);
    for (let turn = 0; turn < 12; turn++) {
      const record = random(RECORDS);
      await page.getByRole('slider', { name: 'Record' }).fill(String(record));
      await mapAt(record);
      const { freePages } = sampleRecord(timeline, record);
      await page
        .getByRole('group', { name: 'Tracks' })
        .getByText(`${freePages.toLocaleString('en')} pages`)
        .first()
        .waitFor();
      const free = await page
        .locator('.map-legend [data-frames]')
        .evaluateAll((counts) =>
          counts
            .filter((count) => count.closest('button')?.textContent.startsWith('free') === true)
            .reduce((sum, count) => sum + Number((count as HTMLElement).dataset['frames']), 0),
        );
      expect(free).toBe(freePages);
    }
  }, 120_000);

  it('[VIEW-MILLION-3] its calls are a list from the first to the last, and a filter finds what a walk does', async () => {
    const grid = page.getByRole('grid', { name: 'Calls' });
    await grid.focus();
    await page.keyboard.press('Home');
    await mapAt(0);
    await page.keyboard.press('End');
    await mapAt(timeline.length);
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(timeline.length + 2));
    await grid.locator(`#call-${timeline.length}`).waitFor();
    let large = 0;
    for (let record = 1; record <= timeline.length; record++) {
      const call = timeline.recordAt(record);
      if (call.type === 'alloc_domheap_pages' && call.order === 9) large++;
    }
    expect(large).toBeGreaterThan(0);
    await page.getByRole('combobox', { name: 'Filter by' }).selectOption('cel');
    await page.getByRole('searchbox').fill('call.type == "alloc_domheap_pages" && call.order == 9');
    await expect.poll(() => grid.getAttribute('aria-rowcount'), { timeout: 60_000 }).toBe(String(large + 1));
  }, 120_000);

  it('[VIEW-MILLION-4] it plays from there', async () => {
    const from = Math.floor(timeline.length / 2);
    await page.getByRole('slider', { name: 'Record' }).fill(String(from));
    await mapAt(from);
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('64');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(
      (start) => Number(document.querySelector<HTMLElement>('.map-cells')?.dataset['record']) > start + 2000,
      from,
    );
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    expect(opened.complaints).toEqual([]);
  }, 120_000);
});
