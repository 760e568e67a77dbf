import type { MapModel } from './map-model.ts';

/** Pixels that a wheel turns for a step of zoom. */
const WHEEL_STEP = 60;
/** Pixels that a pointer may move and still click. */
const CLICK = 4;

interface Drag {
  readonly x: number;
  readonly y: number;
  /** First position when it began. */
  readonly first: number;
  moved: boolean;
}

/** Lets a pointer move through a map, until what is returned is called. */
export function onMapPointer(element: HTMLElement, model: MapModel): () => void {
  let drag: Drag | null = null;
  let turned = 0;

  const at = (event: MouseEvent): { x: number; y: number } => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hover = (event: MouseEvent): void => {
    model.byKeys.value = false;
    const { x, y } = at(event);
    const position = model.positionAt(x, y);
    model.hovered.value = position === undefined ? null : (model.frameIn(position) ?? null);
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.shiftKey) {
      const grid = model.grid.peek();
      if (grid !== null) model.pan(Math.sign(event.deltaY + event.deltaX) * grid.rowFrames * Math.ceil(grid.rows / 8));
      return;
    }
    turned += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 20 : event.deltaY;
    const steps = Math.trunc(turned / WHEEL_STEP);
    if (steps === 0) return;
    turned -= steps * WHEEL_STEP;
    const { x, y } = at(event);
    model.zoomAt(x, y, -Math.sign(steps));
    hover(event);
  };
  const onDown = (event: PointerEvent): void => {
    const grid = model.grid.peek();
    if (event.button !== 0 || grid === null) return;
    model.byKeys.value = false;
    element.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY, first: grid.place.first, moved: false };
  };
  const onMove = (event: PointerEvent): void => {
    const grid = model.grid.peek();
    if (drag === null || grid === null) {
      hover(event);
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.hypot(dx, dy) > CLICK) drag.moved = true;
    if (!drag.moved) return;
    const rows = Math.round(dy / grid.cellHeight);
    const unit = grid.unit / 2 ** grid.shift;
    const units = Math.round(dx / grid.cellWidth / unit);
    model.goToPlace({ first: drag.first - rows * grid.rowFrames - units * grid.unit, zoom: grid.place.zoom });
  };
  const onUp = (event: PointerEvent): void => {
    if (drag !== null && !drag.moved) pin(event);
    drag = null;
  };
  const pin = (event: MouseEvent): void => {
    const { x, y } = at(event);
    const position = model.positionAt(x, y);
    const mfn = position === undefined ? undefined : model.frameIn(position);
    if (position === undefined || mfn === undefined) return;
    model.cursor.value = position;
    model.pinned.value = mfn;
  };
  const onLeave = (): void => {
    model.hovered.value = null;
  };
  const onCancel = (): void => {
    drag = null;
  };

  element.addEventListener('wheel', onWheel, { passive: false });
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onCancel);
  element.addEventListener('pointerleave', onLeave);
  return () => {
    element.removeEventListener('wheel', onWheel);
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onUp);
    element.removeEventListener('pointercancel', onCancel);
    element.removeEventListener('pointerleave', onLeave);
  };
}
