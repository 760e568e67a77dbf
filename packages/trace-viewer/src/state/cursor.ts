import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { locationField, optionalFrame } from './location.ts';
import type { Codec } from './location.ts';
import { run } from './runs.ts';

/** A record's number, or the last one there is, whichever that will be. */
const recordOrEnd: Codec<number> = {
  parse: (text) => (/^\d{1,16}$/.test(text) ? Number(text) : undefined),
  format: (value) => (value === Infinity ? '' : String(value)),
};

/** The record that was asked for; `Infinity`: the last one. */
export const wantedRecord: Signal<number> = locationField('record', Infinity, recordOrEnd);

/** The record that is looked at: everything that is seen is the heap behind it. 0 is power-on. */
export const record: ReadonlySignal<number> = computed(() => Math.min(wantedRecord.value, run.value?.length ?? 0));

/** Goes to a record of the run; to the nearest one if it has none of this number. */
export function goTo(wanted: number): void {
  const length = run.peek()?.length ?? 0;
  const nearest = Math.min(Math.max(0, Math.round(wanted)), length);
  wantedRecord.value = nearest === length ? Infinity : nearest;
}

/** The frame that is pinned: its biography, its block and its neighbours are told. */
export const pinnedFrame: Signal<number | null> = locationField<number | null>('frame', null, optionalFrame);

/** The frame below the pointer. */
export const hoveredFrame: Signal<number | null> = signal(null);
