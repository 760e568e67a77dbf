import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openTraceInPage } from './open-page.ts';

const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

describe.skipIf(chromiumPath === undefined)('how the page is divided, in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    browser = await startChromium();
    ({ page, complaints } = await openTraceInPage(browser, NUMA, '#record=2750&panel=calls'));
  });
  afterAll(() => browser.close());

  async function sizeOf(selector: string): Promise<{ readonly width: number; readonly height: number }> {
    const box = await page.locator(selector).boundingBox();
    if (box === null) throw new Error(`${selector} is not seen`);
    return box;
  }

  const border = (name: 'timeline' | 'panels') =>
    page.getByRole('separator', { name: `Border between map and ${name}` });

  /** What a separator says, once it says what is measured. */
  async function said(name: 'timeline' | 'panels'): Promise<number> {
    let share = 0;
    await expect
      .poll(async () => {
        const [whole, map] = [await sizeOf('.workspace'), await sizeOf('.map')];
        share = Math.round(100 * (name === 'panels' ? map.width / whole.width : map.height / whole.height));
        return Number(await border(name).getAttribute('aria-valuenow')) - share;
      })
      .toBe(0);
    return share;
  }

  /** Shows what an address says, in the page that is there. */
  async function open(fragment: string): Promise<void> {
    await page.evaluate((text) => {
      location.hash = text;
      // Behind the second frame it is drawn.
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, fragment);
  }

  async function dragBy(name: 'timeline' | 'panels', x: number, y: number): Promise<void> {
    const box = await border(name).boundingBox();
    if (box === null) throw new Error('no border is seen');
    const [left, top] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(left, top);
    await page.mouse.down();
    await page.mouse.move(left + x / 2, top + y / 2);
    await page.mouse.move(left + x, top + y);
    await page.mouse.up();
  }

  it('[VIEW-LAYOUT-1] the map has 45 % of the height and more, however many tracks there are', async () => {
    const tracks = 'free,nodes,zones,claims,scrub,owned,failures,domains,calls,orders';
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      await open(`#record=2750&panel=calls&tracks=${tracks}`);
      await page.getByRole('heading', { name: 'Claims' }).waitFor();
      expect(await said('timeline')).toBeGreaterThanOrEqual(45);
      const [timeline, list] = [await sizeOf('.timeline'), await sizeOf('.tracks')];
      expect(list.height).toBeGreaterThan(timeline.height / 2);
      // Nothing goes beyond the page.
      expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('[VIEW-LAYOUT-2] borders are dragged, and stand in the address', async () => {
    await open('#record=2750&panel=calls');
    const before = await sizeOf('.map');
    await dragBy('panels', -200, 0);
    expect(Math.abs((await sizeOf('.map')).width - before.width + 200)).toBeLessThanOrEqual(2);
    await dragBy('timeline', 0, 120);
    expect(Math.abs((await sizeOf('.map')).height - before.height - 120)).toBeLessThanOrEqual(2);
    await page.waitForFunction(() => /map-width=.*map-height=|map-height=.*map-width=/.test(location.hash));
    const [width, height] = [await said('panels'), await said('timeline')];
    const { page: again } = await openTraceInPage(browser, NUMA, await page.evaluate(() => location.hash));
    expect(await again.getByRole('separator', { name: 'panels' }).getAttribute('aria-valuenow')).toBe(String(width));
    expect(await again.getByRole('separator', { name: 'timeline' }).getAttribute('aria-valuenow')).toBe(String(height));
    await again.context().close();
    await border('panels').dblclick();
    await page.waitForFunction(() => !location.hash.includes('map-width'));
  });

  it('[VIEW-LAYOUT-3] borders are moved by keys, and put back', async () => {
    await open('#record=2750&panel=calls');
    const [width, height] = [await said('panels'), await said('timeline')];
    await border('panels').focus();
    for (let times = 0; times < 3; times++) await page.keyboard.press('ArrowLeft');
    expect(Math.abs((await said('panels')) - width + 6)).toBeLessThanOrEqual(1);
    await page.keyboard.press('Home');
    expect(await said('panels')).toBe(20);
    await page.keyboard.press('Enter');
    expect(await said('panels')).toBe(width);
    await border('timeline').focus();
    await page.keyboard.press('Shift+ArrowDown');
    expect(Math.abs((await said('timeline')) - height - 10)).toBeLessThanOrEqual(1);
    await page.keyboard.press('End');
    expect(await said('timeline')).toBe(80);
    await page.keyboard.press('Enter');
    expect(await said('timeline')).toBe(height);
    // Nor does a key that moves a border go to another record.
    await page.getByLabel('Record', { exact: true }).first().filter({ hasText: 'record 2,750 of' }).waitFor();
  });

  it('[VIEW-LAYOUT-4] a panel of 700 pixels shows a call in one line, a smaller one in two', async () => {
    const heightAt = async (panel: number): Promise<number> => {
      const share = Math.floor(1000 * (1 - panel / 1280)) / 10;
      await open(`#record=2750&panel=calls&map-width=${share}`);
      await page.locator(panel >= 700 ? '.call-list.wide' : '.call-list.narrow').waitFor();
      return (await sizeOf('#call-2750')).height;
    };
    expect(await heightAt(701)).toBe(28);
    expect(await heightAt(500)).toBe(46);
  });

  it('[VIEW-LAYOUT-6] two maps that are compared have the place of the one', async () => {
    await open('#record=2750&panel=calls&compare=mode%3Dseparate-xenheap');
    await page.locator('.compare-maps').waitFor();
    const before = await said('timeline');
    await border('timeline').focus();
    await page.keyboard.press('Shift+ArrowUp');
    expect(await said('timeline')).toBe(before - 10);
    await open('#record=2750&panel=calls');
    await page.locator('.compare-maps').waitFor({ state: 'detached' });
    expect(await said('timeline')).toBeGreaterThanOrEqual(45);
  });

  it('[VIEW-LAYOUT-7] a page that is enlarged to 200 % or more is scrolled, and nothing lies upon anything', async () => {
    for (const [width, height] of [
      [960, 540],
      [640, 400],
      [320, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      await open('#record=2750&panel=calls');
      const parts = ['.top', '.map', '.timeline', '.panels [role=tablist]', '.panel'];
      await expect
        .poll(async () => {
          const boxes = await Promise.all(parts.map((part) => page.locator(part).boundingBox()));
          return boxes.flatMap((box, at) => {
            const above = boxes[at - 1];
            return above && box && box.y < above.y + above.height - 1 ? [`${parts[at]} at ${width}`] : [];
          });
        })
        .toEqual([]);
      for (const part of ['.map-stage', '.tracks', '.call-rows'])
        expect((await sizeOf(part)).height).toBeGreaterThan(80);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('[VIEW-LAYOUT-8] each entry of a legend has the room that it needs, and five classes are seen of two maps', async () => {
    const legend = page.locator('.map-legend').first();
    await open('#record=5636&scheme=age');
    await legend.getByText('511–1,022 records old').waitFor();
    const without = await legend.evaluate((element) =>
      [...element.children]
        .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)
        .map(({ textContent }) => textContent),
    );
    expect(without).toEqual([]);
    await open('#record=5636&compare=mode%3Dseparate-xenheap');
    await page.locator('.compare-maps').waitFor();
    await expect.poll(() => legend.locator('.map-class').count()).toBe(5);
    // What stands above both is one line: as far down as the first of it.
    const [show, fit] = [page.locator('.map-toolbar select').first(), page.getByRole('button', { name: 'Fit' })];
    expect((await show.boundingBox())?.y).toBe((await fit.boundingBox())?.y);
    const hidden = await legend.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    expect(hidden).toBeLessThanOrEqual(0);
  });

  it('[VIEW-LAYOUT-5] the list of keys tells of every part, and axe-core finds nothing', async () => {
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog');
    for (const title of ['In the map', 'In the tracks', 'In the list of calls', 'On a border of the map']) {
      await dialog.getByRole('heading', { name: title }).waitFor();
    }
    expect(await dialog.innerText()).toContain('1× is 60 records a second');
    expect(await violations(page, 'dialog')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('>');
    await page.keyboard.press('>');
    await page.keyboard.press('<');
    expect(await page.getByRole('combobox', { name: 'Speed' }).inputValue()).toBe('2');
    expect(complaints).toEqual([]);
  });
});
