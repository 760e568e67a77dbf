import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { RunAxis } from '@heaplay/replay';
import { engine } from '../state/engine.ts';
import { count, locationField, oneOf } from '../state/location.ts';
import type { Codec } from '../state/location.ts';
import { observe } from '../state/observe.ts';
import { run } from '../state/runs.ts';
import { keepUp } from '../remote/keep-up.ts';
import { map, of } from 'rxjs';
import { RunScale } from './axis.ts';
import type { RecordRange, RecordTimes } from './axis.ts';
import { DEFAULT_TRACKS, TRACK_IDS } from './track-ids.ts';
import type { TrackId } from './track-ids.ts';

const rangeCodec: Codec<RecordRange | null> = {
  parse: (text) => {
    const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
    return from === undefined || Number(from) >= Number(to) ? undefined : { from: Number(from), to: Number(to) };
  },
  format: (range) => (range === null ? '' : `${range.from}-${range.to}`),
};

const trackCodec: Codec<readonly TrackId[]> = {
  parse: (text) => TRACK_IDS.filter((id) => text.split(',').includes(id)),
  format: (ids) => (ids.length === 0 ? 'none' : ids.join(',')),
};

/** How fast it may be played. */
export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

const speedCodec: Codec<number> = {
  parse: (text) => SPEEDS.find((one) => String(one) === text),
  format: String,
};

/** The part of the run that was brushed; null: all of it. */
export const brushed: Signal<RecordRange | null> = locationField('range', null, rangeCodec);

/** Along what the tracks are drawn, as far as the trace has times. */
export const wantedAxis: Signal<RunAxis> = locationField<RunAxis>('axis', 'records', oneOf('records', 'time'));

/** The tracks that are shown. */
export const shownTracks: Signal<readonly TrackId[]> = locationField('tracks', DEFAULT_TRACKS, trackCodec, 'replace');

/** How many times as fast as 1×. */
export const speed: Signal<number> = locationField('speed', 1, speedCodec, 'replace');

/** Does playing begin anew at the end of what is seen? */
export const looping: Signal<'on' | 'off'> = locationField<'on' | 'off'>('loop', 'off', oneOf('on', 'off'), 'replace');

/** The order whose changes can be jumped to. */
export const jumpOrder: Signal<number> = locationField('jump', 9, count, 'replace');

/** When the records of the run were made; null: not told, or not yet. */
export const times: Signal<RecordTimes | null> = signal(null);

/** The record below the pointer. */
export const hoveredRecord: Signal<number | null> = signal(null);

/** What is seen of the run. */
export const seenRange: ReadonlySignal<RecordRange> = computed(() => {
  const length = run.value?.length ?? 0;
  const { value } = brushed;
  if (value === null || value.from >= length) return { from: 0, to: length };
  return { from: value.from, to: Math.min(value.to, length) };
});

/** Where records lie in the tracks. */
export const scale: ReadonlySignal<RunScale> = computed(
  () => new RunScale(wantedAxis.value, seenRange.value, times.value),
);

/** Shows a part of the run; all of it if that is what it is. */
export function brush(range: RecordRange | null): void {
  const length = run.peek()?.length ?? 0;
  brushed.value = range === null || (range.from <= 0 && range.to >= length) ? null : range;
}

/** Learns when records were made, also while more come, as long as the page is there. */
export function followTimes(): void {
  let known: { readonly run: number; readonly times: RecordTimes } | null = null;
  // Another run: its times are not known yet.
  effect(() => {
    if (run.value?.id !== known?.run) times.value = null;
  });
  const wanted = observe(() => (run.value === undefined || run.value.duration === 0 ? null : run.value));
  keepUp(wanted, (here) => {
    const before = here === null || known?.run !== here.id ? new Float64Array() : known.times;
    if (here === null) return of(null);
    return engine.ask('recordTimes', { run: here.id, from: before.length }).pipe(
      map((rest) => {
        const all = new Float64Array(before.length + rest.length);
        all.set(before);
        all.set(rest, before.length);
        return { run: here.id, times: all };
      }),
    );
  }).subscribe((learnt) => {
    known = learnt;
    if (learnt !== null && learnt.run === run.peek()?.id) times.value = learnt.times;
  });
}
