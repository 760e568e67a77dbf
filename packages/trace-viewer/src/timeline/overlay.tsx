import { useSignal, useSignalEffect } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { goTo, record } from '../state/cursor.ts';
import { holdStep } from '../state/location.ts';
import { run } from '../state/runs.ts';
import type { RunScale } from './axis.ts';
import { AXIS_WIDTH, GUTTER_WIDTH } from './measures.ts';
import { brush, hoveredRecord, scale } from './timeline-state.ts';

/** Pixels that a pointer may move and it is still a click. */
const CLICK = 4;

interface Drag {
  readonly kind: 'brush' | 'pan';
  readonly from: number;
  readonly scale: RunScale;
  readonly release: () => void;
}

/** What lies over all tracks: where somebody is, where the pointer is, and the part that is being brushed. */
export function Overlay({ width }: { readonly width: ReadonlySignal<number> }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const band = useSignal<{ readonly from: number; readonly to: number } | null>(null);
  const plot = Math.max(0, width.value - AXIS_WIDTH);
  // Moved without passing through the components: it moves 60 times a second.
  useSignalEffect(() => {
    const share = scale.value.share(scale.value.placeOf(record.value));
    if (line.current === null) return;
    line.current.hidden = share < 0 || share > 1;
    line.current.style.transform = `translateX(${share * Math.max(0, width.value - AXIS_WIDTH)}px)`;
  });
  useEffect(() => {
    const { current } = box;
    // A page may stop a wheel from scrolling only where it says so before.
    current?.addEventListener('wheel', onWheel, { passive: false });
    return () => current?.removeEventListener('wheel', onWheel);
  }, []);
  const shareOf = (event: PointerEvent): number => {
    const { left, width: wide } = (box.current as HTMLDivElement).getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, wide)));
  };
  const stop = (): void => {
    drag.current?.release();
    drag.current = null;
    band.value = null;
  };
  useEffect(() => {
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || drag.current === null) return;
      event.stopPropagation();
      stop();
    };
    document.addEventListener('keydown', onEscape, { capture: true });
    return () => document.removeEventListener('keydown', onEscape, { capture: true });
  }, []);
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const kind = event.shiftKey ? 'pan' : 'brush';
    drag.current = { kind, from: shareOf(event), scale: scale.peek(), release: holdStep() };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const share = shareOf(event);
    hoveredRecord.value = scale.peek().recordAt(share);
    if (drag.current === null) return;
    const { kind, from } = drag.current;
    if (kind === 'pan') brush(drag.current.scale.moved(from - share, run.peek()?.length ?? 0));
    else if (Math.abs(share - from) * plot > CLICK)
      band.value = { from: Math.min(from, share), to: Math.max(from, share) };
  };
  const onPointerUp = (event: PointerEvent): void => {
    const share = shareOf(event);
    const brushedBand = band.value;
    const kind = drag.current?.kind;
    const here = scale.peek();
    if (kind === 'brush' && brushedBand !== null) {
      const [from, to] = [here.recordAt(brushedBand.from), here.recordAt(brushedBand.to)];
      if (to > from) brush({ from, to });
    } else if (kind === 'brush') goTo(here.recordAt(share));
    stop();
  };
  const hovered = hoveredRecord.value;
  return (
    <div
      class="overlay"
      ref={box}
      style={{ left: `${GUTTER_WIDTH + AXIS_WIDTH}px` }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={stop}
      onPointerLeave={() => (hoveredRecord.value = null)}
      onDblClick={() => brush(null)}
    >
      <div class="cursor-line" ref={line} />
      {hovered !== null && (
        <div class="hover-line" style={{ left: `${scale.value.share(scale.value.placeOf(hovered)) * 100}%` }} />
      )}
      {band.value !== null && (
        <div
          class="band"
          style={{ left: `${band.value.from * 100}%`, width: `${(band.value.to - band.value.from) * 100}%` }}
        />
      )}
    </div>
  );
}

function onWheel(event: WheelEvent): void {
  const { currentTarget, deltaX, deltaY, deltaMode, clientX } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const { left, width } = currentTarget.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
  const length = run.peek()?.length ?? 0;
  const lines = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
  const sideways = event.shiftKey && deltaX === 0 ? deltaY : deltaX;
  if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : deltaY)) {
    brush(scale.peek().moved((sideways * lines) / Math.max(1, width), length));
  } else brush(scale.peek().zoomed(1.0018 ** (deltaY * lines), share, length));
}
