import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engine } from '../state/engine.ts';
import { run, runId } from '../state/runs.ts';
import { filterKind, filterText } from './calls-state.ts';
import type { FilterDone } from './filter-handlers.ts';
import { Matches } from './matches.ts';

/** What a filter has found. */
export interface Filtered {
  /** Null: there is no filter, every record is shown. */
  readonly matches: Matches | null;
  /** Changes with what was found. */
  readonly length: number;
  /** The last record that was looked at. */
  readonly scanned: number;
  readonly running: boolean;
  /** How it came out so far; null: it has not yet. */
  readonly done: FilterDone | null;
  readonly failure: string | null;
}

const NO_FILTER: Filtered = { matches: null, length: 0, scanned: -1, running: false, done: null, failure: null };

/** Milliseconds that somebody who types is waited for. */
const TYPING = 200;

/** A filter at work. */
export interface RunningFilter {
  readonly filtered: ReadonlySignal<Filtered>;
  /** Ends the search; what was found stays. */
  stop(): void;
  /** Goes on where it was stopped. */
  resume(): void;
}

/** Looks for the records that the filter in the address asks for, and for more as the run grows. */
export function useFilter(): RunningFilter {
  const filtered = useSignal(NO_FILTER);
  const control = useSignal<{ stop(): void; resume(): void }>({ stop: () => {}, resume: () => {} });
  const [id, kind, text] = [runId.value, filterKind.value, filterText.value.trim()];
  useEffect(() => {
    if (text === '') {
      filtered.value = NO_FILTER;
      return;
    }
    const matches = new Matches();
    let searching: { unsubscribe(): void } | null = null;
    let stopped = false;
    filtered.value = { ...NO_FILTER, matches, running: true };
    const search = (from: number): void => {
      filtered.value = { ...filtered.peek(), running: true };
      searching = engine
        .ask('filterCalls', { run: id, kind, text, from }, ({ matches: more, scanned }) => {
          matches.add(more);
          filtered.value = { ...filtered.peek(), length: matches.length, scanned };
        })
        .subscribe({
          next: (done) => {
            searching = null;
            const { scanned } = filtered.peek();
            const sum = addUp(filtered.peek().done, done);
            filtered.value = { ...filtered.peek(), running: false, done: sum, scanned: done.scanned ?? scanned };
            goOn();
          },
          error: (error: unknown) => {
            searching = null;
            filtered.value = { ...filtered.peek(), running: false, failure: String(error) };
          },
        });
    };
    /** The run has grown since. */
    const goOn = (): void => {
      const { scanned, done, failure } = filtered.peek();
      if (stopped || searching !== null || failure !== null || (done !== null && done.error !== null)) return;
      if (scanned < (run.peek()?.length ?? 0)) search(scanned + 1);
    };
    const timer = setTimeout(goOn, TYPING);
    let waited = false;
    const following = run.subscribe(() => {
      // At once it only says what is there already.
      if (waited && filtered.peek().scanned >= 0) goOn();
      waited = true;
    });
    control.value = {
      stop: () => {
        stopped = true;
        searching?.unsubscribe();
        searching = null;
        filtered.value = { ...filtered.peek(), running: false };
      },
      resume: () => {
        stopped = false;
        goOn();
      },
    };
    return () => {
      clearTimeout(timer);
      following();
      searching?.unsubscribe();
    };
  }, [id, kind, text]);
  return { filtered, stop: () => control.peek().stop(), resume: () => control.peek().resume() };
}

/** A run that grew was searched in several parts. */
function addUp(before: FilterDone | null, now: FilterDone): FilterDone {
  if (before === null) return now;
  return {
    ...now,
    unanswered: before.unanswered + now.unanswered,
    firstUnanswered: before.firstUnanswered ?? now.firstUnanswered,
  };
}
