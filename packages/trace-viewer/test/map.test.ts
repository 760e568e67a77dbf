import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { MapPage } from './map-page.ts';
import { NaiveMap } from './naive-map.ts';
import { engineOf } from './open-engine.ts';
import { openTraceInPage } from './open-page.ts';
import { numbers } from './random.ts';
import { cellOfPosition, positionOfCell } from '../src/map/map-grid.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const NUMA = 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz';

describe.skipIf(chromiumPath === undefined)('the memory map in Chromium', () => {
  let browser: Browser;
  let x86: MapPage;
  let numa: MapPage;
  let complaints: readonly string[][];

  beforeAll(async () => {
    browser = await startChromium();
    const opened = [
      await openTraceInPage(browser, corpusPath(X86), '#record=500'),
      await openTraceInPage(browser, corpusPath(NUMA), '#record=2750', 2),
    ] as const;
    complaints = opened.map((one) => one.complaints);
    x86 = new MapPage(opened[0].page, (await engineOf(X86)).timeline);
    numa = new MapPage(opened[1].page, (await engineOf(NUMA)).timeline);
  });
  afterAll(() => browser.close());

  const focus = (page: Page) => page.getByRole('application', { name: 'Memory map' });
  const tooltip = (page: Page) => page.locator('.map-tooltip');
  const hash = (page: Page, pattern: RegExp) => expect.poll(() => page.evaluate(() => location.hash)).toMatch(pattern);

  /** Waits until the cells have the colours that they must have. */
  async function isRight(map: MapPage, seed: number): Promise<void> {
    await expect.poll(() => map.wrongCells(numbers(seed)), { timeout: 10_000 }).toEqual([]);
  }

  it('[VIEW-MAP-30] cells have the colours of the legend for what the library says of their pages', async () => {
    const random = numbers(51);
    for (const [map, schemes] of [
      [x86, ['state', 'owner', 'caller']],
      [numa, ['heap', 'node', 'zone', 'age']],
    ] as const) {
      for (const scheme of schemes) {
        const record = 1 + random(map.timeline.length - 1);
        const order = ['folded', 'mfn', 'pdx'][random(3)] ?? 'mfn';
        await map.open(`record=${record}&scheme=${scheme}&order=${order}`);
        // Of blocks that are old and many records the oracle takes its time.
        if (scheme !== 'age' && scheme !== 'caller') await isRight(map, record);
        const frame = map.timeline.resultAt(record);
        const first = typeof frame === 'number' ? frame : random(map.timeline.setup.machine.frames);
        const zoom = random(8);
        await map.open(`record=${record}&scheme=${scheme}&order=${order}&view=0x${first.toString(16)},${zoom}`);
        await expect.poll(() => map.wrongCells(numbers(record)), { timeout: 10_000 }).toEqual([]);
      }
    }
  });

  it('[VIEW-MAP-31] by keys alone one comes from the whole machine to one page, and pins it', async () => {
    const { page } = x86;
    await x86.open('record=500');
    const grid = await x86.grid(await x86.shown());
    await focus(page).focus();
    await page.keyboard.press('Home');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight'])
      await page.keyboard.press(key);
    const mfn = positionOfCell(grid, 2 * grid.columns + 3);
    const hex = `0x${mfn.toString(16)}`;
    await tooltip(page)
      .filter({ hasText: `${2 ** grid.shift} frames from mfn ${hex}` })
      .waitFor();
    for (let zoom = grid.place.zoom; zoom < 8; zoom++) await page.keyboard.press('+');
    await hash(page, /view=0x[0-9a-f]+,8/);
    await tooltip(page)
      .filter({ hasText: `mfn ${hex}, address ${hex}000` })
      .waitFor();
    // What is seen is told to those who hear.
    await page
      .locator('.map-room')
      .getByRole('status')
      .filter({ hasText: `mfn ${hex}` })
      .waitFor();
    await page.keyboard.press('Enter');
    await hash(page, new RegExp(`frame=${hex}`));
    await isRight(x86, 1);
    await page.keyboard.press('0');
    await page.keyboard.press('End');
    const last = x86.timeline.setup.machine.frames - 2 ** grid.shift;
    await tooltip(page)
      .filter({ hasText: `from mfn 0x${last.toString(16)}` })
      .waitFor();
    await page.keyboard.press('f');
    const { place } = await settled(x86);
    const near = await x86.grid({ ...(await x86.shown()), place });
    expect(near.shift).toBe(0);
    expect(cellOfPosition(near, mfn)).toBeDefined();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('frame=');
  });

  it('[VIEW-MAP-32] the wheel zooms to the page that is pointed at, a drag moves the map, a click pins', async () => {
    const { page } = x86;
    await x86.open('record=500');
    const all = await x86.grid(await x86.shown());
    const goal = 5 * all.columns + Math.floor(all.columns / 3);
    const [x, y] = await x86.pointOf(all, goal);
    await page.mouse.move(x, y);
    for (let zoom = all.place.zoom; zoom < 8; zoom++) await page.mouse.wheel(0, -120);
    await hash(page, /view=0x[0-9a-f]+,8/);
    const place = (await x86.shown()).place ?? { first: 0, zoom: 0 };
    // What was pointed at first is not far away: the map may be moved by an eighth of a row only.
    const meant = positionOfCell(all, goal);
    expect(Math.abs(place.first - meant)).toBeLessThan(8 * all.rowFrames);
    await isRight(x86, 2);
    const before = await x86.grid(await x86.shown());
    await page.mouse.down();
    await page.mouse.move(x, y + before.cellHeight);
    await page.mouse.move(x, y + 2 * before.cellHeight);
    await page.mouse.up();
    await hash(page, new RegExp(`view=0x${(place.first - 2 * before.rowFrames).toString(16)},8`));
    expect(await page.evaluate(() => location.hash)).not.toContain('frame=');
    await isRight(x86, 3);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, 120);
    await page.keyboard.up('Shift');
    const down = Math.ceil(before.rows / 8) - 2;
    await hash(page, new RegExp(`view=0x${(place.first + down * before.rowFrames).toString(16)},8`));
    // The strip leads into any part, and pins nothing.
    await page.locator('.map-overview').click();
    const middle = x86.timeline.setup.machine.frames / 2;
    await expect
      .poll(async () => Math.abs(((await x86.shown()).place?.first ?? 0) - middle) / middle)
      .toBeLessThan(0.02);
    expect(await page.evaluate(() => location.hash)).not.toContain('frame=');
    const now = await x86.grid(await x86.shown());
    const [cx, cy] = await x86.pointOf(now, now.columns + 2);
    await page.mouse.click(cx, cy);
    await hash(page, new RegExp(`frame=0x${positionOfCell(now, now.columns + 2).toString(16)}(&|$)`));
  });

  it('[VIEW-MAP-33] what is pointed at is told', async () => {
    const { page } = numa;
    await numa.open('record=2750&view=0x0,4&frame=0x200');
    const random = numbers(61);
    await isRight(numa, 4);
    const shown = await numa.shown();
    const grid = await numa.grid(shown);
    const naive = new NaiveMap(numa.timeline, 2750);
    for (let times = 0; times < 6; times++) {
      const cell = random(grid.columns * grid.rows);
      const mfn = positionOfCell(grid, cell);
      const [x, y] = await numa.pointOf(grid, cell);
      await page.mouse.move(x, y);
      const hex = mfn.toString(16);
      const text = tooltip(page).filter({ hasText: `mfn 0x${hex}, address 0x${mfn === 0 ? '0' : `${hex}000`}` });
      await text.waitFor();
      const words = naive
        .label('state', mfn)
        .replace(/^xen heap$/, 'in use, xen heap')
        .replace(/^free$/, 'free, clean');
      expect(await text.innerText()).toContain(words);
      // It does not go beyond the window, nor below the pointer.
      const box = await text.boundingBox();
      expect(box === null || (box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800)).toBe(
        true,
      );
      expect(box !== null && x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(false);
    }
  });

  it('[VIEW-MAP-34] goes to a frame and to an address, and says why it cannot', async () => {
    const { page } = x86;
    await x86.open('record=500');
    const field = page.getByLabel('Go to a frame or a physical address');
    for (const [text, mfn] of [
      ['0x7fd24', 0x7fd24],
      ['0x12345678@', 0x12345],
      ['4096', 4096],
    ] as const) {
      await field.fill(text);
      await field.press('Enter');
      await hash(page, new RegExp(`frame=0x${mfn.toString(16)}(&|$)`));
      const shown = await settled(x86);
      const grid = await x86.grid(shown);
      expect(grid.shift).toBe(0);
      expect(cellOfPosition(grid, mfn)).toBeDefined();
      await isRight(x86, mfn);
    }
    await field.fill('0x80000');
    await field.press('Enter');
    // Beyond the last frame it is an address.
    await hash(page, /frame=0x80(&|$)/);
    await field.fill('9G');
    await field.press('Enter');
    await page.locator('.map-goto').getByRole('status').filter({ hasText: 'the last one is 0x7ffff' }).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('rubbish');
    await field.press('Enter');
    await page.locator('.map-goto').getByRole('status').filter({ hasText: '"rubbish" is no frame' }).waitFor();
  });

  it('[VIEW-MAP-35] the scheme and the class looked at alone stand in the address, and "back" undoes a step', async () => {
    const { page } = x86;
    await x86.open('record=500');
    await isRight(x86, 5);
    await page.getByLabel('Show').selectOption('Heap');
    await hash(page, /scheme=heap/);
    await isRight(x86, 6);
    const legend = await x86.legend();
    const grid = await x86.grid(await x86.shown());
    await page.getByRole('button', { name: /^dom heap, in use/ }).click();
    await hash(page, /class=4/);
    // The others fade; it stays as it was.
    const points: [number, number][] = Array.from({ length: grid.rows }, (_, row) => [
      1,
      Math.round(((row + 0.5) * grid.height) / grid.rows),
    ]);
    const cells = points.map((_, row) =>
      x86.labels({ record: 500, scheme: 'heap', order: 'folded', place: null }, grid, row * grid.columns),
    );
    await expect
      .poll(async () => {
        const colours = await x86.colours(points);
        return cells.every(
          ([label, more], at) =>
            more !== undefined || (colours[at] === legend[label ?? '']) === (label === 'dom heap, in use'),
        );
      })
      .toBe(true);
    await page.getByRole('button', { name: /^dom heap, in use/ }).click();
    await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('class=');
    await page.goBack();
    await expect.poll(() => page.getByLabel('Show').inputValue()).toBe('state');
    await isRight(x86, 7);
  });

  it('[VIEW-MAP-36] a link shows the part, the scheme and the pin that it was made of', async () => {
    const fragment = '#record=600&frame=0x7fd24&scheme=owner&view=0x7fd00,6';
    const { page, complaints: wrong } = await openTraceInPage(browser, corpusPath(X86), fragment, 1.5);
    const map = new MapPage(page, x86.timeline);
    expect(await page.getByLabel('Show').inputValue()).toBe('owner');
    await isRight(map, 8);
    const shown = await map.shown();
    const grid = await map.grid(shown);
    expect(shown.place).toEqual({ first: 0x7fd00, zoom: 6 });
    expect(grid.place).toEqual(shown.place);
    // The pin is drawn upon the cells: its ring is of the colour of text.
    const [x, y] = await map.pointOf(grid, cellOfPosition(grid, 0x7fd24) as number);
    const ring = await page.locator('.map-overlay').evaluate(
      (canvas: HTMLCanvasElement, [px, py, radius]) => {
        const { left, top } = canvas.getBoundingClientRect();
        const at = [
          Math.round((px - left + radius) * devicePixelRatio),
          Math.round((py - top) * devicePixelRatio),
        ] as const;
        return [...(canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(at[0] - 1, at[1] + 3, 1, 1).data];
      },
      [x, y, Math.max(6, Math.min(grid.cellWidth, grid.cellHeight) * 0.75)] as const,
    );
    expect(ring[3]).toBe(255);
    await page.mouse.move(x, y);
    await tooltip(page).filter({ hasText: 'mfn 0x7fd24' }).waitFor();
    expect(wrong).toEqual([]);
    await page.context().close();
  });

  it('[VIEW-MAP-37] what is on the screen is what was painted, pixel by pixel, on fine screens too', async () => {
    for (const map of [x86, numa]) {
      const { page } = map;
      await page.mouse.move(1, 1);
      // Behind record 0 nothing is drawn upon the cells.
      await map.open('record=0&scheme=zone&order=mfn');
      await isRight(map, 9);
      const grid = await map.grid(await map.shown());
      const room = await page.locator('.map-cells').boundingBox();
      if (room === null) throw new Error('no map is seen');
      const random = numbers(67);
      const points = Array.from({ length: 300 }, (): [number, number] => [random(grid.width), random(grid.height)]);
      const corner = [Math.round(room.x * grid.ratio), Math.round(room.y * grid.ratio)] as const;
      const screen = await coloursOnScreen(
        page,
        points.map(([x, y]) => [corner[0] + x, corner[1] + y]),
      );
      expect(screen).toEqual(await map.colours(points));
    }
  });

  it('[VIEW-MAP-38] dark is another picture, and axe-core finds nothing in either', async () => {
    const { page } = x86;
    await x86.open('record=700&scheme=order&view=0x0,5&theme=light');
    await isRight(x86, 10);
    const light = Object.values(await x86.legend());
    expect(await violations(page, '.map')).toEqual([]);
    await x86.open('record=700&scheme=order&view=0x0,5&theme=dark');
    await expect
      .poll(async () => Object.values(await x86.legend()).filter((colour) => light.includes(colour)))
      .toEqual([]);
    await isRight(x86, 10);
    expect(await violations(page, '.map')).toEqual([]);
    expect(complaints).toEqual([[], []]);
  });

  /** What the address says when nothing changes it any more. */
  async function settled(map: MapPage): ReturnType<MapPage['shown']> {
    let before = '';
    await expect
      .poll(
        async () => {
          const same = before === (await map.page.evaluate(() => location.hash));
          before = await map.page.evaluate(() => location.hash);
          return same && before.includes('view=');
        },
        { interval: 450 },
      )
      .toBe(true);
    return map.shown();
  }

  /** The colours of pixels of the screen. */
  async function coloursOnScreen(
    page: Page,
    points: readonly (readonly [number, number])[],
  ): Promise<readonly string[]> {
    const picture = (await page.screenshot()).toString('base64');
    // The page itself may not load pictures.
    const other = await browser.newPage();
    const found = await other.evaluate(
      async ([base64, asked]) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        return asked.map(([x, y]) => {
          const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
          return `rgb(${red}, ${green}, ${blue})`;
        });
      },
      [picture, points] as const,
    );
    await other.close();
    return found;
  }
});
