import { batchesOf, diffConfigurations, resolveSetup, whatIf } from '@heaplay/replay';
import type { DiffResult } from '@heaplay/replay';
import type { Browser, Page } from 'playwright-core';
import { from, lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';
import { openedEngine } from './opened-engine.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';

function addressSays(page: Page, wanted: string): Promise<unknown> {
  return page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text), wanted);
}

function atRecord(page: Page, wanted: number | undefined): Promise<unknown> {
  return page.waitForFunction(
    (record) => document.querySelector<HTMLInputElement>('.scrubber input')?.valueAsNumber === record,
    wanted,
  );
}

/** What a finished comparison says. */
async function told(page: Page): Promise<{ verdict: string; kinds: readonly string[]; metrics: readonly string[] }> {
  await page.locator('.compare-metrics').waitFor();
  return {
    verdict: await page.locator('.difference [role="status"]').innerText(),
    kinds: await page.getByRole('group', { name: 'Show calls that differ' }).getByRole('button').allInnerTexts(),
    metrics: (await page.locator('.compare-metrics tbody tr').allInnerTexts()).map((row) =>
      row.replaceAll(/\s+/g, ' '),
    ),
  };
}

const number = (value: number): string => value.toLocaleString('en-US');

/** What it has to say, by the result of the library. */
function expectedOf(diff: DiffResult): { readonly verdict: string; readonly kinds: readonly string[] } {
  const { moved, failedOnlyInA, failedOnlyInB, changed, orphaned } = diff;
  const kinds = [
    ['other frames', moved],
    ['failed in A only', failedOnlyInA],
    ['failed in B only', failedOnlyInB],
    ['otherwise different', changed],
    ['orphaned in B', orphaned],
  ] as const;
  const all = kinds.reduce((sum, [, calls]) => sum + calls, 0);
  return {
    verdict: `${number(diff.same)} of ${number(diff.calls)} calls came out alike.`,
    kinds: [`all ${number(all)}`, ...kinds.flatMap(([name, calls]) => (calls > 0 ? [`${name} ${number(calls)}`] : []))],
  };
}

describe.skipIf(chromiumPath === undefined)('comparing in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('[VIEW-COMPARE-10] with another mode: the counts of the library, both heaps in step, and back', async () => {
    const { name, header, timeline } = (await openedEngine(X86)).run(0);
    const { table } = timeline;
    const to = resolveSetup(header, { mode: 'separate-xenheap' });
    const diff = await lastValueFrom(from(batchesOf(table.records())).pipe(diffConfigurations(name, header, to)));
    const { page, complaints } = await openTraceInPage(browser, corpusPath(X86), '#panel=compare&record=300');
    await page.getByLabel('Mode').selectOption('separate-xenheap');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    const { verdict, kinds, metrics } = await told(page);
    expect({ verdict, kinds }).toEqual(expectedOf(diff));
    expect(metrics.find((row) => row.startsWith('free blocks'))).toBe(
      `free blocks ${number(diff.metrics.a.freeBlocks)} ${diff.metrics.a.freeBlocks < diff.metrics.b.freeBlocks ? '▲ more:' : '▼ less:'} ${number(diff.metrics.b.freeBlocks)}`,
    );
    const track = page.getByRole('region', { name: 'Differences of A and B' });
    const failed = diff.failedOnlyInA + diff.failedOnlyInB;
    expect(await track.getByRole('img').getAttribute('aria-label')).toBe(
      `First at record ${diff.firstDivergence?.record}; moved: ${number(diff.moved)}, failed: ${number(failed)}, other: ${number(diff.changed + diff.orphaned)}`,
    );
    await addressSays(page, 'compare=mode=separate-xenheap');
    const first = page.getByRole('region', { name: 'First divergence' });
    expect(await first.innerText()).toContain(`record ${diff.firstDivergence?.record}, ${diff.firstDivergence?.call}`);
    for (const side of ['a', 'b'] as const) {
      expect(await first.innerText()).toContain(`0x${Number(diff.firstDivergence?.[side]).toString(16)}`);
    }
    await first.getByRole('button', { name: 'Go to record' }).click();
    await atRecord(page, diff.firstDivergence?.record);
    // Both maps have come along.
    await page.waitForFunction((record) => {
      const maps = [...document.querySelectorAll<HTMLElement>('.map-cells')];
      return maps.length === 2 && maps.every(({ dataset }) => dataset['record'] === String(record));
    }, diff.firstDivergence?.record);
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Theme').selectOption(theme);
      expect(await violations(page, '.panels')).toEqual([]);
      expect(await violations(page, '.compare-maps')).toEqual([]);
      expect(await violations(page, '.timeline')).toEqual([]);
    }
    // A list of one kind, by keyboard.
    await page.getByRole('button', { name: /^failed in B only/ }).click();
    const list = page.getByRole('grid', { name: 'Calls that differ' });
    expect(Number(await list.getAttribute('aria-rowcount'))).toBe(diff.failedOnlyInB);
    await list.focus();
    await page.keyboard.press('Home');
    await atRecord(page, diff.firstFailure?.record);
    await addressSays(page, `record=${diff.firstFailure?.record}`);
    await page.getByRole('button', { name: 'Difference', exact: true }).click();
    await page.getByText('in use here, not there').waitFor();
    expect(await page.locator('.map-cells').count()).toBe(1);
    await page.getByRole('button', { name: 'A and B', exact: true }).click();
    expect(await page.locator('.map-cells').count()).toBe(2);
    const fragment = await page.evaluate(() => location.hash);
    await page.getByRole('button', { name: 'Stop comparing' }).click();
    await page.locator('.compare-maps').waitFor({ state: 'detached' });
    await page.waitForFunction(() => !location.hash.includes('compare='));
    await page.goBack();
    await page.locator('.compare-metrics').waitFor();
    const again = await openTraceInPage(browser, corpusPath(X86), fragment);
    expect((await told(again.page)).verdict).toBe(verdict);
    await atRecord(again.page, diff.firstFailure?.record);
    expect([...complaints, ...again.complaints]).toEqual([]);
  });

  it('[VIEW-COMPARE-11] a change that makes no sense is told, and can be left', async () => {
    const { page, complaints } = await openTraceInPage(browser, corpusPath(X86), '#panel=compare');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('nothing is otherwise').waitFor();
    await page.getByRole('textbox', { name: 'Keys' }).fill('sideways');
    await page.keyboard.press('Enter');
    await page.getByText('found "sideways"; expected mode=MODE').waitFor();
    await page.getByRole('textbox', { name: 'Keys' }).fill('heap.nothing=1');
    await page.keyboard.press('Enter');
    await page.locator('.difference [role="alert"]').filter({ hasText: 'nothing' }).waitFor();
    expect(await page.locator('.map-cells').count()).toBe(1);
    expect(await violations(page, '.panels')).toEqual([]);
    await page.getByRole('button', { name: 'Stop comparing' }).click();
    await page.getByRole('button', { name: 'Compare', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('[VIEW-WHATIF-10] without some calls: the counts of the library; put back, nothing is compared', async () => {
    const { name, header, timeline } = (await openedEngine(X86)).run(0);
    const without = new Set([500, 30, 31, 32]);
    const source = { name, header, table: timeline.table };
    const diff = await lastValueFrom(whatIf(source, { without, changed: new Map() }));
    const { page, complaints } = await openTraceInPage(browser, corpusPath(X86), '#panel=what-if&record=500');
    await page.getByLabel('Records to leave out').fill('30-32');
    await page.keyboard.press('Enter');
    await addressSays(page, 'compare=without=30-32');
    await page.getByRole('button', { name: 'Leave it out' }).click();
    await addressSays(page, 'compare=without=30-32,500');
    await page.locator('.compare-sides').filter({ hasText: 'without=30-32,500' }).waitFor();
    const { verdict, kinds } = await told(page);
    expect({ verdict, kinds }).toEqual(expectedOf(diff));
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Theme').selectOption(theme);
      expect(await violations(page, '.panels')).toEqual([]);
    }
    await page.getByLabel('Records to leave out').fill('900');
    await page.keyboard.press('Enter');
    await page.getByText('expected numbers and ranges from 1 to 812').waitFor();
    await page.getByRole('button', { name: 'Put it back' }).click();
    await addressSays(page, 'compare=without=30-32');
    for (const record of [30, 31, 32]) await page.getByRole('button', { name: `Put record ${record} back` }).click();
    await page.locator('.compare-maps').waitFor({ state: 'detached' });
    await page.waitForFunction(() => !location.hash.includes('compare='));
    expect(complaints).toEqual([]);
  });
});
