import { messageOf } from '../remote/message-of.ts';
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { HeapMetrics } from '@heaplay/replay';
import { Observable, of, switchMap } from 'rxjs';
import type { RunSummary } from '../engine/run.ts';
import { engine } from '../state/engine.ts';
import { record } from '../state/cursor.ts';
import { locationField, oneOf, text } from '../state/location.ts';
import { observe } from '../state/observe.ts';
import { loading, run, runs } from '../state/runs.ts';
import type { RunDiff } from './compare-handlers.ts';
import { parseOtherSide } from './run-change.ts';
import type { OtherSide } from './run-change.ts';

/** What the run is compared with, as `parseOtherSide` reads it; empty: with nothing. */
export const comparedWith: Signal<string> = locationField('compare', '', text);

/** Which heaps the map shows while two runs are compared. */
export type MapSides = 'both' | 'a' | 'b';

/** Which heaps the map shows. */
export const mapSides: Signal<MapSides> = locationField<MapSides>('sides', 'both', oneOf('both', 'a', 'b'));

/** A comparison, as far as it has come. */
export interface Comparison {
  readonly state: 'deriving' | 'comparing' | 'measuring' | 'done' | 'failed';
  readonly a: RunSummary;
  /** Null: there is nothing of it yet. */
  readonly b: RunSummary | null;
  /** How far it is in what it does. */
  readonly at: number;
  readonly diff: RunDiff | null;
  readonly metrics: { readonly a: HeapMetrics; readonly b: HeapMetrics } | null;
  readonly failure: string | null;
}

/** What has come of comparing; null: nothing is compared. */
export const comparison: Signal<Comparison | null> = signal(null);

/** The record of B that stands beside the one that is looked at. */
export const recordOfB: ReadonlySignal<number> = computed(() => {
  const { value } = comparison;
  if (value?.b === null || value === null) return 0;
  const pairs = value.diff?.pairs ?? null;
  const beside = pairs === null ? record.value : (pairs[Math.min(record.value, pairs.length - 1)] ?? 0);
  return Math.min(beside, value.b.length);
});

/** The run that is looked at, and what it shall be compared with; told anew only if that changes. */
interface Wanted {
  readonly a: RunSummary;
  readonly other: OtherSide;
  readonly text: string;
  /** The other trace, if it is one. */
  readonly b: RunSummary | null;
}

/** Keeps the comparison what the address asks for, as long as the page is there. */
export function startCompare(): void {
  let last: Wanted | string | null = null;
  const wanted = observe(() => {
    const next = wantedNow();
    if (isSame(last, next)) return last;
    last = next;
    return next;
  });
  wanted
    .pipe(switchMap((next) => (next === null || typeof next === 'string' ? of(problem(next)) : compared(next))))
    .subscribe((next) => (comparison.value = next));
}

function wantedNow(): Wanted | string | null {
  const [a, asked] = [run.value, comparedWith.value.trim()];
  // A run that is being read is no side yet.
  if (asked === '' || a === undefined || loading.value !== null) return null;
  try {
    const other = parseOtherSide(asked);
    if (other === null) return null;
    if (other.kind === 'change') return { a, other, text: asked, b: null };
    const b = runs.value.find(({ id, name }) => name === other.name && id !== a.id);
    if (b === undefined) return `${other.name} is not open. Next: drop it onto the page, or choose another side`;
    return { a, other, text: asked, b };
  } catch (error) {
    return messageOf(error);
  }
}

function isSame(before: Wanted | string | null, next: Wanted | string | null): boolean {
  if (before === null || next === null || typeof before === 'string' || typeof next === 'string')
    return before === next;
  return before.a.id === next.a.id && before.text === next.text && before.b?.id === next.b?.id;
}

function problem(message: string | null): Comparison | null {
  const { value: a } = run;
  if (message === null || a === undefined) return null;
  return { state: 'failed', a, b: null, at: 0, diff: null, metrics: null, failure: message };
}

/** Works out the other side, if it is no trace, compares, and measures; whoever leaves takes it all with them. */
function compared({ a, b: trace, text: change }: Wanted): Observable<Comparison> {
  return new Observable((subscriber) => {
    let now: Comparison = {
      state: trace === null ? 'deriving' : 'comparing',
      a,
      b: trace,
      at: 0,
      diff: null,
      metrics: null,
      failure: null,
    };
    let working: { unsubscribe(): void } | null = null;
    let derived: number | null = null;
    const tell = (part: Partial<Comparison>): void => {
      now = { ...now, ...part };
      subscriber.next(now);
    };
    const error = (reason: unknown): void =>
      tell({ state: 'failed', failure: reason instanceof Error ? reason.message : String(reason) });
    const measure = (b: RunSummary, { end }: RunDiff): void => {
      tell({ state: 'measuring', at: 0 });
      working = engine
        .ask('runMetrics', { run: a.id, end: end.a }, (at) => tell({ at: at / 2 }))
        .pipe(
          switchMap((ofA) =>
            engine
              .ask('runMetrics', { run: b.id, end: end.b }, (at) => tell({ at: (a.length + at) / 2 }))
              .pipe(switchMap((ofB) => of({ a: ofA, b: ofB }))),
          ),
        )
        .subscribe({ next: (metrics) => tell({ state: 'done', metrics }), error });
    };
    const compare = (b: RunSummary): void => {
      tell({ state: 'comparing', b, at: 0 });
      working = engine
        .ask('diffRuns', { a: a.id, b: b.id }, (at) => tell({ at }))
        .subscribe({
          next: (diff) => {
            tell({ diff });
            measure(b, diff);
          },
          error,
        });
    };
    tell({});
    if (trace !== null) compare(trace);
    else {
      working = engine
        .ask('deriveRun', { run: a.id, change }, (b) => tell({ b, at: b.length }))
        .subscribe({
          next: (b) => {
            derived = b.id;
            compare(b);
          },
          error: (reason: unknown) => {
            now = { ...now, b: null };
            error(reason);
          },
        });
    }
    return () => {
      working?.unsubscribe();
      if (derived !== null) engine.ask('closeRun', { run: derived }).subscribe();
    };
  });
}
