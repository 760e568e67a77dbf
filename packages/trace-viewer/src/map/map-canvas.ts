import type { MapGrid } from './map-grid.ts';
import type { MapAnswer } from './map-handlers.ts';
import { isOf } from './map-overlay.ts';

let scratch: HTMLCanvasElement | undefined;

/** Puts a picture onto a canvas, each of its pixels as large as a cell. A picture of another part stays until its own comes. */
export function drawCells(canvas: HTMLCanvasElement, answer: MapAnswer | null, grid: MapGrid, ratio: number): void {
  const { columns, rows, cell } = grid;
  const [width, height] = [Math.round(columns * cell * ratio), Math.round(rows * cell * ratio)];
  if (answer !== null && !isOf(answer, grid)) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${columns * cell}px`;
    canvas.style.height = `${rows * cell}px`;
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.clearRect(0, 0, width, height);
  if (answer === null) return;
  const image = new ImageData(new Uint8ClampedArray(answer.pixels.buffer), columns, rows);
  if (width === columns && height === rows) {
    context.putImageData(image, 0, 0);
    return;
  }
  scratch ??= document.createElement('canvas');
  if (scratch.width !== columns || scratch.height !== rows) {
    scratch.width = columns;
    scratch.height = rows;
  }
  scratch.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(scratch, 0, 0, width, height);
}
