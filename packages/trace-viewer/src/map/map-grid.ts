/** Where a map is looked at: the position at its top left corner, and how near. What the address of the page holds. */
export interface MapPlace {
  readonly first: number;
  /** 0 and above: a cell is a frame, and of twice the area with each step. Below: a cell is `2^-zoom` frames. */
  readonly zoom: number;
}

/** The room that a map has, in CSS pixels, and how many pixels of the screen one of them is wide. */
export interface MapRoom {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The nearest zoom. */
export const NEAREST = 8;

/** CSS pixels at the right that a part of the machine leaves to the strip that shows all of it. */
export const STRIP = 32;

/** Area of a cell of zoom 0 in CSS pixels, at least; it is less than twice that. */
const LEAST_AREA = 4;

/** Parts of a row that a map can begin with: a point that is zoomed at stays near where it was. */
const UNITS = 8;

/** Cells in rows. Their edges lie between pixels of the screen, so they are crisp, and no pixel is between two of them. */
export interface MapGrid {
  readonly place: MapPlace;
  /** log2 of the frames of a cell. */
  readonly shift: number;
  /** Cells of a row: a power of two, so blocks of one order lie below each other. */
  readonly columns: number;
  /** Rows that fit. */
  readonly rows: number;
  /** Frames of a row, a power of two. */
  readonly rowFrames: number;
  /** A map begins at a multiple of so many frames: a row, or an eighth of it. */
  readonly unit: number;
  /** Pixels of the screen that all the cells have, across and down. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen in one CSS pixel. */
  readonly ratio: number;
  /** Size of a cell in CSS pixels; a single one is up to one pixel of the screen larger or smaller. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** The outline of a cell, in CSS pixels. */
export interface CellBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Cells as they are before they are fitted to the room. */
interface Layout {
  readonly shift: number;
  readonly columns: number;
  /** Height of a cell in pixels of the screen. */
  readonly cell: number;
  /** Rows that the room has at least. */
  readonly rows: number;
  readonly rowFrames: number;
}

/**
 * Cells are halves of halves of the room's width: as high as wide, or half as high, by turns. So they fill it whatever
 * it is, and a step of zoom doubles their area.
 */
function layoutOf(zoom: number, { width, height, ratio }: MapRoom): Layout {
  const across = Math.max(1, width - STRIP);
  const most = Math.max(0, Math.floor(Math.log2((across * across) / LEAST_AREA)));
  const halvings = Math.max(0, most - Math.max(0, zoom));
  const shift = Math.max(0, -zoom);
  const columns = 2 ** Math.floor(halvings / 2);
  const cell = Math.max(2, Math.round((across * ratio) / 2 ** Math.ceil(halvings / 2)));
  const rows = Math.max(1, Math.floor(Math.floor(height * ratio) / cell));
  return { shift, columns, cell, rows, rowFrames: columns * 2 ** shift };
}

/**
 * The cells of a map of `length` positions in a room, looked at from a place. If all of them are seen the rows are made
 * so high that they fill the room as well.
 */
export function gridOf(place: MapPlace, length: number, room: MapRoom): MapGrid {
  const layout = layoutOf(place.zoom, room);
  const { shift, columns, cell, rowFrames } = layout;
  const { ratio } = room;
  const needed = Math.max(1, Math.ceil(length / rowFrames));
  const isAll = needed <= layout.rows;
  const rows = isAll ? needed : layout.rows;
  const width = Math.max(columns, Math.floor((isAll ? room.width : Math.max(1, room.width - STRIP)) * ratio));
  const height = isAll
    ? Math.max(rows * cell, Math.min(Math.floor(room.height * ratio), 2 * rows * cell))
    : rows * cell;
  const unit = Math.max(2 ** shift, rowFrames / UNITS);
  const cellWidth = width / columns / ratio;
  const cellHeight = height / rows / ratio;
  return { place, shift, columns, rows, rowFrames, unit, width, height, ratio, cellWidth, cellHeight };
}

/** The place from which all of `length` positions are seen, as large as can be. */
export function fitPlace(length: number, room: MapRoom): MapPlace {
  for (let zoom = NEAREST; ; zoom--) {
    const { rows, rowFrames } = layoutOf(zoom, room);
    if (rows * rowFrames >= length || zoom <= -40) return { first: 0, zoom };
  }
}

/** The nearest place that a map of this length can be looked at from in a room. */
export function clampPlace({ first, zoom }: MapPlace, length: number, room: MapRoom): MapPlace {
  const near = Math.min(NEAREST, Math.max(fitPlace(length, room).zoom, zoom));
  const { rows, rowFrames, unit } = gridOf({ first: 0, zoom: near }, length, room);
  const last = Math.max(0, Math.ceil((length - rows * rowFrames) / unit) * unit);
  return { first: Math.min(last, Math.max(0, Math.round(first / unit) * unit)), zoom: near };
}

/** The place nearer or farther by `steps` from which the position at a point is seen at that point again, as near as rows allow. */
export function zoomedPlace(
  grid: MapGrid,
  steps: number,
  at: { readonly x: number; readonly y: number; readonly position: number },
  length: number,
  room: MapRoom,
): MapPlace {
  const { zoom } = clampPlace({ first: 0, zoom: grid.place.zoom + steps }, length, room);
  const next = gridOf({ first: 0, zoom }, length, room);
  const row = Math.min(next.rows - 1, Math.floor(at.y / next.cellHeight));
  const column = Math.min(next.columns - 1, Math.floor(at.x / next.cellWidth));
  const first = at.position - row * next.rowFrames - column * 2 ** next.shift;
  const place = clampPlace({ first, zoom }, length, room);
  // Maps begin at whole units: at the upper or lower border that may leave the position outside.
  const past = at.position - place.first - next.rows * next.rowFrames;
  if (past >= 0) return clampPlace({ first: place.first + past + next.unit, zoom }, length, room);
  return at.position >= place.first ? place : { first: Math.floor(at.position / next.unit) * next.unit, zoom };
}

/** The place of this zoom that has a position in the middle of the map. */
export function placeAround(position: number, zoom: number, length: number, room: MapRoom): MapPlace {
  const { rows, rowFrames } = gridOf({ first: 0, zoom }, length, room);
  const row = Math.floor(position / rowFrames) - Math.floor(rows / 2);
  return clampPlace({ first: row * rowFrames, zoom }, length, room);
}

/** Where a column begins, in CSS pixels; that of {@link MapGrid.columns}: where the rows end. */
export function columnEdge({ columns, width, ratio }: MapGrid, column: number): number {
  return edge(column, columns, width) / ratio;
}

/** Where a row begins, in CSS pixels. */
export function rowEdge({ rows, height, ratio }: MapGrid, row: number): number {
  return edge(row, rows, height) / ratio;
}

/** Where the `at`-th of `parts` begins that so many pixels are divided into. */
export function edge(at: number, parts: number, pixels: number): number {
  return Math.round((at * pixels) / parts);
}

/** The outline of a cell. */
export function cellBox(grid: MapGrid, cell: number): CellBox {
  const [column, row] = [cell % grid.columns, Math.floor(cell / grid.columns)];
  const [x, y] = [columnEdge(grid, column), rowEdge(grid, row)];
  return { x, y, width: columnEdge(grid, column + 1) - x, height: rowEdge(grid, row + 1) - y };
}

/** The cell at a point in CSS pixels, or undefined beside the rows. */
export function cellAt(grid: MapGrid, x: number, y: number): number | undefined {
  const column = partAt(x * grid.ratio, grid.columns, grid.width);
  const row = partAt(y * grid.ratio, grid.rows, grid.height);
  return column === undefined || row === undefined ? undefined : row * grid.columns + column;
}

function partAt(pixel: number, parts: number, pixels: number): number | undefined {
  if (pixel < 0 || pixel >= pixels) return undefined;
  const near = Math.min(parts - 1, Math.floor((pixel * parts) / pixels));
  if (edge(near, parts, pixels) > pixel) return near - 1;
  return edge(near + 1, parts, pixels) <= pixel ? near + 1 : near;
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
