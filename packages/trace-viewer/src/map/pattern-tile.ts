import type { Pattern } from './schemes/scheme.ts';

/** Edge of a tile in CSS pixels: what is repeated. */
const TILE = 8;

const tiles = new Map<string, HTMLCanvasElement | null>();

/** A tile of a pattern for a screen with so many pixels in a CSS pixel, to be repeated; null for none. */
export function patternTile(pattern: Pattern, ink: string, ratio: number): HTMLCanvasElement | null {
  const key = `${pattern} ${ink} ${ratio}`;
  let tile = tiles.get(key);
  if (tile === undefined) {
    tile = pattern === 'none' ? null : drawTile(pattern, ink, ratio);
    tiles.set(key, tile);
  }
  return tile;
}

function drawTile(pattern: Pattern, ink: string, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(TILE * ratio);
  canvas.height = canvas.width;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.scale(canvas.width / TILE, canvas.width / TILE);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (const [x, y, toX, toY] of LINES[pattern]) {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
  }
  context.stroke();
  if (pattern === 'dots') {
    context.fillRect(1, 1, 2, 2);
    context.fillRect(5, 5, 2, 2);
  }
  return canvas;
}

type Line = readonly [x: number, y: number, toX: number, toY: number];

const UP: readonly Line[] = [
  [-1, TILE + 1, TILE + 1, -1],
  [-1, 1, 1, -1],
  [TILE - 1, TILE + 1, TILE + 1, TILE - 1],
];
const DOWN: readonly Line[] = [
  [-1, -1, TILE + 1, TILE + 1],
  [-1, TILE - 1, 1, TILE + 1],
  [TILE - 1, -1, TILE + 1, 1],
];

const LINES: Readonly<Record<Pattern, readonly Line[]>> = {
  none: [],
  dots: [],
  diagonal: UP,
  back: DOWN,
  cross: [...UP, ...DOWN],
  horizontal: [
    [0, 1.5, TILE, 1.5],
    [0, 5.5, TILE, 5.5],
  ],
  vertical: [
    [1.5, 0, 1.5, TILE],
    [5.5, 0, 5.5, TILE],
  ],
};
