import { enlarge } from './enlarge.ts';
import type { MapGrid } from './map-grid.ts';
import type { MapAnswer } from './map-handlers.ts';
import { isOf } from './map-overlay.ts';

/** What a canvas shows. */
interface Drawn {
  readonly grid: MapGrid;
  readonly cells: Uint32Array;
  readonly image: ImageData;
}

const drawn = new WeakMap<HTMLCanvasElement, Drawn>();

/** Puts a picture onto a canvas, each of its pixels as large as a cell. A picture of another part stays until its own comes. */
export function drawCells(canvas: HTMLCanvasElement, answer: MapAnswer | null, grid: MapGrid): void {
  const { width, height, ratio } = grid;
  if (answer !== null && !isOf(answer, grid)) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width / ratio}px`;
    canvas.style.height = `${height / ratio}px`;
    drawn.delete(canvas);
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  if (answer === null) {
    context.clearRect(0, 0, width, height);
    drawn.delete(canvas);
    return;
  }
  const last = drawn.get(canvas);
  const before = last?.grid.columns === grid.columns && last.grid.rows === grid.rows ? last : undefined;
  const image = before?.image ?? context.createImageData(width, height);
  const { from, to } = enlarge(answer.pixels, grid, new Uint32Array(image.data.buffer), before?.cells);
  if (from < to) context.putImageData(image, 0, 0, 0, from, width, to - from);
  drawn.set(canvas, { grid, cells: answer.pixels, image });
}
