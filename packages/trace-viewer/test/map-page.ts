import type { Page } from 'playwright-core';
import type { Timeline } from '@heaplay/replay';
import { FrameOrder } from '../src/map/frame-order.ts';
import type { FrameOrderName } from '../src/map/frame-order.ts';
import { cellAt, cellBox, clampPlace, fitPlace, gridOf, positionOfCell } from '../src/map/map-grid.ts';
import type { MapGrid, MapPlace } from '../src/map/map-grid.ts';
import type { SchemeName } from '../src/map/schemes/scheme.ts';
import { NaiveMap } from './naive-map.ts';

/** What a page shows in its map, by its address. */
export interface ShownMap {
  readonly record: number;
  readonly scheme: SchemeName;
  readonly order: FrameOrderName;
  readonly place: MapPlace | null;
}

/** The map of a page, and what must be in it by the run that the page was given. */
export class MapPage {
  readonly page: Page;
  readonly timeline: Timeline;
  private naive: NaiveMap | undefined;

  constructor(page: Page, timeline: Timeline) {
    this.page = page;
    this.timeline = timeline;
  }

  /** Shows what a fragment of the address says. */
  async open(fragment: string): Promise<void> {
    await this.page.evaluate((text) => {
      location.hash = text;
    }, fragment);
  }

  /** What the address says, once it has settled. */
  async shown(): Promise<ShownMap> {
    const given = new URLSearchParams((await this.page.evaluate(() => location.hash)).slice(1));
    const view = /^(0x[0-9a-f]+),(-?\d+)$/.exec(given.get('view') ?? '');
    return {
      record: Number(given.get('record') ?? this.timeline.length),
      scheme: (given.get('scheme') ?? 'state') as SchemeName,
      order: (given.get('order') ?? 'folded') as FrameOrderName,
      place: view === null ? null : { first: Number(view[1]), zoom: Number(view[2]) },
    };
  }

  /** The cells as they must lie in the room that the page has. */
  async grid({ order, place }: ShownMap): Promise<MapGrid> {
    const box = await this.page.locator('.map-room').boundingBox();
    if (box === null) throw new Error('no map is seen');
    const ratio = await this.page.evaluate(() => devicePixelRatio);
    const room = { width: Math.floor(box.width), height: Math.floor(box.height), ratio };
    const { length } = this.order(order);
    return gridOf(clampPlace(place ?? fitPlace(length, room), length, room), length, room);
  }

  order(name: FrameOrderName): FrameOrder {
    const { machine, heap } = this.timeline.setup;
    return FrameOrder.of(name, machine, heap);
  }

  /** The labels of a cell's frames, each once. */
  labels(shown: ShownMap, grid: MapGrid, cell: number): readonly string[] {
    if (this.naive?.record !== shown.record) this.naive = new NaiveMap(this.timeline, shown.record);
    const { naive } = this;
    const order = this.order(shown.order);
    const found = new Set<string>();
    const first = positionOfCell(grid, cell);
    order.forEachRun(first, first + 2 ** grid.shift, (from, end) => {
      for (let mfn = from; mfn < end; mfn++) found.add(naive.label(shown.scheme, mfn));
    });
    return [...found];
  }

  /** The colours of the legend by the labels of their classes, as `rgb(1, 2, 3)`. */
  async legend(): Promise<Readonly<Record<string, string>>> {
    const more = this.page.locator('.map-more[aria-expanded=false]');
    if (await more.isVisible()) await more.click();
    return this.page.locator('.map-legend').evaluate((legend) => {
      const entries = [...legend.querySelectorAll('.map-class')].map((entry) => {
        const swatch = entry.querySelector('.map-swatch') as HTMLElement;
        return [entry.querySelector('.map-class-name')?.textContent ?? '', getComputedStyle(swatch).backgroundColor];
      });
      return Object.fromEntries(entries) as Record<string, string>;
    });
  }

  /** The colours of points of the canvas, in its own pixels, as `rgb(1, 2, 3)`. */
  colours(points: readonly (readonly [x: number, y: number])[]): Promise<readonly string[]> {
    return this.page.locator('.map-cells').evaluate((canvas: HTMLCanvasElement, asked) => {
      const { width, height } = canvas;
      // A copy, so that the page's own stays where it can be painted fast.
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('there is no canvas to copy to');
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      return asked.map(([x, y]) => {
        const at = 4 * (y * width + x);
        return data[at + 3] === 255 ? `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})` : 'none';
      });
    }, points);
  }

  /** What is wrong with the colours of some cells of one class each, once the page has painted what is asked for: nothing. */
  async wrongCells(random: (below: number) => number): Promise<readonly string[]> {
    const shown = await this.shown();
    const grid = await this.grid(shown);
    const legend = await this.legend();
    const cells: { readonly point: readonly [number, number]; readonly label: string; readonly cell: number }[] = [];
    for (let tries = 0; tries < 60; tries++) {
      const [x, y] = [random(grid.width), random(grid.height)];
      const cell = cellAt(grid, (x + 0.5) / grid.ratio, (y + 0.5) / grid.ratio) as number;
      const labels = this.labels(shown, grid, cell);
      const [label] = labels;
      if (labels.length === 1 && label !== undefined) cells.push({ point: [x, y], label, cell });
    }
    const record = await this.page.locator('.map-cells').getAttribute('data-record');
    const colours = await this.colours(cells.map(({ point }) => point));
    const wrong = cells.flatMap(({ label, cell }, at) =>
      colours[at] === legend[label] ? [] : [`cell ${cell} is ${colours[at]}, but ${label} is ${legend[label]}`],
    );
    if (cells.length < 20) wrong.push(`only ${cells.length} cells are of one class`);
    if (record !== String(shown.record)) wrong.push(`the map shows record "${record}", the address ${shown.record}`);
    return wrong;
  }

  /** The point of the page in the middle of a cell. */
  async pointOf(grid: MapGrid, cell: number): Promise<readonly [x: number, y: number]> {
    const room = await this.page.locator('.map-room').boundingBox();
    const { x, y, width, height } = cellBox(grid, cell);
    return [(room?.x ?? 0) + x + width / 2, (room?.y ?? 0) + y + height / 2];
  }
}
