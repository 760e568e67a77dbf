import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { count, frame } from '@heaplay/replay';
import type { CellAnswer } from './map-handlers.ts';
import { reducedMotion, theme } from '../state/theme.ts';
import { cellLines } from './frame-text.ts';
import { MapGutter } from './map-gutter.tsx';
import { onMapKey } from './map-keys.ts';
import { cellBox, cellOfPosition } from './map-grid.ts';
import type { CellBox } from './map-grid.ts';
import type { MapModel } from './map-model.ts';
import { drawCells } from './map-canvas.ts';
import { drawOverlay, isOf } from './map-overlay.ts';
import { MapOverview } from './map-overview.tsx';
import { overlayColours } from './overlay-colours.ts';
import { onMapPointer } from './map-pointer.ts';

/** CSS pixels that what is drawn upon the cells may go beyond them, as `map.css` has it. */
const OVERHANG = 16;
/** Milliseconds for which the frames of a record's call are pointed out. */
const FLASH = 500;

/** The cells themselves, with the addresses of their rows, and a strip of the whole machine beside them. */
export function MapStage({ model, label }: { readonly model: MapModel; readonly label: string }): JSX.Element {
  const room = useRef<HTMLDivElement>(null);
  const cells = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const flash = useSignal(0);

  useEffect(() => {
    const element = room.current as HTMLDivElement;
    const stops = [onMapRoom(element, model), onMapPointer(element, model)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [model]);

  useSignalEffect(() => {
    const [answer, grid] = [model.answer.value, model.grid.value];
    if (cells.current !== null && grid !== null) drawCells(cells.current, answer, grid);
  });

  useSignalEffect(() => {
    const [answer, grid, order] = [model.answer.value, model.grid.value, model.order.value];
    if (overlay.current === null || grid === null || order === null) return;
    const canvas = overlay.current;
    const { width, height, ratio } = model.room.value;
    canvas.width = Math.round((width + 2 * OVERHANG) * ratio);
    canvas.height = Math.round((height + 2 * OVERHANG) * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.setTransform(ratio, 0, 0, ratio, OVERHANG * ratio, OVERHANG * ratio);
    const told = model.told.value;
    drawOverlay(context, {
      grid,
      order,
      answer,
      pinned: model.pinned.value,
      cursor: model.byKeys.value ? model.cursor.value : null,
      told: told === null || model.hovered.value === null ? null : told.question.position,
      marked: model.looked.value?.marked ?? [],
      flash: flash.value,
      colours: overlayColours(canvas, theme.value),
    });
  });

  // What a record's call is about shines for a moment, when one goes to the record: not when the map is moved.
  const shown = useComputed(() => model.answer.value?.record);
  useSignalEffect(() => {
    const { value: record } = shown;
    const touched = model.answer.peek()?.touched ?? null;
    if (record === undefined || touched === null || reducedMotion.peek()) return;
    const began = performance.now();
    let handle = requestAnimationFrame(function fade(now) {
      // The frame's time may lie before the moment at which it was asked for.
      flash.value = Math.min(1, Math.max(0, 1 - (now - began) / FLASH));
      if (flash.value > 0) handle = requestAnimationFrame(fade);
    });
    return () => cancelAnimationFrame(handle);
  });

  const grid = model.grid.value;
  const answer = model.answer.value;
  const isCurrent = answer !== null && grid !== null && isOf(answer, grid);
  return (
    <div class="map-stage">
      <MapGutter model={model} />
      <div class="map-room" ref={room}>
        <canvas
          class="map-cells"
          ref={cells}
          aria-hidden="true"
          data-record={isCurrent ? answer.record : ''}
          data-palette={answer?.question.palette}
        />
        <canvas class="map-overlay" ref={overlay} aria-hidden="true" />
        <div
          class="map-focus"
          role="application"
          aria-roledescription="memory map"
          aria-label={`${label}. ${describeView(model)}`}
          aria-describedby={`${model.pane}-map-keys`}
          tabIndex={0}
          onKeyDown={(event) => onMapKey(event, model)}
          onBlur={() => (model.byKeys.value = false)}
          onFocus={(event) => {
            model.byKeys.value = event.currentTarget.matches(':focus-visible');
            if (model.cursor.peek() === null) model.setCursor(model.grid.peek()?.place.first ?? 0);
          }}
        />
        <p class="unseen" id={`${model.pane}-map-keys`}>
          Arrow keys go from cell to cell, plus and minus zoom, page up and page down move on, home and end go to the
          first and the last frame, enter pins the frame, 0 shows all of the machine, f goes to the pinned frame.
        </p>
        {model.trouble.value !== '' && <p class="map-trouble">{model.trouble.value}</p>}
        {model.answer.value === null && model.trouble.value === '' && (
          <p class="map-trouble">The map is being painted.</p>
        )}
        <MapOverview model={model} />
        <MapTooltip model={model} />
      </div>
    </div>
  );
}

/** What is in view, in a sentence. */
function describeView(model: MapModel): string {
  const [grid, order] = [model.grid.value, model.order.value];
  if (grid === null || order === null) return '';
  if (model.fits.value) return 'All of the machine.';
  const first = model.frameIn(grid.place.first);
  const from = first === undefined ? '' : ` from frame ${frame(first)} on`;
  return `${count(grid.rows * grid.rowFrames)} frames${from}.`;
}

/** Keeps what a map knows of its room right, until what is returned is called. */
function onMapRoom(element: HTMLElement, model: MapModel): () => void {
  let screen: MediaQueryList | undefined;
  const measure = (): void => {
    const { width, height } = element.getBoundingClientRect();
    const ratio = globalThis.devicePixelRatio;
    const room = { width: Math.floor(width), height: Math.floor(height), ratio };
    const before = model.room.peek();
    if (before.width !== room.width || before.height !== room.height || before.ratio !== ratio) model.room.value = room;
    // A window that goes to another screen may stay as large as it is.
    screen?.removeEventListener('change', measure);
    screen = matchMedia(`(resolution: ${ratio}dppx)`);
    screen.addEventListener('change', measure);
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => {
    observer.disconnect();
    screen?.removeEventListener('change', measure);
  };
}

const NO_BOX: CellBox = { x: 0, y: 0, width: 0, height: 0 };
/** CSS pixels between a cell and what is told of it. */
const AWAY = 12;

/** Where there is more to be learnt of the pinned frame. */
function pinnedLine({ frame: facts }: CellAnswer, pinned: number | null): readonly string[] {
  return pinned !== null && facts?.mfn === pinned ? [`${frame(pinned)} is pinned: i opens its Page panel`] : [];
}

/** What the cell below the pointer is, or the one of the keyboard; told aloud for the latter. */
function MapTooltip({ model }: { readonly model: MapModel }): JSX.Element {
  const [told, grid] = [model.told.value, model.grid.value];
  const byPointer = model.hovered.value !== null;
  const lines = told === null ? [] : [...cellLines(told), ...pinnedLine(told, model.pinned.value)];
  const cell = told === null || grid === null ? undefined : cellOfPosition(grid, told.question.position);
  const box = grid === null || cell === undefined ? NO_BOX : cellBox(grid, cell);
  const { width, height } = model.room.value;
  const [right, bottom] = [box.x + box.width + AWAY, box.y + box.height + AWAY];
  const place = {
    ...(right > width - 300 ? { right: `${width - box.x + AWAY}px` } : { left: `${right}px` }),
    ...(bottom > height - 130 ? { bottom: `${height - box.y + AWAY}px` } : { top: `${bottom}px` }),
  };
  return (
    <>
      {lines.length > 0 && (
        <div class="map-tooltip" style={place} aria-hidden="true">
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
      <p class="unseen" role="status">
        {byPointer ? '' : lines.join('; ')}
      </p>
    </>
  );
}
