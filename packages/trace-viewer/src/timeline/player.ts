import { computed, effect, signal, untracked } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { Subject, animationFrames, map } from 'rxjs';
import type { RunAxis } from '@heaplay/replay';
import type { Subscription } from 'rxjs';
import { goTo, record } from '../state/cursor.ts';
import { holdStep } from '../state/location.ts';
import { observe } from '../state/observe.ts';
import { run } from '../state/runs.ts';
import { RunScale } from './axis.ts';
import { playback } from './playback.ts';
import type { PlaySettings } from './playback.ts';
import { SPEEDS, brush, brushed, looping, scale, seenRange, speed, times, wantedAxis } from './timeline-state.ts';

/** Records a second at 1×. */
export const RECORDS_PER_SECOND = 60;

/** What 1× means along each axis, for people. */
export const SPEED_MEANINGS: Readonly<Record<RunAxis, string>> = {
  records: `1× is ${RECORDS_PER_SECOND} records a second`,
  time: '1× is as fast as it was recorded',
};

const state = signal<Subscription | null>(null);

/** Is the run being played? */
export const playing: ReadonlySignal<boolean> = computed(() => state.value !== null);

/** Plays from the record that is looked at; from the beginning if that is the end. */
export function play(): void {
  const here = run.peek();
  if (here === undefined || state.peek() !== null) return;
  if (record.peek() >= here.length && looping.peek() === 'off')
    goTo(brushed.peek() === null ? 0 : seenRange.peek().from);
  const whole = computed(() => new RunScale(wantedAxis.value, { from: 0, to: run.value?.length ?? 0 }, times.value));
  const seeks = new Subject<number>();
  const release = holdStep();
  let shown = record.peek();
  // Who goes elsewhere meanwhile goes on from there.
  const stopWatching = effect(() => {
    const { value } = record;
    if (value === shown) return;
    shown = value;
    seeks.next(untracked(() => whole.value.placeOf(value)));
  });
  const axis = whole.peek().axis;
  const playingNow = playback(
    whole.peek().placeOf(shown),
    observe(() => JSON.stringify(settingsOf(whole.value))).pipe(map((text) => JSON.parse(text) as PlaySettings)),
    seeks,
    () => animationFrames(),
  ).subscribe({
    next: (place) => {
      if (whole.peek().axis !== axis) return;
      shown = Math.min(whole.peek().recordOf(place), run.peek()?.length ?? 0);
      goTo(shown);
      follow(shown);
    },
    complete: () => pause(),
  });
  playingNow.add(stopWatching);
  playingNow.add(release);
  if (!playingNow.closed) state.value = playingNow;
}

/** Stops where it is. */
export function pause(): void {
  state.peek()?.unsubscribe();
  state.value = null;
}

/** Plays, or stops playing. */
export function togglePlaying(): void {
  if (state.peek() === null) play();
  else pause();
}

/** Plays faster by so many of {@link SPEEDS}, or slower. */
export function changeSpeed(by: number): void {
  const at = SPEEDS.indexOf(speed.peek()) + by;
  speed.value = SPEEDS[Math.min(Math.max(0, at), SPEEDS.length - 1)] ?? 1;
}

/** Stops when the run or the axis becomes another one, as long as the page is there. */
export function followPlaying(): void {
  effect(() => {
    const key = [run.value?.id, scale.value.axis];
    if (key.length > 0) untracked(pause);
  });
}

function settingsOf(whole: RunScale): PlaySettings {
  const { from, to } = seenRange.value;
  const begin = whole.placeOf(from);
  const [unit, perMillisecond] = whole.axis === 'records' ? [1, RECORDS_PER_SECOND / 1000] : [0, 1e6];
  return {
    rate: perMillisecond * speed.value,
    end: whole.placeOf(whole.range.to),
    loop: looping.value === 'on' ? { from: begin, length: whole.placeOf(to) - begin + unit } : null,
  };
}

/** Keeps the record in sight that is played, page by page. */
function follow(at: number): void {
  const { from, to } = seenRange.peek();
  if (brushed.peek() === null || looping.peek() === 'on' || (at >= from && at <= to)) return;
  const length = run.peek()?.length ?? 0;
  const width = to - from;
  const begin = Math.max(0, Math.min(at, length - width));
  brush({ from: begin, to: begin + width });
}
