import type { JSX } from 'preact';
import { frame, size } from '@heaplay/replay';
import { PAGE_SIZE } from '@heaplay/core';
import { cellOfPosition, rowEdge } from './map-grid.ts';
import type { MapModel } from './map-model.ts';

/** Pixels from one label to the next, at least. */
const APART = 34;

/** The frames that rows begin with, and where holes are folded. */
export function MapGutter({ model }: { readonly model: MapModel }): JSX.Element {
  const [grid, order] = [model.grid.value, model.order.value];
  if (grid === null || order === null) return <div class="map-gutter" aria-hidden="true" />;
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(APART / grid.cellHeight)));
  const folds = order.folds().flatMap(({ position, frames: [first, end] }) => {
    const cell = cellOfPosition(grid, position);
    return cell === undefined ? [] : [{ row: Math.floor(cell / grid.columns), pages: end - first }];
  });
  const labels: { readonly y: number; readonly text: string; readonly isFold: boolean }[] = folds.map((fold) => ({
    y: rowEdge(grid, fold.row),
    text: `⋯ ${size(fold.pages * PAGE_SIZE)}`,
    isFold: true,
  }));
  for (let row = 0; row < grid.rows; row += every) {
    const position = grid.place.first + row * grid.rowFrames;
    const mfn = order.frameAt(position);
    const isNearFold = folds.some((fold) => Math.abs(fold.row - row) * grid.cellHeight < APART / 2);
    if (mfn !== undefined && !isNearFold) labels.push({ y: rowEdge(grid, row), text: frame(mfn), isFold: false });
  }
  return (
    <div class="map-gutter" aria-hidden="true">
      {labels.map(({ y, text, isFold }) => (
        <span key={`${y} ${text}`} class={isFold ? 'map-fold' : ''} style={{ top: `${y}px` }}>
          {text}
        </span>
      ))}
    </div>
  );
}
