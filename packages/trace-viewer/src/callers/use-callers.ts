import { useComputed, useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { catchError, map, of } from 'rxjs';
import { keepUp } from '../remote/keep-up.ts';
import { useAnswer } from '../state/answers.ts';
import { record } from '../state/cursor.ts';
import { engine } from '../state/engine.ts';
import { observe } from '../state/observe.ts';
import { loading, run, runId } from '../state/runs.ts';
import { callerTree } from './caller-tree.ts';
import type { CallerNode } from './caller-tree.ts';
import { callerMeasure, callerSites } from './callers-state.ts';
import type { CallerMeasure } from './callers-state.ts';

/** The callers of the run that is looked at. */
export interface Callers {
  /** Null: not gathered yet. */
  readonly tree: CallerNode | null;
  /** Does the trace tell of any caller? Null: not known yet. */
  readonly told: boolean | null;
  /** The record whose figures these are. */
  readonly record: number;
  /** The record that gathering has come to. */
  readonly reached: number;
  readonly failure: string | null;
}

interface Stacks {
  readonly run: number;
  readonly length: number;
  readonly stacks: readonly (readonly string[])[];
  readonly failure: string | null;
}

/** Which column of the engine's answer a measure is. */
const COLUMNS: Readonly<Record<CallerMeasure, 'held' | 'allocated' | 'calls' | 'failed'>> = {
  held: 'held',
  end: 'held',
  allocated: 'allocated',
  calls: 'calls',
  failed: 'failed',
};

/** Gathers the callers of the run, also of what comes while it grows, and sums up what the address asks for. */
export function useCallers(): ReadonlySignal<Callers> {
  const gathered = useSignal<Stacks | null>(null);
  const reached = useSignal(0);
  useEffect(() => {
    const wanted = observe(() => (loading.value !== null || run.value === undefined ? null : run.value));
    const following = keepUp(wanted, (here) => {
      if (here === null) return of(null);
      const { id, length } = here;
      reached.value = 0;
      return engine
        .ask('callerStacks', { run: id }, (at) => (reached.value = at))
        .pipe(
          map((stacks): Stacks => ({ run: id, length, stacks, failure: null })),
          catchError((error: unknown) => of<Stacks>({ run: id, length, stacks: [], failure: String(error) })),
        );
    }).subscribe((next) => {
      if (next !== null) gathered.value = next;
    });
    return () => following.unsubscribe();
  }, []);
  const columns = useAnswer('callersAt', () => {
    const known = gathered.value;
    if (known === null || known.run !== runId.value) return null;
    return {
      run: known.run,
      record: callerMeasure.value === 'end' ? known.length : Math.min(record.value, known.length),
    };
  });
  return useComputed(() => {
    const { value: known } = gathered;
    const { asked, value } = columns.value;
    if (known === null || known.run !== runId.value) {
      return { tree: null, told: null, record: 0, reached: reached.value, failure: null };
    }
    const { stacks, failure } = known;
    const isOfRun = asked?.run === known.run && value !== null && value !== undefined;
    const figures = isOfRun ? value[COLUMNS[callerMeasure.value]] : null;
    return {
      tree: figures === null ? null : callerTree(stacks, figures, callerSites.value === 'on'),
      told: stacks.length > 1,
      record: asked?.record ?? 0,
      reached: known.length,
      failure,
    };
  });
}
