import type { MfnRange } from '@heaplay/core';
import type { FrameOrder } from './frame-order.ts';
import { cellBox, cellOfPosition, columnEdge, rowEdge } from './map-grid.ts';
import type { CellBox, MapGrid } from './map-grid.ts';
import type { MapAnswer } from './map-handlers.ts';
import { classColour, cssColour, inkUpon } from './palette.ts';
import { MIXED, NO_FRAME } from './painter.ts';
import { patternTile } from './pattern-tile.ts';
import { describeClass } from './schemes/all-schemes.ts';

/** From this edge of a cell on, in CSS pixels, patterns and the borders of blocks can be seen. */
const OUTLINED_CELL = 5.5;
/** From this height on, a block tells its order. */
const LABELLED_CELL = 11;
/** From this edge on, cells have borders of their own. */
const RULED_CELL = 13;

/** Are cells so large that the borders of blocks can be seen? */
export function isOutlined({ cellWidth, cellHeight }: MapGrid): boolean {
  return Math.min(cellWidth, cellHeight) >= OUTLINED_CELL;
}

/** Colours of what is drawn upon a map, as style sheets write them. */
export interface OverlayColours {
  readonly ground: string;
  readonly text: string;
  readonly accent: string;
  readonly focus: string;
}

/** What is drawn upon the cells. */
export interface OverlayScene {
  readonly grid: MapGrid;
  readonly order: FrameOrder;
  readonly answer: MapAnswer | null;
  readonly pinned: number | null;
  readonly cursor: number | null;
  readonly told: number | null;
  readonly marked: readonly MfnRange[];
  /** How bright the frames of the record's call still are, 1 to 0. */
  readonly flash: number;
  readonly colours: OverlayColours;
}

/** Draws what lies upon the cells: patterns, borders of blocks, what is pinned and pointed at. */
export function drawOverlay(context: CanvasRenderingContext2D, scene: OverlayScene): void {
  const { grid, answer, colours } = scene;
  if (answer !== null && isOf(answer, grid)) {
    if (isOutlined(grid)) drawPatterns(context, grid, answer);
    if (Math.min(grid.cellWidth, grid.cellHeight) >= RULED_CELL) drawRules(context, grid, colours.ground);
    drawBlocks(context, grid, answer, colours);
    if (answer.touched !== null) {
      drawRange(context, scene, answer.touched, colours.accent, 2);
      if (scene.flash > 0) drawRing(context, scene, answer.touched[0], colours.accent, scene.flash);
    }
  }
  drawFolds(context, scene);
  for (const range of scene.marked) drawRange(context, scene, range, colours.focus, 2);
  if (scene.pinned !== null) drawPin(context, scene, scene.pinned);
  if (scene.told !== null) drawCell(context, grid, scene.told, colours.text, 1);
  if (scene.cursor !== null) drawCell(context, grid, scene.cursor, colours.focus, 2);
}

/** Is a picture one of this grid, and not of what was seen before? */
export function isOf({ question }: MapAnswer, { place, shift, columns, rows }: MapGrid): boolean {
  return question.first === place.first && question.shift === shift && question.cells === columns * rows;
}

function drawPatterns(context: CanvasRenderingContext2D, grid: MapGrid, answer: MapAnswer): void {
  const { columns, ratio } = grid;
  const { classes, question, callers } = answer;
  for (let from = 0; from < classes.length;) {
    const id = classes[from] as number;
    let to = from + 1;
    while (to < classes.length && classes[to] === id && to % columns !== 0) to++;
    if (id !== MIXED && id !== NO_FRAME && (question.highlight === null || question.highlight === id)) {
      const described = describeClass(question.scheme, id, { callers });
      const tile = patternTile(described.pattern, inkUpon(classColour(described, question.palette, false)), ratio);
      const pattern = tile === null ? null : context.createPattern(tile, 'repeat');
      if (pattern !== null) {
        // The tile has a pixel for each of the screen's.
        pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
        context.fillStyle = pattern;
        const { x, y, height } = cellBox(grid, from);
        context.fillRect(x, y, columnEdge(grid, (from % columns) + to - from) - x, height);
      }
    }
    from = to;
  }
}

function drawRules(context: CanvasRenderingContext2D, grid: MapGrid, ground: string): void {
  const [right, bottom] = [columnEdge(grid, grid.columns), rowEdge(grid, grid.rows)];
  context.strokeStyle = ground;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 1; column < grid.columns; column++) {
    const x = columnEdge(grid, column) + 0.5;
    line(context, x, 0, x, bottom);
  }
  for (let row = 1; row < grid.rows; row++) {
    const y = rowEdge(grid, row) + 0.5;
    line(context, 0, y, right, y);
  }
  context.stroke();
  context.globalAlpha = 1;
}

function line(context: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  context.moveTo(x, y);
  context.lineTo(toX, toY);
}

function drawBlocks(
  context: CanvasRenderingContext2D,
  grid: MapGrid,
  { blocks, question, classes, callers }: MapAnswer,
  colours: OverlayColours,
): void {
  context.strokeStyle = colours.ground;
  context.lineWidth = grid.cellHeight >= LABELLED_CELL ? 2 : 1;
  context.beginPath();
  for (let at = 0; at < blocks.length; at += 3) {
    traceRange(context, grid, blocks[at] as number, (blocks[at] as number) + (blocks[at + 1] as number));
  }
  context.stroke();
  if (grid.cellHeight < LABELLED_CELL) return;
  context.font = `${Math.min(13, Math.floor(grid.cellHeight) - 2)}px ui-monospace, 'DejaVu Sans Mono', monospace`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let at = 0; at < blocks.length; at += 3) {
    const [position, frames, order] = [blocks[at] as number, blocks[at + 1] as number, blocks[at + 2] as number];
    const cell = cellOfPosition(grid, position) ?? 0;
    const id = classes[cell] as number;
    const box = cellBox(grid, cell);
    const across = columnEdge(grid, Math.min((cell % grid.columns) + frames, grid.columns)) - box.x;
    const text = String(order);
    if (id >= NO_FRAME || across < text.length * 8 + 4) continue;
    const faded = question.highlight !== null && question.highlight !== id;
    const colour = classColour(describeClass(question.scheme, id, { callers }), question.palette, faded);
    const [x, y] = [box.x + across / 2, box.y + box.height / 2];
    const width = text.length * 8 + 2;
    context.fillStyle = cssColour(colour);
    context.fillRect(x - width / 2, box.y + 2, width, box.height - 4);
    context.fillStyle = inkUpon(colour);
    context.fillText(text, x, y + 0.5);
  }
}

/** The outline of the cells of `[from, to)`, as far as they are seen: of rows that follow each other one shape. */
function traceRange(context: CanvasRenderingContext2D, grid: MapGrid, from: number, to: number): void {
  const { columns, shift, place } = grid;
  const total = columns * grid.rows;
  const first = Math.max(0, Math.floor((from - place.first) / 2 ** shift));
  const end = Math.min(total, Math.ceil((to - place.first) / 2 ** shift));
  if (first >= end) return;
  const [top, bottom] = [Math.floor(first / columns), Math.floor((end - 1) / columns)];
  const [left, right] = [columnEdge(grid, first % columns), columnEdge(grid, ((end - 1) % columns) + 1)];
  const width = columnEdge(grid, columns);
  const [upper, lower] = [rowEdge(grid, top), rowEdge(grid, bottom + 1)];
  if (top === bottom) {
    context.rect(left + 0.5, upper + 0.5, right - left - 1, lower - upper - 1);
    return;
  }
  const [second, last] = [rowEdge(grid, top + 1), rowEdge(grid, bottom)];
  context.moveTo(left + 0.5, upper + 0.5);
  context.lineTo(width - 0.5, upper + 0.5);
  context.lineTo(width - 0.5, (right === width ? lower : last) - 0.5);
  if (right < width) {
    context.lineTo(right - 0.5, last - 0.5);
    context.lineTo(right - 0.5, lower - 0.5);
  }
  context.lineTo(0.5, lower - 0.5);
  context.lineTo(0.5, (left === 0 ? upper : second) + 0.5);
  if (left > 0) context.lineTo(left + 0.5, second + 0.5);
  context.closePath();
}

function drawRange(
  context: CanvasRenderingContext2D,
  { grid, order, colours }: OverlayScene,
  [first, end]: MfnRange,
  colour: string,
  width: number,
): void {
  // A line upon a broader one of the ground: it is seen on any colour.
  for (const [style, lineWidth] of [
    [colours.ground, width + 2],
    [colour, width],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = lineWidth;
    context.beginPath();
    order.forEachPosition(first, end, (from, to) => traceRange(context, grid, from, to));
    context.stroke();
  }
}

function drawCell(
  context: CanvasRenderingContext2D,
  grid: MapGrid,
  position: number,
  colour: string,
  width: number,
): void {
  const box = boxOf(grid, position);
  if (box === undefined) return;
  context.strokeStyle = colour;
  context.lineWidth = width;
  const room = (isOutlined(grid) ? 0 : 2) + 0.5;
  context.strokeRect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
}

/** The outline of the cell of a position; undefined if it is not seen. */
function boxOf(grid: MapGrid, position: number | undefined): CellBox | undefined {
  const cell = position === undefined ? undefined : cellOfPosition(grid, position);
  return cell === undefined ? undefined : cellBox(grid, cell);
}

function middleOf({ x, y, width, height }: CellBox): readonly [x: number, y: number] {
  return [x + width / 2, y + height / 2];
}

/** A pin: a ring around the cell with four ticks, larger than any cell that could hide it. */
function drawPin(context: CanvasRenderingContext2D, { grid, order, colours }: OverlayScene, mfn: number): void {
  const box = boxOf(grid, order.positionOf(mfn));
  if (box === undefined) return;
  const [x, y] = middleOf(box);
  const radius = Math.max(6, Math.min(box.width, box.height) * 0.75);
  for (const [style, width] of [
    [colours.ground, 5],
    [colours.text, 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [0, -1],
      [0, 1],
      [-1, 0],
      [1, 0],
    ] as const) {
      line(context, x + dx * radius, y + dy * radius, x + dx * (radius + 4), y + dy * (radius + 4));
    }
    context.stroke();
  }
}

function drawRing(
  context: CanvasRenderingContext2D,
  { grid, order }: OverlayScene,
  mfn: number,
  colour: string,
  flash: number,
): void {
  const box = boxOf(grid, order.positionOf(mfn));
  if (box === undefined) return;
  const [x, y] = middleOf(box);
  context.strokeStyle = colour;
  context.globalAlpha = flash;
  context.lineWidth = 3;
  context.beginPath();
  context.arc(x, y, Math.max(grid.cellWidth, 6) + (1 - flash) * 18, 0, 2 * Math.PI);
  context.stroke();
  context.globalAlpha = 1;
}

/** Where holes are folded: a broken line, so that nobody takes the frames on its sides for neighbours. */
function drawFolds(context: CanvasRenderingContext2D, { grid, order, colours }: OverlayScene): void {
  for (const { position } of order.folds()) {
    const cell = cellOfPosition(grid, position);
    if (cell === undefined) continue;
    const { x, y, height } = cellBox(grid, cell);
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.beginPath();
    line(context, x, y, columnEdge(grid, grid.columns), y);
    if (x > 0) {
      line(context, 0, y + height, x, y + height);
      line(context, x, y, x, y + height);
    }
    context.stroke();
    context.setLineDash([]);
  }
}
