/** Where a map is looked at: the position at its top left corner, and how near. What the address of the page holds. */
export interface MapPlace {
  readonly first: number;
  /** 0 and above: a cell is a frame, and as large as {@link CELL_SIZES} says. Below: a cell is `2^-zoom` frames. */
  readonly zoom: number;
}

/** Edges of a cell in CSS pixels, from one zoom to the next: its area doubles, roughly. */
export const CELL_SIZES: readonly number[] = [2, 3, 4, 6, 8, 11, 16, 23, 32];

/** The nearest zoom. */
export const NEAREST: number = CELL_SIZES.length - 1;

/** Cells in rows. */
export interface MapGrid {
  readonly place: MapPlace;
  /** Edge of a cell in CSS pixels. */
  readonly cell: number;
  /** log2 of the frames of a cell. */
  readonly shift: number;
  /** Cells of a row: 4, 5, 6 or 7 times a power of two, so that blocks lie below each other. */
  readonly columns: number;
  /** Rows that fit. */
  readonly rows: number;
  /** Frames of a row. */
  readonly rowFrames: number;
  /** A row begins at a multiple of so many frames: the power of two that it is made of. */
  readonly unit: number;
}

/** The cells of a map of this size in CSS pixels, looked at from a place. */
export function gridOf(place: MapPlace, width: number, height: number): MapGrid {
  const cell = CELL_SIZES[Math.max(0, place.zoom)] as number;
  const shift = Math.max(0, -place.zoom);
  const [times, power] = rowOf(Math.floor(width / cell));
  const columns = times * power;
  const rows = Math.max(1, Math.floor(height / cell));
  return { place, cell, shift, columns, rows, rowFrames: columns * 2 ** shift, unit: power * 2 ** shift };
}

/** The largest number of at most `most` that is 4 to 7 times a power of two, as these two factors. */
function rowOf(most: number): readonly [times: number, power: number] {
  if (most < 4) return [Math.max(1, most), 1];
  const power = 2 ** (Math.floor(Math.log2(most)) - 2);
  return [Math.floor(most / power), power];
}

/** The place from which all of `length` positions are seen, as large as can be. */
export function fitPlace(length: number, width: number, height: number): MapPlace {
  for (let zoom = NEAREST; ; zoom--) {
    const { rows, rowFrames } = gridOf({ first: 0, zoom }, width, height);
    if (rows * rowFrames >= length || zoom <= -40) return { first: 0, zoom };
  }
}

/** The nearest place that a map of this size and length can be looked at from. */
export function clampPlace({ first, zoom }: MapPlace, length: number, width: number, height: number): MapPlace {
  const furthest = fitPlace(length, width, height).zoom;
  const near = Math.min(NEAREST, Math.max(furthest, zoom));
  const { rows, rowFrames, unit } = gridOf({ first: 0, zoom: near }, width, height);
  const last = Math.max(0, Math.ceil((length - rows * rowFrames) / unit) * unit);
  return { first: Math.min(last, Math.max(0, Math.round(first / unit) * unit)), zoom: near };
}

/** The place nearer or farther by `steps` from which the position at a point is seen at that point again, as near as rows allow. */
export function zoomedPlace(
  grid: MapGrid,
  steps: number,
  at: { readonly x: number; readonly y: number; readonly position: number },
  size: { readonly length: number; readonly width: number; readonly height: number },
): MapPlace {
  const { length, width, height } = size;
  const { zoom } = clampPlace({ first: 0, zoom: grid.place.zoom + steps }, length, width, height);
  const next = gridOf({ first: 0, zoom }, width, height);
  const row = Math.floor(at.y / next.cell);
  const column = Math.min(next.columns - 1, Math.floor(at.x / next.cell));
  const first = at.position - row * next.rowFrames - column * 2 ** next.shift;
  return clampPlace({ first, zoom }, length, width, height);
}

/** The place of this zoom that has a position in the middle of the map. */
export function placeAround(position: number, zoom: number, length: number, width: number, height: number): MapPlace {
  const { rows, rowFrames } = gridOf({ first: 0, zoom }, width, height);
  const row = Math.floor(position / rowFrames) - Math.floor(rows / 2);
  return clampPlace({ first: row * rowFrames, zoom }, length, width, height);
}

/** The cell at a point, or undefined beside the rows. */
export function cellAt(grid: MapGrid, x: number, y: number): number | undefined {
  const [column, row] = [Math.floor(x / grid.cell), Math.floor(y / grid.cell)];
  const inside = column >= 0 && column < grid.columns && row >= 0 && row < grid.rows;
  return inside ? row * grid.columns + column : undefined;
}

/** The first position of a cell. */
export function positionOfCell(grid: MapGrid, cell: number): number {
  return grid.place.first + cell * 2 ** grid.shift;
}

/** The cell that holds a position; undefined if it is not seen. */
export function cellOfPosition(grid: MapGrid, position: number): number | undefined {
  const cell = Math.floor((position - grid.place.first) / 2 ** grid.shift);
  return cell >= 0 && cell < grid.columns * grid.rows ? cell : undefined;
}
