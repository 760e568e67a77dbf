import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { RunSample } from '@heaplay/replay';
import { EMPTY, Observable, debounceTime, of, switchMap, throttleTime } from 'rxjs';
import { keepUp } from '../remote/keep-up.ts';
import { record } from '../state/cursor.ts';
import { engine } from '../state/engine.ts';
import { observe } from '../state/observe.ts';
import { run, runId } from '../state/runs.ts';
import type { PictureParams, RunPicture } from './run-picture.ts';
import { brushed, scale, seenRange } from './timeline-state.ts';

/** Samples of a picture: about two for each pixel of a wide screen. */
const POINTS = 1200;

/** Parts in which calls are counted: about one for each bar. */
const PARTS = 300;

/** Milliseconds between two pictures of a run that grows. */
const GROWING = 400;

/** Milliseconds without another range before a finer picture of it is asked for. */
const RESTING = 60;

/** The whole run. */
export const overview: Signal<RunPicture | null> = signal(null);

const detail = signal<RunPicture | null>(null);

/** What the tracks are drawn from: the finest picture that has all of what is seen. */
export const picture: ReadonlySignal<RunPicture | null> = computed(() => {
  const { from, to } = seenRange.value;
  const close = detail.value;
  if (brushed.value !== null && close !== null && close.run === runId.value && close.from <= from && close.to >= to) {
    return close;
  }
  return overview.value?.run === runId.value ? overview.value : null;
});

/** The figures behind the record that is looked at; for a moment those of another one. */
export const valuesHere: Signal<RunSample | null> = signal(null);

/** Draws pictures of what is seen as long as the page is there. */
export function followPictures(): void {
  const axis = computed(() => scale.value.axis);
  // A run that has stopped growing is drawn finely.
  const key = (params: PictureParams | null, growing = false): string => JSON.stringify([params, growing]);
  const whole = computed(() => {
    const here = run.value;
    if (here === undefined) return key(null);
    return key(paramsOf(here.id, 0, here.length, axis.value), here.growing);
  });
  const part = computed(() => {
    const { from, to } = seenRange.value;
    const here = run.value;
    if (brushed.value === null || here === undefined) return key(null);
    return key(paramsOf(here.id, from, to, axis.value), here.growing);
  });
  observe(() => whole.value)
    .pipe(throttleTime(GROWING, undefined, { leading: true, trailing: true }), switchMap(draw))
    .subscribe((drawn) => (overview.value = drawn));
  observe(() => part.value)
    .pipe(debounceTime(RESTING), switchMap(draw))
    .subscribe((drawn) => (detail.value = drawn));
  const place = observe(() => (run.value === undefined ? null : `${runId.value} ${record.value}`));
  keepUp(place, (text) => {
    if (text === null) return EMPTY;
    const [id = 0, at = 0] = text.split(' ').map(Number);
    return engine.ask('valuesAt', { run: id, record: at });
  }).subscribe((values) => (valuesHere.value = values));
}

function paramsOf(id: number, from: number, to: number, axis: PictureParams['axis']): PictureParams {
  return { run: id, from, to, axis, points: POINTS, parts: PARTS };
}

/** Asks for a picture: a rough one comes first. */
function draw(text: string): Observable<RunPicture | null> {
  const [params] = JSON.parse(text) as [PictureParams | null, boolean];
  if (params === null) return of(null);
  return new Observable((subscriber) => {
    const asked = engine.ask('runPicture', params, (rough) => subscriber.next(rough));
    return asked.subscribe(subscriber);
  });
}
