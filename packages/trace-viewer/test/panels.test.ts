import { observeHeap, openState } from '@heaplay/core';
import {
  NothingToExplain,
  compileExpression,
  describeFailure,
  describeFreeStep,
  describeRemedy,
  describeStep,
  explainFrees,
  explainRecord,
  frame,
  remediesFor,
  beforeCall,
} from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { engineOf } from './open-engine.ts';
import { openTraceInPage, stepEnds } from './open-page.ts';
import { workloadTrace } from './workload-trace.ts';

const MIXED = 'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz';

describe.skipIf(chromiumPath === undefined)('the panels beside the map, in Chromium', () => {
  let browser: Browser;
  let timeline: Timeline;
  let page: Page;
  let complaints: readonly string[];
  let all: readonly number[];
  beforeAll(async () => {
    const [started, engine] = await Promise.all([startChromium(), engineOf(MIXED)]);
    browser = started;
    ({ timeline } = engine);
    all = Array.from({ length: timeline.length + 1 }, (_, record) => record);
    ({ page, complaints } = await openTraceInPage(browser, corpusPath(MIXED), '#panel=calls'));
  });
  afterAll(() => browser.close());

  /** Shows what an address says, in the page that is there. */
  async function open(fragment: string): Promise<void> {
    await page.evaluate((text) => (location.hash = text), fragment);
    await page.waitForFunction((text) => location.hash === text, fragment);
  }

  function addressSays(wanted: string): Promise<unknown> {
    return page.waitForFunction((text) => location.hash.includes(text), wanted);
  }

  function atRecord(record: number): Promise<unknown> {
    return page
      .getByLabel('Record', { exact: true })
      .first()
      .filter({ hasText: `record ${record.toLocaleString('en')} of` })
      .waitFor();
  }

  /** The records whose rows are drawn, once the list has so many rows. */
  async function rowsOf(count: number): Promise<number[]> {
    const grid = page.locator(`.call-list[aria-rowcount="${count + 1}"]`);
    await grid.waitFor();
    const texts = await grid.locator('.call-rows .c-record').allInnerTexts();
    return texts.map((text) => Number(text.replaceAll(/[^\d]/g, ''))).toSorted((a, b) => a - b);
  }

  const filter = () => page.getByRole('searchbox', { name: 'Filter' });

  it('[VIEW-CALLS-50] words filter the list, and the address says so', async () => {
    await open('#panel=calls&record=0');
    await filter().fill('alloc_dom failed');
    const expected = all.filter((record) => {
      return record > 0 && timeline.hasFailed(record) && timeline.recordAt(record).type === 'alloc_domheap_pages';
    });
    expect(expected.length).toBeGreaterThan(10);
    await page
      .getByRole('status')
      .filter({ hasText: `${expected.length} matches` })
      .waitFor();
    const rows = await rowsOf(expected.length);
    expect(rows).toEqual(expected.slice(0, rows.length));
    await addressSays('filter=alloc_dom+failed');
    await filter().fill('nobody-is-called-so');
    await page.getByText('No record of this run matches.').waitFor();
  });

  it('[VIEW-CALLS-51] a condition filters the list as it holds of each record asked by itself', async () => {
    const text = 'call.order > 15';
    await open('#panel=calls&record=0');
    await filter().fill(text);
    await page.getByRole('button', { name: 'Read it as CEL' }).click();
    const condition = compileExpression(text);
    let unanswered = 0;
    const expected = all.filter((record) => {
      try {
        return condition.holds(timeline.momentAt(record));
      } catch {
        unanswered++;
        return false;
      }
    });
    const matches = page.getByRole('status').filter({ hasText: `${expected.length} matches` });
    await matches.waitFor();
    expect(unanswered).toBeGreaterThan(0);
    expect(await matches.innerText()).toContain(`${unanswered.toLocaleString('en')} records could not be asked`);
    const rows = await rowsOf(expected.length);
    expect(rows).toEqual(expected.slice(0, rows.length));
    await addressSays('filter-by=cel');
  });

  it('[VIEW-CALLS-52] a condition that is wrong says where, and what was expected', async () => {
    await open('#panel=calls&record=0&filter-by=cel');
    await filter().fill('failed && nonsense');
    const alert = page.getByRole('alert').filter({ hasText: 'Column 11' });
    await alert.waitFor();
    expect(await alert.innerText()).toContain('nonsense');
    expect(await alert.locator('mark').innerText()).toBe('n');
    expect(await filter().getAttribute('aria-invalid')).toBe('true');
    await filter().fill('failed');
    await alert.waitFor({ state: 'detached' });
    expect(await filter().getAttribute('aria-invalid')).toBe('false');
  });

  it('[VIEW-CALLS-53] goes from record to record by keyboard alone', async () => {
    await open('#panel=calls&record=100');
    await filter().focus();
    for (let tabs = 0; tabs < 3; tabs++) await page.keyboard.press('Tab');
    const grid = page.getByRole('grid', { name: 'Calls' });
    expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowDown');
    await atRecord(101);
    await page.keyboard.press('End');
    await atRecord(timeline.length);
    const chosen = page.locator(`#call-${timeline.length}[aria-selected="true"]`);
    await chosen.waitFor();
    await page.waitForFunction(
      (id) => document.querySelector('.call-list')?.getAttribute('aria-activedescendant') === id,
      `call-${timeline.length}`,
    );
    await page.keyboard.press('PageUp');
    await page.waitForFunction((end) => !location.hash.includes(`record=${end}`), timeline.length);
    await page.keyboard.press('Home');
    await atRecord(0);
    await filter().fill('failed');
    const failures = all.filter((record) => timeline.hasFailed(record));
    await rowsOf(failures.length);
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await atRecord(failures[0] ?? NaN);
    await addressSays(`record=${failures[0]}`);
    await stepEnds(page);
    await page.keyboard.press('ArrowDown');
    await atRecord(failures[1] ?? NaN);
    await page.locator('.call-detail').getByText('because').waitFor();
    await addressSays(`record=${failures[1]}`);
    await page.goBack();
    await atRecord(failures[0] ?? NaN);
  });

  /** The steps that are shown for a record. */
  async function stepsAt(record: number): Promise<string[]> {
    await open(`#panel=explain&record=${record}`);
    await page.getByRole('heading', { name: `Record ${record.toLocaleString('en')}:` }).waitFor();
    const steps = page.locator('.steps > li');
    return steps.evaluateAll((items) =>
      items.map((item) =>
        [...item.childNodes]
          .filter((node) => !(node instanceof HTMLElement && node.classList.contains('why')))
          .map((node) => node.textContent)
          .join(''),
      ),
    );
  }

  it('[VIEW-EXPLAIN-50] an allocation: the steps of the search, and its block, level by level', async () => {
    const record = all.find((at) => stepsOf(timeline, at).filter(({ step }) => step === 'split').length > 3) ?? NaN;
    const told = stepsOf(timeline, record);
    expect(await stepsAt(record)).toEqual(told.map(describeStep));
    const splits = told.filter(({ step }) => step === 'split').length;
    const picture = page.getByRole('region', { name: 'The block' });
    await picture.getByText(`level ${splits + 1} of ${splits + 1}`).waitFor();
    const levels = picture.locator('.level');
    expect(await levels.count()).toBe(splits + 1);
    await picture.getByRole('button', { name: 'Back' }).click();
    await picture.getByText(`level ${splits} of ${splits + 1}`).waitFor();
    expect(await levels.count()).toBe(splits);
    await picture.getByRole('button', { name: 'Step' }).click();
    await picture
      .locator('.part.taken')
      .getByText(frame(Number(timeline.resultAt(record))))
      .waitFor();
    await picture.getByRole('button', { name: 'Play' }).click();
    await picture.getByText(`level 1 of ${splits + 1}`).waitFor();
    await picture.getByText(`level 2 of ${splits + 1}`).waitFor();
    const block = picture.getByRole('button', { name: /^0x/ }).first();
    await block.click();
    await addressSays(`frame=${await block.innerText()}`);
  });

  it('[VIEW-EXPLAIN-51] a free: how it merged, and what that changed', async () => {
    const frees = (at: number) => (at === 0 ? [] : explainFreesOf(timeline, at));
    const record = all.findLast((at) => frees(at).filter(({ step }) => step === 'merge').length > 1) ?? NaN;
    const shown = await stepsAt(record);
    const told = frees(record).map(describeFreeStep);
    expect(shown.slice(-told.length)).toEqual(told.slice(-shown.length));
    await page
      .getByRole('region', { name: 'The block' })
      .getByText(/merged (once|twice|\d+ times)/)
      .first()
      .waitFor();
    const changes = page.getByRole('region', { name: 'What changed' });
    const [before, behind] = [record - 1, record].map((at) => openState(timeline.stateAt(at)).totals.freePages);
    await changes.getByText(`free pages: ${before?.toLocaleString('en')} → ${behind?.toLocaleString('en')}`).waitFor();
  });

  it('[VIEW-EXPLAIN-52] a failure: the reason, the numbers, and what would have helped', async () => {
    const record = all.find((at) => timeline.hasFailed(at) && stepsOf(timeline, at).length > 0) ?? NaN;
    const { failure, reason } = explainRecord(timeline, record);
    if (failure === null) throw new Error('it did not fail');
    await stepsAt(record);
    const part = page.getByRole('region', { name: 'Why it failed' });
    await part.getByText(`Failed: ${reason}`).waitFor();
    const text = await part.innerText();
    expect(text).toContain(describeFailure(failure));
    expect(text).toContain(failure.freePages.toLocaleString('en'));
    const { state, call } = beforeCall(timeline, record);
    for (const remedy of remediesFor(state, call)) expect(text).toContain(describeRemedy(remedy));
    await page.getByRole('button', { name: 'Next record' }).click();
    await atRecord(record + 1);
  });

  /** The lists behind a record that are not empty, as a look at the whole heap has them. */
  function listsAt(record: number) {
    return observeHeap(openState(timeline.stateAt(record))).nodes.flatMap(({ node, lists = [] }) =>
      lists.map(([zone, order, blocks]) => ({ node, zone, order, blocks })),
    );
  }

  it('[VIEW-LISTS-50] a cell opens its list, in its order, and a block of it is pinned by keyboard', async () => {
    const record = 2001;
    await open(`#panel=lists&record=${record}`);
    const list = listsAt(record).find(({ blocks }) => blocks.length > 3);
    if (list === undefined) throw new Error('no list is long enough');
    const { node, zone, order, blocks } = list;
    const cell = page.getByRole('button', {
      name: `Node ${node}, zone ${zone}, order ${order}: ${blocks.length} blocks`,
    });
    await cell.focus();
    await page.keyboard.press('Enter');
    await addressSays(`list=${node}.${zone}.${order}`);
    expect(await cell.getAttribute('aria-expanded')).toBe('true');
    const grid = page.getByRole('grid', { name: 'Free blocks of' });
    await grid.getByText(frame(blocks[0]?.[0] ?? 0), { exact: true }).waitFor();
    const shown = await grid.locator('.block-rows .mono').allInnerTexts();
    expect(shown).toEqual(blocks.slice(0, shown.length).map(([mfn]) => frame(mfn)));
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await addressSays(`frame=${frame(blocks[1]?.[0] ?? 0)}`);
    await page
      .locator('.block-row[aria-selected="true"]')
      .getByText(frame(blocks[1]?.[0] ?? 0))
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await grid.waitFor({ state: 'detached' });
  });

  it.each([
    ['calls', 'light', 'filter=call.order+%3D%3D&filter-by=cel', '.filter-error'],
    ['calls', 'dark', 'filter=failed', '.call-row.failed'],
    ['explain', 'light', '', '.failure'],
    ['explain', 'dark', '', '.failure'],
    ['lists', 'light', '', '.block-row[data-here]'],
    ['lists', 'dark', '', '.block-row[data-here]'],
  ])('[VIEW-PANELS-1] axe-core finds nothing: %s, %s', async (panel, theme, more, shown) => {
    const record = all.find((at) => timeline.hasFailed(at)) ?? 0;
    const { node, zone, order } = listsAt(record)[0] ?? { node: 0, zone: 0, order: 0 };
    const list = panel === 'lists' ? `list=${node}.${zone}.${order}` : more;
    await open(`#panel=${panel}&theme=${theme}&record=${record}&frame=0x1000&${list}`);
    await page.locator(shown).first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('[VIEW-PANELS-2] complains of nothing in all of that', () => {
    expect(complaints).toEqual([]);
  });

  it('[VIEW-CALLS-54] 200,000 records scroll to the exact end, and back to the beginning', async () => {
    const { path, remove } = await workloadTrace('domain-churn', 200_000);
    const { page: long, complaints: heard } = await openTraceInPage(browser, path, '#panel=calls&record=0');
    remove();
    const grid = long.getByRole('grid', { name: 'Calls' });
    const length = Number(await grid.getAttribute('aria-rowcount')) - 2;
    expect(length).toBeGreaterThanOrEqual(200_000);
    /** The row at an edge of what is seen, and how far beyond that edge it goes, in pixels. */
    const rowAt = (edge: 'top' | 'bottom') =>
      grid.evaluate((element, side) => {
        const box = element.getBoundingClientRect();
        const head = element.querySelector('.head')?.getBoundingClientRect().height ?? 0;
        const rows = [...element.querySelectorAll('.call-rows > .call-row')].map((row) => {
          const place = row.getBoundingClientRect();
          return {
            record: Number(row.querySelector('.c-record')?.textContent?.replaceAll(/[^\d]/g, '')),
            beyond: side === 'bottom' ? place.bottom - box.bottom : box.top + head - place.top,
          };
        });
        const order = rows.toSorted((a, b) => a.record - b.record);
        return side === 'bottom' ? order.at(-1) : order[0];
      }, edge);
    const waitForRow = (record: number) => long.locator(`#call-${record}`).waitFor();
    await grid.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await waitForRow(length);
    const last = await rowAt('bottom');
    expect(last?.record).toBe(length);
    expect(Math.abs(last?.beyond ?? Infinity)).toBeLessThanOrEqual(1.5);
    await grid.evaluate((element) => (element.scrollTop = 0));
    await waitForRow(0);
    const first = await rowAt('top');
    expect(first?.record).toBe(0);
    expect(Math.abs(first?.beyond ?? Infinity)).toBeLessThanOrEqual(1.5);
    await grid.focus();
    await long.keyboard.press('End');
    await long.locator(`#call-${length}[aria-selected="true"]`).waitFor();
    await long.locator('.call-detail').getByText('made').waitFor();
    await expect.poll(async () => (await rowAt('bottom'))?.beyond ?? Infinity).toBeLessThanOrEqual(1.5);
    expect(heard).toEqual([]);
    await long.context().close();
  });
});

function stepsOf(timeline: Timeline, record: number) {
  if (record === 0) return [];
  try {
    return explainRecord(timeline, record).steps;
  } catch (error) {
    if (error instanceof NothingToExplain) return [];
    throw error;
  }
}

function explainFreesOf(timeline: Timeline, record: number) {
  try {
    return explainFrees(timeline, record).steps;
  } catch (error) {
    if (error instanceof NothingToExplain) return [];
    throw error;
  }
}
