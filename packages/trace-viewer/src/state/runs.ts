import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { RunSummary } from '../engine/run.ts';
import { count, locationField } from './location.ts';

/** A trace that is being read. */
export interface Loading {
  readonly name: string;
  readonly read: number;
  readonly bytes: number;
  cancel(): void;
}

/** The runs that are open. */
export const runs: Signal<readonly RunSummary[]> = signal([]);

/** What is being read. */
export const loading: Signal<Loading | null> = signal(null);

/** Why there is nothing to see, or not what was asked for; null: no trouble. */
export const trouble: Signal<string | null> = signal(null);

/** Which run is looked at. */
export const runId: Signal<number> = locationField('run', 0, count);

/** The run that is looked at; undefined as long as there is none. */
export const run: ReadonlySignal<RunSummary | undefined> = computed(() =>
  runs.value.find(({ id }) => id === runId.value),
);

/** Takes in a run, or what has become of it. */
export function updateRun(summary: RunSummary): void {
  const others = runs.peek().filter(({ id }) => id !== summary.id);
  runs.value = [...others, summary].toSorted((a, b) => a.id - b.id);
}
