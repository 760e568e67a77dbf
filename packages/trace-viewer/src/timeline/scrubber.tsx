import { count } from '@heaplay/replay';
import { computed, useSignalEffect } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { goTo, record } from '../state/cursor.ts';
import { holdStep } from '../state/location.ts';
import { run } from '../state/runs.ts';
import { duration } from './durations.ts';
import { faded, palette } from './palette.ts';
import { overview } from './pictures.ts';
import { brushed, seenRange, times } from './timeline-state.ts';
import { useWidth } from './use-width.ts';

/** Pixels of the thumb: its middle is where the record is. */
const THUMB = 14;

const HEIGHT = 26;

const told = computed(() => {
  const at = times.value?.[record.value];
  const where = `record ${count(record.value)} of ${count(run.value?.length ?? 0)}`;
  return at === undefined ? where : `${where}, ${duration(at, at / 1000)}`;
});

/** The whole run from its first record to its last, the part of it that is seen, and where somebody is. */
export function Scrubber(): JSX.Element {
  const length = run.value?.length ?? 0;
  const { box, width } = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => paint(canvas.current, width.value));
  const onKeyDown = (event: KeyboardEvent): void => {
    const percent = Math.max(1, Math.round(length / 100));
    const to = new Map([
      ['PageUp', record.peek() + percent],
      ['PageDown', record.peek() - percent],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    goTo(to);
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLInputElement>): void => {
    const release = holdStep();
    for (const end of ['pointerup', 'pointercancel'])
      event.currentTarget.addEventListener(end, release, { once: true });
  };
  return (
    <div class="scrubber" ref={box}>
      <canvas ref={canvas} aria-hidden="true" />
      <input
        type="range"
        aria-label="Record"
        aria-valuetext={told.value}
        min={0}
        max={length}
        value={record.value}
        onInput={(event) => goTo(event.currentTarget.valueAsNumber)}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
      />
    </div>
  );
}

/** Paints free memory over the whole run, and what is seen of it. */
function paint(canvas: HTMLCanvasElement | null, width: number): void {
  const { value: colours } = palette;
  const samples = overview.value?.samples;
  const { value: seen } = seenRange;
  const length = Math.max(1, run.value?.length ?? 1);
  const part = brushed.value !== null;
  const context = canvas?.getContext('2d');
  if (canvas === null || context === null || context === undefined || width === 0) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  context.scale(ratio, ratio);
  const x = (at: number): number => THUMB / 2 + (at / length) * (width - THUMB);
  context.fillStyle = colours.sunken;
  context.fillRect(x(0), 3, x(length) - x(0), HEIGHT - 6);
  if (samples !== undefined) {
    const most = Math.max(
      1,
      samples.freePages.reduce((a, b) => Math.max(a, b), 0),
    );
    context.beginPath();
    context.moveTo(x(0), HEIGHT - 3);
    let y = HEIGHT - 3;
    samples.records.forEach((at, index) => {
      // It stays as it is until the next sample.
      context.lineTo(x(at), y);
      y = HEIGHT - 3 - ((samples.freePages[index] ?? 0) / most) * (HEIGHT - 8);
      context.lineTo(x(at), y);
    });
    context.lineTo(x(samples.records.at(-1) ?? 0), HEIGHT - 3);
    context.fillStyle = faded(colours.quiet, 0.35);
    context.fill();
  }
  if (!part) return;
  const [left, right] = [x(seen.from), x(seen.to)];
  context.fillStyle = faded(colours.accent, 0.25);
  context.fillRect(left, 1, Math.max(right - left, 2), HEIGHT - 2);
  context.strokeStyle = colours.accent;
  context.strokeRect(left + 0.5, 1.5, Math.max(right - left - 1, 2), HEIGHT - 3);
}
