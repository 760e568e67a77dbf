import type { Observable } from 'rxjs';

interface State {
  done: boolean;
  /** What the source failed with, if it did. */
  readonly failure: unknown[];
  wake: () => void;
}

/** The values of an Observable for a loop. It cannot be held back: what the loop has not taken yet is kept. */
export async function* chunksOf<T>(source: Observable<T>): AsyncGenerator<T, void, undefined> {
  const waiting: T[] = [];
  const state: State = { done: false, failure: [], wake: () => {} };
  const subscription = source.subscribe({
    next: (value) => {
      waiting.push(value);
      state.wake();
    },
    error: (error: unknown) => {
      state.failure.push(error);
      state.wake();
    },
    complete: () => {
      state.done = true;
      state.wake();
    },
  });
  try {
    for (;;) {
      yield* waiting.splice(0);
      if (waiting.length > 0) continue;
      if (state.failure.length > 0) throw state.failure[0];
      if (state.done) return;
      await new Promise<void>((resolve) => {
        state.wake = resolve;
      });
    }
  } finally {
    subscription.unsubscribe();
  }
}
