import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { SHARE_LIMITS, shareWithin } from './layout-state.ts';
import './splitter.css';

/** Percent that an arrow key moves the border by; with Shift, and PageUp and PageDown. */
const STEP = 2;
const LEAP = 10;

/** A border behind the map, which is the element before it in the workspace, to be dragged or moved by keys. */
export function Splitter(props: {
  /** Along what the border is moved. */
  readonly along: 'width' | 'height';
  readonly label: string;
  /** What the map has of it, in percent; null: as it is by itself. */
  readonly share: Signal<number | null>;
}): JSX.Element {
  const { along, label, share } = props;
  const bar = useRef<HTMLDivElement>(null);
  const grip = useRef<number | null>(null);
  const now = useSignal(50);
  /** Percent of the workspace that lie before a place, in pixels of the window. */
  const percentAt = (place: number): number => {
    const room = bar.current?.parentElement?.getBoundingClientRect();
    if (room === undefined) return now.peek();
    const [start, size] = along === 'width' ? [room.left, room.width] : [room.top, room.height];
    return ((place - start) / Math.max(1, size)) * 100;
  };
  const edge = (): number => {
    const box = bar.current?.getBoundingClientRect();
    return box === undefined ? 0 : along === 'width' ? box.left : box.top;
  };
  useEffect(() => {
    const { current } = bar;
    const [map, room] = [current?.previousElementSibling ?? null, current?.parentElement ?? null];
    const observer = new ResizeObserver(() => (now.value = Math.round(percentAt(edge()))));
    for (const element of [document.getElementById('map') ?? map, room])
      if (element !== null) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const placeOf = (event: PointerEvent): number => (along === 'width' ? event.clientX : event.clientY);
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.focus();
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = placeOf(event) - edge();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (grip.current !== null) share.value = shareWithin(percentAt(placeOf(event) - grip.current));
  };
  const onPointerUp = (): void => {
    grip.current = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [back, on] = along === 'width' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const here = percentAt(edge());
    const step = event.shiftKey ? LEAP : STEP;
    const to = new Map<string, number | null>([
      [back, here - step],
      [on, here + step],
      ['PageUp', here - LEAP],
      ['PageDown', here + LEAP],
      ['Home', SHARE_LIMITS[0]],
      ['End', SHARE_LIMITS[1]],
      ['Enter', null],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    share.value = to === null ? null : shareWithin(to);
  };
  return (
    <div
      ref={bar}
      class={`splitter ${along}`}
      role="separator"
      aria-label={label}
      aria-orientation={along === 'width' ? 'vertical' : 'horizontal'}
      aria-controls="map"
      aria-valuemin={SHARE_LIMITS[0]}
      aria-valuemax={SHARE_LIMITS[1]}
      aria-valuenow={now.value}
      aria-valuetext={`The map has ${now.value}% of the ${along}`}
      title="Drag, or arrow keys; double click or Enter: as it was"
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onKeyDown={onKeyDown}
      onDblClick={() => (share.value = null)}
    />
  );
}
