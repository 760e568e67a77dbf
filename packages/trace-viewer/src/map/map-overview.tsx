import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { MapModel } from './map-model.ts';
import { OVERVIEW_CELL, OVERVIEW_COLUMNS } from './map-model.ts';
import { placeAround } from './map-grid.ts';

/** The whole machine as a strip, and which part of it is seen. For the pointer: keys have their own ways. */
export function MapOverview({ model }: { readonly model: MapModel }): JSX.Element | null {
  const canvas = useRef<HTMLCanvasElement>(null);
  const window = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const { value: answer } = model.overview;
    const grid = model.grid.value;
    const element = canvas.current;
    if (answer === null || element === null || grid === null) return;
    const { cells, shift } = answer.question;
    const rows = cells / OVERVIEW_COLUMNS;
    element.width = OVERVIEW_COLUMNS;
    element.height = rows;
    const image = new ImageData(new Uint8ClampedArray(answer.pixels.buffer), OVERVIEW_COLUMNS, rows);
    element.getContext('2d')?.putImageData(image, 0, 0);
    if (window.current === null) return;
    const all = model.room.value.height;
    const perPixel = (rows * OVERVIEW_COLUMNS * 2 ** shift) / all;
    const height = Math.max(6, (grid.rows * grid.rowFrames) / perPixel);
    window.current.style.top = `${Math.min(grid.place.first / perPixel, all - height)}px`;
    window.current.style.height = `${height}px`;
  });
  if (model.fits.value || model.overview.value === null) return null;
  const { cells, shift } = model.overview.value.question;
  const go = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    // The strip lies upon the cells' room, which would take it for a cell, or for a drag.
    event.stopPropagation();
    model.hovered.value = null;
    const [grid, order] = [model.grid.peek(), model.order.peek()];
    if (event.buttons !== 1 || grid === null || order === null) return;
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const position = Math.floor(((event.clientY - top) / height) * cells) * 2 ** shift;
    model.goToPlace(placeAround(position, grid.place.zoom, order.length, model.room.peek()));
  };
  return (
    <div class="map-overview" aria-hidden="true" title="The whole machine" onPointerDown={go} onPointerMove={go}>
      <canvas ref={canvas} style={{ width: `${OVERVIEW_COLUMNS * OVERVIEW_CELL}px` }} />
      <div class="map-window" ref={window} />
    </div>
  );
}
