import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { record, wantedRecord } from './cursor.ts';
import { run, runId } from './runs.ts';

/** A run that is followed while it is being recorded. */
export interface LiveRun {
  /** Nothing more comes: its footer was there, or it is not followed any further. */
  readonly over: boolean;
  /** Ends the following; what was read stays. */
  stop(): void;
}

/** The runs that are, or were, followed, by their numbers. */
export const liveRuns: Signal<ReadonlyMap<number, LiveRun>> = signal(new Map());

/** What the page does about the run that is looked at; null: it is not, and was not, being recorded. */
export type LiveState = 'following' | 'paused' | 'over';

/** Does the page show what comes, or did the person go elsewhere? */
export const liveState: ReadonlySignal<LiveState | null> = computed(() => {
  const live = liveRuns.value.get(runId.value);
  if (live === undefined) return null;
  if (live.over) return 'over';
  return wantedRecord.value === Infinity ? 'following' : 'paused';
});

/** Records that came behind the one that is looked at. */
export const recordsBehind: ReadonlySignal<number> = computed(() => (run.value?.length ?? 0) - record.value);

/** Takes in what has become of a run that is followed. */
export function updateLive(id: number, live: LiveRun): void {
  liveRuns.value = new Map([...liveRuns.peek(), [id, live]]);
}

/** Goes on with what comes, or stays here. */
export function follow(wanted: boolean): void {
  wantedRecord.value = wanted ? Infinity : record.peek();
}

/** Ends the following of the run that is looked at. */
export function stopFollowing(): void {
  liveRuns.peek().get(runId.peek())?.stop();
}
