import { freeListPlace, openState, pageInfo } from '@heaplay/core';
import { Biographer, allocationUpTo, frame, lastEventUpTo } from '@heaplay/replay';
import type { PageBiography, Timeline } from '@heaplay/replay';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { engineOf } from './open-engine.ts';
import { openTraceInPage, waitForRecord } from './open-page.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';

describe.skipIf(chromiumPath === undefined)('the panel of a page, in Chromium', () => {
  let browser: Browser;
  let timeline: Timeline;
  let page: Page;
  let complaints: readonly string[];
  /** A page that is split off, allocated and freed again. */
  let life: PageBiography;
  beforeAll(async () => {
    const [started, engine] = await Promise.all([startChromium(), engineOf(X86)]);
    browser = started;
    ({ timeline } = engine);
    const biographer = new Biographer(timeline);
    const results = Array.from({ length: timeline.length }, (_, at) => timeline.resultAt(at + 1));
    const lives = results.flatMap((mfn) => (typeof mfn === 'number' && mfn > 0 ? [biographer.biography(mfn)] : []));
    life = lives.toSorted((a, b) => b.history.length - a.history.length)[0] ?? biographer.biography(0);
    ({ page, complaints } = await openTraceInPage(browser, corpusPath(X86)));
  });
  afterAll(() => browser.close());

  async function open(fragment: string): Promise<void> {
    await page.evaluate((text) => (location.hash = text), fragment);
    await page.waitForFunction((text) => location.hash === text, fragment === '' ? '' : `#${fragment}`);
  }

  const atRecord = (record: number) =>
    waitForRecord(page, `record ${record.toLocaleString('en')} of ${timeline.length.toLocaleString('en')}`);
  const addressSays = (wanted: string) => page.waitForFunction((text) => location.hash.includes(text), wanted);
  const list = () => page.getByRole('listbox', { name: 'Events of its life' });
  const chosen = (at: number) => page.locator(`#event-${at}[aria-selected="true"]`);

  /** Each event as the panel has it, read from the first to the last. */
  async function readLife(events: number): Promise<string[]> {
    const texts: string[] = [];
    for (let at = 0; at < events; at++) {
      const row = page.locator(`#event-${at}`);
      if (at % 4 === 0) await list().evaluate((element, top) => (element.scrollTop = top), at * 44);
      await row.locator('.life-change').waitFor();
      texts.push((await row.innerText()).replaceAll(/\s+/g, ' '));
    }
    return texts;
  }

  it('[VIEW-PAGE-50] a frame is pinned and its life read and walked by keyboard alone', async () => {
    const { mfn, history } = life;
    const map = page.getByRole('application', { name: 'Memory map' });
    // To the frame by its number, nearer, and pinned there.
    await page.getByLabel('Go to a frame or a physical address').focus();
    await page.keyboard.type(frame(mfn - 1));
    await page.keyboard.press('Enter');
    await addressSays('view=');
    await map.focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await addressSays(`frame=${frame(mfn)}`);
    // The panel that is open stays, until it is asked for.
    expect(await page.getByRole('tab', { name: 'Run' }).getAttribute('aria-selected')).toBe('true');
    await page
      .getByText(`${frame(mfn)} is pinned: i opens its Page panel`)
      .first()
      .waitFor();
    await page.keyboard.press('i');
    await addressSays('panel=page');
    await page.locator('#panel:focus').waitFor();
    await page.getByRole('heading', { name: `Frame ${frame(mfn)}` }).waitFor();
    await list().waitFor();
    for (let tabs = 0; tabs < 12; tabs++) {
      if (await list().evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    expect(await list().evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Home');
    await atRecord(0);
    for (let at = 1; at < history.length; at++) {
      await page.keyboard.press('ArrowDown');
      await chosen(at).waitFor();
      await atRecord(history[at]?.record ?? NaN);
    }
    await page.keyboard.press('F');
    await atRecord(history.at(-2)?.record ?? NaN);
    await page.keyboard.press('.');
    await page.keyboard.press('ArrowUp');
    await atRecord(history.at(-2)?.record ?? NaN);
  });

  it('[VIEW-PAGE-51] says what the library says, event by event', async () => {
    const { mfn, history } = life;
    expect(history.length).toBeGreaterThan(5);
    await open(`panel=page&frame=${frame(mfn)}&record=0`);
    await chosen(0).waitFor();
    const texts = await readLife(history.length);
    for (const [at, { record, change, type, owner, state, head, order }] of history.entries()) {
      const text = texts[at] ?? '';
      expect(text).toContain(record.toLocaleString('en'));
      expect(text).toContain(change);
      expect(text).toContain(type);
      expect(text).toContain(state === 'outside' ? '' : `${frame(head)} order ${order}`);
      expect(text).toContain(change === 'allocated' && owner !== null ? `for d${owner}` : '');
    }
  });

  it('[VIEW-PAGE-52] goes to an event that is clicked, and to what allocated it', async () => {
    const { mfn, history } = life;
    const found = allocationUpTo(life, timeline.length);
    if (found === null) throw new Error('it is not in use in the end');
    await open(`panel=page&frame=${frame(mfn)}`);
    const origin = page.getByRole('region', { name: 'Who allocated it' });
    const link = origin.getByRole('button', { name: `record ${found.record.toLocaleString('en')}` });
    await link.waitFor();
    const [caller = ''] = timeline.recordAt(found.record).caller ?? [];
    expect(await origin.innerText()).toContain(caller);
    expect(await origin.innerText()).toContain(`${timeline.length - found.record} records ago`);
    await page.locator('#event-2').click();
    await atRecord(history[2]?.record ?? NaN);
    await chosen(2).waitFor();
    await page.getByRole('button', { name: 'Next event' }).click();
    await atRecord(history[3]?.record ?? NaN);
    await addressSays(`record=${history[3]?.record}`);
    await open(`panel=page&frame=${frame(mfn)}`);
    await link.click();
    await atRecord(found.record);
    await chosen(lastEventUpTo(life, found.record)).waitFor();
    // The strip: a click in its middle goes to the middle of the run.
    const strip = page.getByRole('img', { name: 'Its life along the records' });
    await strip.click();
    await page.waitForFunction(
      ([low = 0, high = 0]) => {
        const record = Number(/record=(\d+)/.exec(location.hash)?.[1]);
        return record >= low && record <= high;
      },
      [timeline.length / 2 - 4, timeline.length / 2 + 4],
    );
  });

  it('[VIEW-PAGE-53] the block on its free list: a neighbour is pinned, and shown in the map', async () => {
    const record = 400;
    const heap = openState(timeline.stateAt(record));
    const { frames } = timeline.setup.machine;
    let place = null;
    for (let mfn = 0; mfn < frames && (place === null || place.before === null || place.after === null);) {
      place = freeListPlace(heap, mfn);
      mfn += 2 ** pageInfo(heap, mfn).order;
    }
    if (place === null || place.after === null) throw new Error('no list has three blocks');
    const { head, node, zone, order, length, after } = place;
    await open(`panel=page&frame=${frame(head)}&record=${record}`);
    const block = page.getByRole('region', { name: 'Its block' });
    await block.getByText(`of ${length} blocks on the list of node ${node}, zone ${zone}, order ${order}`).waitFor();
    await block.getByRole('button', { name: `The block behind it: ${frame(after)}` }).click();
    await addressSays(`frame=${frame(after)}`);
    await addressSays('view=');
    await page.getByRole('heading', { name: `Frame ${frame(after)}` }).waitFor();
    await block.getByRole('button', { name: `The block before it: ${frame(head)}` }).waitFor();
    await block.getByRole('button', { name: 'Show the list' }).click();
    const blocks = page.getByRole('grid', { name: `Free blocks of node ${node}, zone ${zone}, order ${order}` });
    await blocks.waitFor();
    expect(await blocks.getAttribute('aria-rowcount')).toBe(String(length + 1));
  });

  it('[VIEW-PAGE-54] a link restores it, and what cannot be shown says what to do', async () => {
    const { mfn, history } = life;
    const at = history.length - 2;
    const record = history[at]?.record ?? NaN;
    const linked = await openTraceInPage(browser, corpusPath(X86), `#panel=page&frame=${frame(mfn)}&record=${record}`);
    await linked.page.locator(`#event-${at}[aria-selected="true"]`).waitFor();
    expect(await linked.page.getByLabel('Frame', { exact: true }).inputValue()).toBe(frame(mfn));
    expect(linked.complaints).toEqual([]);
    await linked.page.context().close();

    await open('panel=page&record=0');
    await page.getByRole('heading', { name: 'No frame is pinned' }).waitFor();
    const field = page.getByLabel('Frame', { exact: true });
    await field.fill('nonsense');
    await field.press('Enter');
    await page.getByText('"nonsense" is no frame').waitFor();
    await field.fill(`0x${(mfn * 4096).toString(16)}@`);
    await field.press('Enter');
    await addressSays(`frame=${frame(mfn)}`);
    const given = history.find(({ change }) => change === 'given')?.record ?? NaN;
    await page.getByText('this frame is not of the heap').waitFor();
    await page.getByRole('button', { name: `record ${given}`, exact: true }).click();
    await atRecord(given);
    await page.getByText('this frame is not of the heap').waitFor({ state: 'detached' });
    await open('panel=page&frame=0xffffff');
    await page.getByRole('heading', { name: 'Frame 0xffffff is not there' }).waitFor();
    await page.getByText(`0x0 to ${frame(timeline.setup.machine.frames - 1)}`).waitFor();
  });

  it.each(['light', 'dark'])('[VIEW-PAGE-55] axe-core finds nothing: %s', async (theme) => {
    await open(`panel=page&theme=${theme}&frame=${frame(life.mfn)}&record=400`);
    await chosen(lastEventUpTo(life, 400)).locator('.life-change').waitFor();
    expect(await violations(page)).toEqual([]);
    await open(`panel=page&theme=${theme}`);
    await page.getByRole('heading', { name: 'No frame is pinned' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('[VIEW-PAGE-56] complains of nothing in all of that', () => {
    expect(complaints).toEqual([]);
  });
});
