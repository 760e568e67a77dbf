import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import type { Figure } from './table.ts';
import { watchLoading, watchPlaying, watchScrub } from './in-page.ts';
import { median, percentile } from './statistics.ts';
import { tabMemory } from './tab-memory.ts';

/** How much is measured. */
export interface Effort {
  /** Records that are gone to. */
  readonly scrubs: number;
  /** Seconds that are played. */
  readonly seconds: number;
}

const PLACES = [process.env['HEAPLAY_CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];
/** Milliseconds that the page rests between two records: each is measured by itself. */
const REST = 100;
/** Records a frame, so that each frame of a picture has another record to show. */
const SPEED = '4';
/** The golden ratio, less one: its multiples are spread evenly, and neighbours lie far apart. */
const SPREAD = (Math.sqrt(5) - 1) / 2;

/** Opens the page, loads the trace, goes to records, plays, and says how long all that took. */
export async function measureViewer(url: string, { scrubs, seconds }: Effort): Promise<readonly Figure[]> {
  const executablePath = PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium is found: set HEAPLAY_CHROMIUM to where it is');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    process.stderr.write('loading ...\n');
    await page.addInitScript(watchLoading);
    await page.goto(url);
    const { firstPicture, loaded } = await loadingTimes(page);
    const afterLoading = await tabMemory(browser);
    process.stderr.write('going to records ...\n');
    const waits = await scrubTimes(page, scrubs);
    const afterScrubbing = await tabMemory(browser);
    process.stderr.write('playing ...\n');
    const played = await playedFrames(page, seconds);
    const memory = await tabMemory(browser);
    return [
      { what: 'first picture', unit: 'ms', value: firstPicture, most: 3000 },
      { what: 'all records read', unit: 'ms', value: loaded },
      { what: 'input to painted map, p95', unit: 'ms', value: percentile(waits, 0.95), most: 50 },
      { what: 'input to painted map, median', unit: 'ms', value: median(waits) },
      { what: 'playing: frames a second, median', unit: '', value: median(played.frames), least: 60 },
      { what: 'playing: new maps a second, median', unit: '', value: median(played.maps) },
      { what: 'memory of the tab, loaded', unit: 'MiB', value: afterLoading?.footprint, most: 500 },
      { what: 'memory of the tab, scrubbed', unit: 'MiB', value: afterScrubbing?.footprint, most: 500 },
      { what: 'memory of the tab, played', unit: 'MiB', value: memory?.footprint, most: 500 },
      { what: 'resident, with the program, played', unit: 'MiB', value: memory?.resident },
    ];
  } finally {
    await browser.close();
  }
}

async function loadingTimes(page: Page): Promise<{ readonly firstPicture: number; readonly loaded: number }> {
  const times = await page.waitForFunction(
    () => {
      const { firstPicture, loaded } = globalThis.viewerLoading;
      return firstPicture > 0 && loaded > 0 ? { firstPicture, loaded } : null;
    },
    null,
    { timeout: 300_000, polling: 250 },
  );
  const found = await times.jsonValue();
  if (found === null) throw new Error('the page was never loaded');
  return found;
}

/** Milliseconds from the input to the painted map, for records all over the run. */
async function scrubTimes(page: Page, scrubs: number): Promise<readonly number[]> {
  const waits: number[] = [];
  const length = Number(await page.getByRole('slider', { name: 'Record' }).getAttribute('max'));
  for (let turn = 1; turn <= scrubs; turn++) {
    waits.push(await page.evaluate(watchScrub, Math.floor(length * ((turn * SPREAD) % 1))));
    await page.waitForTimeout(REST);
  }
  return waits;
}

interface Played {
  /** In each second. */
  readonly frames: readonly number[];
  readonly maps: readonly number[];
}

async function playedFrames(page: Page, seconds: number): Promise<Played> {
  await page.evaluate(watchScrub, 0);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption(SPEED);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  // It settles first.
  await page.waitForTimeout(1000);
  return page.evaluate(watchPlaying, seconds);
}
