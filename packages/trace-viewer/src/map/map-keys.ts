import { registerKeys } from '../state/keys.ts';
import type { MapModel } from './map-model.ts';

/** Does to a map what a key stands for. */
export function onMapKey(event: KeyboardEvent, model: MapModel): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const [grid, order] = [model.grid.peek(), model.order.peek()];
  if (grid === null || order === null) return;
  const far = event.shiftKey ? 8 : 1;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => model.moveCursor(-far, 0),
    ArrowRight: () => model.moveCursor(far, 0),
    ArrowUp: () => model.moveCursor(0, -far),
    ArrowDown: () => model.moveCursor(0, far),
    PageUp: () => model.moveCursor(0, -grid.rows),
    PageDown: () => model.moveCursor(0, grid.rows),
    Home: () => model.setCursor(0),
    End: () => model.setCursor(order.length - 1),
    '+': () => model.zoom(1),
    '=': () => model.zoom(1),
    '-': () => model.zoom(-1),
    _: () => model.zoom(-1),
    '0': () => model.fit(),
    f: () => showPinned(model),
    Enter: () => pinCursor(model),
    ' ': () => pinCursor(model),
    Escape: () => (model.pinned.value = null),
  };
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  // What is told from now on is the cell of the keyboard, until it is sent away.
  model.hovered.value = null;
  model.byKeys.value = event.key !== 'Escape';
  act();
}

function showPinned(model: MapModel): void {
  const pinned = model.pinned.peek();
  if (pinned !== null) model.showFrame(pinned);
}

function pinCursor(model: MapModel): void {
  const cursor = model.cursor.peek();
  const mfn = cursor === null ? undefined : model.frameIn(cursor);
  if (mfn !== undefined) model.pinned.value = mfn;
}

/** Tells the page of the keys of a map, once. */
export function registerMapKeys(): void {
  registerKeys({
    title: 'In the map',
    bindings: [
      { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], what: 'Go from cell to cell; with Shift, eight' },
      { keys: ['PageUp', 'PageDown'], what: 'A page up or down' },
      { keys: ['Home', 'End'], what: 'To the first frame, or the last one' },
      { keys: ['Enter', ' '], what: 'Pin the frame' },
      { keys: ['Escape'], what: 'Pin nothing, and hide what is told of a cell' },
      { keys: ['f'], what: 'Show the pinned frame' },
      { keys: ['+', '-'], what: 'Zoom in or out' },
      { keys: ['0'], what: 'Show all memory' },
      { keys: [], shown: ['Click'], what: 'Pin this frame' },
      { keys: [], shown: ['Drag'], what: 'Move the map' },
      { keys: [], shown: ['Wheel'], what: 'Zoom; with Shift, move the map' },
    ],
  });
}
