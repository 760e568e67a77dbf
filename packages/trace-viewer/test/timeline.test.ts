import { freeBlocksOfOrder, openState } from '@heaplay/core';
import { Biographer, GrowingTimeline, loadTrace } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage, stepEnds } from './open-page.ts';
import { workloadTrace } from './workload-trace.ts';

const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

async function timelineOfFile(path: string): Promise<Timeline> {
  const { header, table } = await loadTrace(new Blob([readFileSync(path)]).stream() as never, { name: path });
  const growing = new GrowingTimeline({ name: path, header, table });
  while (growing.advance());
  return growing.timeline();
}

/** The record that the page is at. */
async function recordOf(page: Page): Promise<number> {
  return Number(await page.getByRole('slider', { name: 'Record' }).inputValue());
}

function atRecord(page: Page, wanted: number): Promise<unknown> {
  return page.waitForFunction(
    (record) => document.querySelector<HTMLInputElement>('.scrubber input')?.valueAsNumber === record,
    wanted,
  );
}

function addressSays(page: Page, wanted: string): Promise<unknown> {
  return page.waitForFunction((text) => location.hash.includes(text), wanted);
}

/** The parts of the address that say what is seen. */
function seen(page: Page): Promise<{ readonly from: number; readonly to: number } | null> {
  return page.evaluate(() => {
    const [from, to] = (new URLSearchParams(location.hash.slice(1)).get('range') ?? '').split('-').map(Number);
    return from === undefined || to === undefined ? null : { from, to };
  });
}

/** Presses the mouse at one share of the plots and lets it go at another. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await page.locator('.overlay').boundingBox();
  if (box === null) throw new Error('there are no plots');
  await page.mouse.move(box.x + box.width * from, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), box.y + 45);
  await page.mouse.move(box.x + box.width * to, box.y + 40);
  await page.mouse.up();
}

describe.skipIf(chromiumPath === undefined)('the timeline in Chromium', () => {
  let browser: Browser;
  let timeline: Timeline;
  let length: number;
  let shared: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    [browser, timeline] = await Promise.all([startChromium(), timelineOfFile(NUMA)]);
    ({ length } = timeline);
    ({ page: shared, complaints } = await openTraceInPage(browser, NUMA));
  });
  afterAll(() => browser.close());

  /** Shows what an address says, in the page that is there. */
  async function open(fragment: string): Promise<Page> {
    await shared.evaluate((text) => (location.hash = text), fragment);
    await shared.waitForFunction((text) => location.hash === text, fragment);
    return shared;
  }

  it('[VIEW-TIME-50] plays and pauses by key; that is one step back to where it began', async () => {
    const page = await open('#record=100&speed=4');
    await atRecord(page, 100);
    const before = await page.evaluate(() => history.length);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.waitForFunction(
      () => (document.querySelector<HTMLInputElement>('.scrubber input')?.valueAsNumber ?? 0) > 500,
    );
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const stopped = await recordOf(page);
    await addressSays(page, `record=${stopped}`);
    expect(await page.evaluate(() => history.length)).toBe(before + 1);
    await page.goBack();
    await atRecord(page, 100);
    await page.goForward();
    await atRecord(page, stopped);
  });

  it('[VIEW-TIME-51] stops at the end, and begins anew from there', async () => {
    const page = await open(`#record=${length - 5}&speed=64`);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await atRecord(page, length);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(
      (end) => (document.querySelector<HTMLInputElement>('.scrubber input')?.valueAsNumber ?? end) < end,
      length,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await recordOf(page)).toBeLessThan(length);
  });

  it('[VIEW-TIME-52] steps, and goes to failures and changes of an order, as a scan finds them', async () => {
    const page = await open('#record=700&jump=4');
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await page.keyboard.press(',');
    await atRecord(page, 701);
    const all = Array.from({ length }, (_, at) => at + 1);
    const failures = all.filter((record) => timeline.hasFailed(record));
    const next = failures.filter((record) => record > 701);
    await page.keyboard.press('n');
    await atRecord(page, next[0] ?? NaN);
    await page.getByRole('button', { name: 'Next failure' }).click();
    await atRecord(page, next[1] ?? NaN);
    await page.keyboard.press('p');
    await atRecord(page, next[0] ?? NaN);
    const blocks = [0, ...all].map((record) => freeBlocksOfOrder(openState(timeline.stateAt(record)), 4));
    const from = next[0] ?? 0;
    const changes = all.filter((record) => blocks[record] !== blocks[record - 1]);
    await page.getByRole('button', { name: 'Next change of order 4' }).click();
    const changed = changes.find((record) => record > from) ?? NaN;
    await atRecord(page, changed);
    await page.keyboard.press('O');
    await atRecord(page, changes.findLast((record) => record < changed) ?? NaN);
    await page.keyboard.press('f');
    const notice = await page.getByText('No frame is pinned').innerText();
    expect(notice).toContain('choose one in the map');
  });

  it('[VIEW-TIME-53] goes to calls on the pinned frame, from one to the next and back', async () => {
    const biographer = new Biographer(timeline);
    const lives = Array.from({ length: 400 }, (_, at) => timeline.resultAt(at + 1)).flatMap((result) =>
      typeof result === 'number' ? [biographer.biography(result)] : [],
    );
    const life = lives.find(({ history }) => history.length > 3);
    if (life === undefined) throw new Error('no frame has been touched more than twice');
    const [, first = NaN, second = NaN] = life.history.map(({ record }) => record);
    const page = await open(`#record=0&frame=0x${life.mfn.toString(16)}`);
    for (const [key, record] of [
      ['f', first],
      ['f', second],
      ['F', first],
    ] as const) {
      await page.keyboard.press(key);
      await atRecord(page, record);
    }
    expect(await recordOf(page)).toBe(first);
  });

  it('[VIEW-TIME-54] brushing zooms, Escape shows the whole run again, and the address knows', async () => {
    const page = await open('#record=10');
    await drag(page, 0.25, 0.5);
    await addressSays(page, 'range=');
    const range = await seen(page);
    expect(Math.abs((range?.from ?? 0) - length / 4)).toBeLessThan(length / 100);
    expect(Math.abs((range?.to ?? 0) - length / 2)).toBeLessThan(length / 100);
    // To brush is not to go somewhere.
    expect(await recordOf(page)).toBe(10);
    await page.keyboard.down('Shift');
    await drag(page, 0.5, 0.25);
    await page.keyboard.up('Shift');
    await page.waitForFunction((before) => !location.hash.includes(before), `range=${range?.from}-`);
    const moved = await seen(page);
    expect(Math.abs((moved?.from ?? 0) - (range?.from ?? 0) - length / 16)).toBeLessThan(length / 100);
    await page.mouse.wheel(0, -400);
    await page.waitForFunction((before) => !location.hash.includes(before), `range=${moved?.from}-${moved?.to}`);
    const closer = await seen(page);
    expect((closer?.to ?? 0) - (closer?.from ?? 0)).toBeLessThan((moved?.to ?? 0) - (moved?.from ?? 0));
    await stepEnds(page);
    await page.getByRole('group', { name: 'Tracks' }).focus();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !location.hash.includes('range='));
    await page.goBack();
    await addressSays(page, `range=${closer?.from}-${closer?.to}`);
  });

  it('[VIEW-TIME-55] everything works by keyboard alone', async () => {
    const page = await open('#record=1000');
    const tracks = page.getByRole('group', { name: 'Tracks' });
    await tracks.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await atRecord(page, 1001);
    await page.keyboard.press('[');
    for (let times = 0; times < 4; times++) await page.keyboard.press('PageUp');
    const end = await recordOf(page);
    await page.keyboard.press(']');
    await addressSays(page, `range=1001-${end}`);
    await page.keyboard.press('Home');
    await atRecord(page, 1001);
    await page.keyboard.press('+');
    await addressSays(page, `range=1001-${1001 + Math.round((end - 1001) / 2)}`);
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForFunction(() => !location.hash.includes('range=1001-'));
    await page.keyboard.press('0');
    await page.waitForFunction(() => !location.hash.includes('range='));
    const slider = page.getByRole('slider', { name: 'Record' });
    await slider.focus();
    await page.keyboard.press('Home');
    await atRecord(page, 0);
    await page.keyboard.press('PageUp');
    await atRecord(page, Math.round(length / 100));
    await page.keyboard.press('End');
    await atRecord(page, length);
    await page.keyboard.press('ArrowLeft');
    await atRecord(page, length - 1);
    await page.getByLabel('Record number or time').fill('1,234');
    await page.keyboard.press('Enter');
    await atRecord(page, 1234);
    await page.getByLabel('Record number or time').fill('44 s');
    await page.keyboard.press('Enter');
    await atRecord(page, timeline.recordAtTime(44e9));
    await page.getByLabel('Record number or time').fill('soon');
    await page.keyboard.press('Enter');
    await page.getByText('A number or a time is wanted').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Next failure').waitFor();
    await page.getByLabel('Keys work everywhere on the page').uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const at = await recordOf(page);
    await page.keyboard.press('n');
    await addressSays(page, 'keys=off');
    expect(await recordOf(page)).toBe(at);
  });

  it('[VIEW-TIME-56] an address shows what it says: record, range, axis, tracks', async () => {
    const { page } = await openTraceInPage(
      browser,
      NUMA,
      '#record=900&range=800-1400&axis=time&tracks=free,nodes,failures&speed=8&loop=on',
    );
    await atRecord(page, 900);
    expect(await page.getByRole('combobox', { name: 'Axis' }).inputValue()).toBe('time');
    expect(await page.getByRole('combobox', { name: 'Speed' }).inputValue()).toBe('8');
    expect(await page.getByRole('button', { name: 'Loop' }).getAttribute('aria-pressed')).toBe('true');
    const tracks = page.getByRole('group', { name: 'Tracks' });
    expect(await tracks.getByRole('heading').allInnerTexts()).toEqual(['Free memory', 'Free by node', 'Failures']);
    await tracks.getByText(`${timeline.failuresUpTo(900)} so far`).waitFor();
    const pages = openState(timeline.stateAt(900)).totals.freePages;
    await tracks.getByText(`${pages.toLocaleString('en')} pages`).waitFor();
    await page.getByRole('status', { name: 'Values at the record' }).getByText('Record 900').waitFor();
    await page.getByText('Tracks', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'Free by node' }).uncheck();
    await page.getByRole('checkbox', { name: 'Claims' }).check();
    await addressSays(page, 'tracks=free,claims,failures');
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('[VIEW-TIME-57] axe-core finds nothing, %s', async (theme) => {
    const page = await open(
      `#theme=${theme}&record=900&range=100-3000&tracks=free,nodes,zones,claims,scrub,owned,failures,domains,calls,orders`,
    );
    await page.getByText('Tracks', { exact: true }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keys' }).click();
    expect(await violations(page, 'dialog')).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('[VIEW-TIME-58] is exact in a long run, and loops within what was brushed', async () => {
    const { path, remove } = await workloadTrace('domain-churn', 100_000);
    const { page } = await openTraceInPage(browser, path, '#record=50000&range=49990-50090&loop=on&speed=16');
    remove();
    const slider = page.getByRole('slider', { name: 'Record' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await atRecord(page, 50_001);
    await page.keyboard.press('PageUp');
    await atRecord(page, 51_001);
    // It comes into the loop first, then goes round: what is played lies within it, and falls again and again.
    await page.evaluate(() => {
      const records: number[] = [];
      const look = (): void => {
        records.push(document.querySelector<HTMLInputElement>('.scrubber input')?.valueAsNumber ?? -1);
        requestAnimationFrame(look);
      };
      look();
      Object.assign(globalThis, { records });
    });
    await page.keyboard.press(' ');
    await page.waitForFunction(() => {
      const { records } = globalThis as unknown as { readonly records: readonly number[] };
      return records.filter((record, at) => record < (records[at - 1] ?? 0)).length > 3;
    });
    await page.keyboard.press(' ');
    const records = await page.evaluate(
      () => (globalThis as unknown as { readonly records: readonly number[] }).records,
    );
    const played = records.slice(records.findIndex((record) => record < 51_001));
    expect(played.filter((record) => record < 49_990 || record > 50_090)).toEqual([]);
    await page.context().close();
  });

  it('[VIEW-TIME-59] complains of nothing in all of that', () => {
    expect(complaints).toEqual([]);
  });
});
