import { edge } from './map-grid.ts';
import type { MapGrid } from './map-grid.ts';

/** Pixels that are written one by one. */
const FEW = 32;

/** Rows of pixels of the screen. */
export interface PixelRows {
  readonly from: number;
  readonly to: number;
}

/**
 * Writes a picture with a pixel for each cell into one with a pixel for each pixel of the screen. `before`: the cells
 * that are there already; rows that are the same are left. Returns the rows of the screen that were written.
 */
export function enlarge(cells: Uint32Array, grid: MapGrid, into: Uint32Array, before?: Uint32Array): PixelRows {
  const { columns, rows, width, height } = grid;
  const edges = Array.from({ length: columns + 1 }, (_, column) => edge(column, columns, width));
  let written: PixelRows = { from: 0, to: 0 };
  for (let row = 0; row < rows; row++) {
    const [start, stop] = [row * columns, (row + 1) * columns];
    if (before !== undefined && isSame(before, cells, start, stop)) continue;
    const [top, bottom] = [edge(row, rows, height), edge(row + 1, rows, height)];
    written = { from: written.to === 0 ? top : written.from, to: bottom };
    for (let from = start; from < stop;) {
      const colour = cells[from] as number;
      let to = from + 1;
      while (to < stop && cells[to] === colour) to++;
      const [left, right] = [
        top * width + (edges[from - start] as number),
        top * width + (edges[to - start] as number),
      ];
      // A call for each of many thousand cells takes longer than their few pixels.
      if (right - left > FEW) into.fill(colour, left, right);
      else for (let at = left; at < right; at++) into[at] = colour;
      from = to;
    }
    for (let y = top + 1; y < bottom; y++) into.copyWithin(y * width, top * width, (top + 1) * width);
  }
  return written;
}

function isSame(a: Uint32Array, b: Uint32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (a[at] !== b[at]) return false;
  return true;
}
