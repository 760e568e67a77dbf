import { messageOf } from '../remote/message-of.ts';
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { engine } from '../state/engine.ts';
import { locationField, oneOf, text } from '../state/location.ts';
import { run } from '../state/runs.ts';
import type { FoundRecord, Probed, ScannedRun } from './bisect-handlers.ts';

/** How a record is looked for: by halving, or by asking at every record. */
export type SearchKind = 'bisect' | 'scan';

/** The condition that is looked for; empty: none. */
export const searchedFor: Signal<string> = locationField('find', '', text);

/** How it is looked for. */
export const searchKind: Signal<SearchKind> = locationField<SearchKind>(
  'find-by',
  'bisect',
  oneOf('bisect', 'scan'),
  'replace',
);

/** What is looked for, in which run. */
export interface Wanted {
  readonly run: number;
  readonly when: string;
  readonly kind: SearchKind;
}

/** A search, as far as it has come. */
export interface Search {
  readonly wanted: Wanted;
  /** Records that the run had when it began. */
  readonly length: number;
  /** The moments that halving has looked at. */
  readonly probes: readonly Probed[];
  /** The record that a scan has come to. */
  readonly reached: number;
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly found: FoundRecord | null;
  /** Where the condition holds; null: only a scan knows. */
  readonly stretches: ScannedRun['stretches'] | null;
  readonly failure: string | null;
}

/** The latest search; null: there was none. */
export const search: Signal<Search | null> = signal(null);

let running: { unsubscribe(): void } | null = null;

/** Looks for it, unless that is what was looked for last. */
export function ensureSearch(wanted: Wanted): void {
  const last = search.peek();
  const isSame =
    last !== null &&
    last.wanted.run === wanted.run &&
    last.wanted.when === wanted.when &&
    last.wanted.kind === wanted.kind;
  if (!isSame) startSearch(wanted);
}

/** Looks for it, and for nothing else any more. */
export function startSearch(wanted: Wanted): void {
  running?.unsubscribe();
  const { run: id, when, kind } = wanted;
  const begun: Search = {
    wanted,
    length: run.peek()?.length ?? 0,
    probes: [],
    reached: 0,
    state: 'running',
    found: null,
    stretches: null,
    failure: null,
  };
  search.value = begun;
  const change = (part: Partial<Search>): void => {
    search.value = { ...(search.peek() ?? begun), ...part };
  };
  const fail = (error: unknown): void => change({ state: 'failed', failure: messageOf(error) });
  running =
    kind === 'bisect'
      ? engine
          .ask('bisectRun', { run: id, when }, (probe) => change({ probes: [...(search.peek()?.probes ?? []), probe] }))
          .subscribe({ next: (found) => change({ state: 'done', found }), error: fail })
      : engine
          .ask('scanRun', { run: id, when }, (reached) => change({ reached }))
          .subscribe({ next: (found) => change({ state: 'done', found, stretches: found.stretches }), error: fail });
}

/** Ends the search; what it has found out stays. */
export function stopSearch(): void {
  running?.unsubscribe();
  running = null;
  const last = search.peek();
  if (last?.state === 'running') search.value = { ...last, state: 'stopped' };
}

/** Looks for nothing any more. */
export function forgetSearch(): void {
  stopSearch();
  search.value = null;
}
