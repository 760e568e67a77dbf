import { messageOf } from '../remote/message-of.ts';
import { effect, useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Subscription } from 'rxjs';
import { engine } from '../state/engine.ts';
import { loading, run, runId } from '../state/runs.ts';
import type { PageLife } from './page-handlers.ts';
import type { LifeProgress } from './page-lives.ts';

/** How far the search for a page's life is. */
export interface LifeSearch {
  /** Null: not known yet. */
  readonly life: PageLife | null;
  readonly running: boolean;
  /** Null: it has not told yet. */
  readonly progress: LifeProgress | null;
  readonly failure: string | null;
}

/** A search at work. */
export interface RunningLife {
  readonly search: ReadonlySignal<LifeSearch>;
  /** Ends it; what was looked at is not looked at again. */
  stop(): void;
  /** Goes on where it was stopped. */
  resume(): void;
}

const NOTHING: LifeSearch = { life: null, running: false, progress: null, failure: null };

/** The record up to which a life is wanted: of a run that is being read not each one, for that would slow the reading. */
function wantedLength(): number {
  const length = run.value?.length ?? 0;
  return loading.value === null ? length : 2 ** Math.floor(Math.log2(length + 1));
}

/** Looks for the life of a page, and for more of it as the run grows. */
export function useLife(mfn: number | null): RunningLife {
  const search = useSignal(NOTHING);
  const control = useSignal<{ stop(): void; resume(): void }>({ stop: () => {}, resume: () => {} });
  const { value: id } = runId;
  useEffect(() => {
    search.value = NOTHING;
    if (mfn === null) return;
    let asking: Subscription | null = null;
    let stopped = false;
    const ask = (atLeast: number): void => {
      const { life } = search.peek();
      if (stopped || asking !== null || (life !== null && life.known >= atLeast)) return;
      search.value = { ...search.peek(), running: true, failure: null };
      const next: Subscription = engine
        .ask('pageLife', { run: id, mfn, atLeast }, (progress) => (search.value = { ...search.peek(), progress }))
        .subscribe({
          next: (found) => {
            asking = null;
            search.value = { life: found, running: false, progress: null, failure: null };
            ask(wantedLength());
          },
          error: (error: unknown) => {
            stopped = true;
            asking = null;
            const failure = messageOf(error);
            search.value = { ...search.peek(), running: false, failure };
          },
        });
      asking = next;
    };
    const following = effect(() => ask(wantedLength()));
    control.value = {
      stop: () => {
        stopped = true;
        asking?.unsubscribe();
        asking = null;
        search.value = { ...search.peek(), running: false };
      },
      resume: () => {
        stopped = false;
        ask(run.peek()?.length ?? 0);
      },
    };
    return () => {
      following();
      asking?.unsubscribe();
    };
  }, [id, mfn]);
  return { search, stop: () => control.peek().stop(), resume: () => control.peek().resume() };
}
