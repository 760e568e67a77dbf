import { describe, expect, it } from 'vitest';
import { enlarge } from './enlarge.ts';
import {
  NEAREST,
  STRIP,
  cellAt,
  cellBox,
  cellOfPosition,
  clampPlace,
  columnEdge,
  fitPlace,
  gridOf,
  placeAround,
  positionOfCell,
  rowEdge,
  zoomedPlace,
} from './map-grid.ts';
import type { MapGrid, MapRoom } from './map-grid.ts';
import { numbers } from '../../test/random.ts';

const ROOMS: readonly MapRoom[] = [
  { width: 732, height: 299, ratio: 1 },
  { width: 732, height: 299, ratio: 2 },
  { width: 1059, height: 375, ratio: 1 },
  { width: 708, height: 116, ratio: 1.5 },
  { width: 333, height: 501, ratio: 1.25 },
  { width: 130, height: 61, ratio: 1 },
];
const LENGTHS = [1, 100, 4096, 262_112, 524_288, 16_777_216 + 77, 3_221_225_472];

/** Grids of many rooms, lengths and zooms, each at a place somewhere. */
function* grids(): Generator<{ readonly grid: MapGrid; readonly room: MapRoom; readonly length: number }> {
  const random = numbers(7);
  for (const room of ROOMS) {
    for (const length of LENGTHS) {
      const all = fitPlace(length, room);
      for (let zoom = all.zoom; zoom <= NEAREST; zoom++) {
        const place = clampPlace({ first: random(length), zoom }, length, room);
        yield { grid: gridOf(place, length, room), room, length };
      }
    }
  }
}

/** The cells of a row, or of a column, by asking at every pixel of the screen. */
function cellsByPixel(grid: MapGrid, across: boolean): number[] {
  const found: number[] = [];
  for (let at = 0; at < (across ? grid.width : grid.height); at++) {
    const point = (at + 0.5) / grid.ratio;
    found.push((across ? cellAt(grid, point, 0) : cellAt(grid, 0, point)) ?? -1);
  }
  return found;
}

describe('the cells of a map', () => {
  it('[VIEW-MAP-1] a row holds a power of two of frames and has the whole width', () => {
    for (const { grid, room, length } of grids()) {
      expect(Math.log2(grid.rowFrames) % 1).toBe(0);
      expect(Math.log2(grid.columns) % 1).toBe(0);
      expect(grid.place.first % grid.unit).toBe(0);
      const isAll = grid.rows * grid.rowFrames >= length;
      expect(grid.width).toBe(Math.floor((isAll ? room.width : room.width - STRIP) * room.ratio));
      expect(Number.isInteger(grid.height)).toBe(true);
      // In a room with less than a row's height there is a row nevertheless.
      const most = Math.max(room.height * room.ratio, grid.rows === 1 ? grid.height : 0);
      expect(grid.height).toBeLessThanOrEqual(most);
      // Neither pins nor carpets.
      const shape = grid.cellWidth / grid.cellHeight;
      expect(shape).toBeGreaterThan(grid.columns === 1 ? 0 : 0.4);
      expect(shape).toBeLessThan(2.6);
    }
  });

  it('[VIEW-MAP-2] all of a machine fills the room down as well', () => {
    for (const room of ROOMS) {
      for (const length of LENGTHS) {
        const place = fitPlace(length, room);
        const grid = gridOf(place, length, room);
        expect(grid.rows * grid.rowFrames).toBeGreaterThanOrEqual(length);
        expect((grid.rows - 1) * grid.rowFrames).toBeLessThan(length);
        // Of a machine of a few frames the cells are not made larger than can be.
        const least = place.zoom < NEAREST ? 0.85 * Math.floor(room.height * room.ratio) : 0;
        expect(grid.height).toBeGreaterThan(least);
        // One step nearer not all of it would be seen.
        const nearer = gridOf({ first: 0, zoom: place.zoom + 1 }, length, room);
        expect(nearer.rows * nearer.rowFrames < length || place.zoom === NEAREST).toBe(true);
      }
    }
  });

  it('[VIEW-MAP-3] each step of zoom shows half as many frames', () => {
    for (const room of ROOMS.filter(({ height }) => height > 100)) {
      for (let zoom = -8; zoom < NEAREST; zoom++) {
        const [here, nearer] = [zoom, zoom + 1].map((z) => gridOf({ first: 0, zoom: z }, 2 ** 40, room)) as [
          MapGrid,
          MapGrid,
        ];
        const areas = [here, nearer].map((grid) => (grid.cellWidth * grid.cellHeight) / 2 ** grid.shift) as [
          number,
          number,
        ];
        // Heights are whole pixels.
        expect(areas[1] / areas[0]).toBeGreaterThan(1.3);
        expect(areas[1] / areas[0]).toBeLessThan(3);
      }
    }
  });

  it('[VIEW-MAP-4] every pixel belongs to one cell, and a cell is where its outline is', () => {
    for (const { grid } of grids()) {
      for (const across of [true, false]) {
        const cells = cellsByPixel(grid, across);
        expect(cells).not.toContain(-1);
        // Rising by one, all of them, none twice.
        const step = across ? 1 : grid.columns;
        expect([...new Set(cells)]).toEqual(
          Array.from({ length: across ? grid.columns : grid.rows }, (_, at) => at * step),
        );
        expect(cells).toEqual(cells.toSorted((a, b) => a - b));
        for (const cell of new Set(cells)) {
          const { x, y, width, height } = cellBox(grid, cell);
          const [from, size] = across ? [x, width] : [y, height];
          expect(from * grid.ratio).toBeCloseTo(cells.indexOf(cell), 6);
          expect(size * grid.ratio).toBeCloseTo(cells.filter((one) => one === cell).length, 6);
        }
      }
      for (const [x, y] of [
        [-0.1, 0],
        [0, -0.1],
        [columnEdge(grid, grid.columns), 0],
        [0, rowEdge(grid, grid.rows)],
      ] as const) {
        expect(cellAt(grid, x, y)).toBeUndefined();
      }
    }
  });

  it('[VIEW-MAP-5] from a cell to its positions and back', () => {
    const random = numbers(11);
    for (const { grid } of grids()) {
      const cells = grid.columns * grid.rows;
      for (let times = 0; times < 40; times++) {
        const cell = random(cells);
        const position = positionOfCell(grid, cell);
        const frames = 2 ** grid.shift;
        expect(cellOfPosition(grid, position)).toBe(cell);
        expect(cellOfPosition(grid, position + frames - 1)).toBe(cell);
        const { x, y, width, height } = cellBox(grid, cell);
        expect(cellAt(grid, x + width / 2, y + height / 2)).toBe(cell);
      }
      expect(cellOfPosition(grid, grid.place.first - 1)).toBeUndefined();
      expect(cellOfPosition(grid, positionOfCell(grid, cells))).toBeUndefined();
    }
  });

  it('[VIEW-MAP-6] a position that is zoomed at stays near its point, and one that is gone to is seen', () => {
    const random = numbers(13);
    for (const { grid, room, length } of grids()) {
      const cell = random(grid.columns * grid.rows);
      const position = positionOfCell(grid, cell);
      if (position >= length) continue;
      const { x, y, width, height } = cellBox(grid, cell);
      const at = { x: x + width / 2, y: y + height / 2, position };
      for (const steps of [1, -1]) {
        const place = zoomedPlace(grid, steps, at, length, room);
        const next = gridOf(place, length, room);
        const seen = cellOfPosition(next, position);
        expect(seen).toBeDefined();
        // At the ends of the machine, and where all of it is seen, rows cannot be moved.
        const isFree = place.first > 0 && place.first + next.rows * next.rowFrames < length;
        if (!isFree || steps < 0) continue;
        const box = cellBox(next, seen as number);
        const wide = columnEdge(next, next.columns);
        // The strip takes a part of the room where all of the machine was seen before.
        const across = Math.abs(box.x + box.width / 2 - Math.min(at.x, wide));
        expect(Math.min(across, wide - across)).toBeLessThan(wide / 16 + 2 * next.cellWidth);
        expect(Math.abs(box.y + box.height / 2 - at.y)).toBeLessThanOrEqual(1.6 * next.cellHeight);
      }
      const around = gridOf(placeAround(position, NEAREST - 2, length, room), length, room);
      expect(cellOfPosition(around, position)).toBeDefined();
    }
  });

  it('[VIEW-MAP-7] a picture is enlarged pixel by pixel', () => {
    const random = numbers(17);
    const room = { width: 233, height: 97, ratio: 1.5 };
    for (const length of [5000, 262_112]) {
      for (const zoom of [fitPlace(length, room).zoom, 2, 5]) {
        const grid = gridOf(clampPlace({ first: random(length), zoom }, length, room), length, room);
        const cells = Uint32Array.from({ length: grid.columns * grid.rows }, () => random(4) + 1);
        const picture = new Uint32Array(grid.width * grid.height);
        enlarge(cells, grid, picture);
        const naive = Uint32Array.from(picture, (_, at) => {
          const [x, y] = [(at % grid.width) + 0.5, Math.floor(at / grid.width) + 0.5];
          return cells[cellAt(grid, x / grid.ratio, y / grid.ratio) as number] as number;
        });
        expect(Buffer.compare(Buffer.from(picture.buffer), Buffer.from(naive.buffer))).toBe(0);
      }
    }
  });

  it('[VIEW-MAP-8] of a picture like the one before only the rows that differ are enlarged', () => {
    const random = numbers(18);
    const room = { width: 233, height: 97, ratio: 1.5 };
    const grid = gridOf(fitPlace(262_112, room), 262_112, room);
    let cells = Uint32Array.from({ length: grid.columns * grid.rows }, () => random(4) + 1);
    const picture = new Uint32Array(grid.width * grid.height);
    enlarge(cells, grid, picture);
    expect(enlarge(cells.slice(), grid, picture, cells)).toEqual({ from: 0, to: 0 });
    for (let turn = 0; turn < 40; turn++) {
      const next = cells.slice();
      for (let change = random(4); change >= 0; change--) next[random(next.length)] = random(4) + 1;
      const before = picture.slice();
      const { from, to } = enlarge(next, grid, picture, cells);
      const whole = new Uint32Array(picture.length);
      enlarge(next, grid, whole);
      expect(picture).toEqual(whole);
      for (let at = 0; at < picture.length; at++) {
        if (picture[at] === before[at]) continue;
        expect(Math.floor(at / grid.width)).toBeGreaterThanOrEqual(from);
        expect(Math.floor(at / grid.width)).toBeLessThan(to);
      }
      cells = next;
    }
  });
});
