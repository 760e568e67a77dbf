import { messageOf } from '../remote/message-of.ts';
import { effect, useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Observable, animationFrameScheduler, auditTime, distinctUntilChanged, of } from 'rxjs';
import { catchError, map } from 'rxjs/operators';
import type { ParamsOf, ResultOf } from '../remote/ask.ts';
import { keepUp } from '../remote/keep-up.ts';
import type { EngineHandlers } from '../engine/handlers.ts';
import { engine } from './engine.ts';

/** The latest answer to a question that is asked again and again. */
export interface Answer<P, R> {
  /** What was asked; undefined: nothing was answered yet. */
  readonly asked: P | undefined;
  readonly value: R | undefined;
  /** Why the latest question could not be answered; null: it could. */
  readonly failure: string | null;
}

/**
 * Asks the engine whenever what `read` looks at has changed, once a frame at most and one question at a time: what
 * changes meanwhile is asked behind it, the latest only. The answer stays until there is another one, so that nothing
 * flickers. `read` looks at signals alone; null: there is nothing to ask.
 */
export function useAnswer<M extends keyof EngineHandlers & string>(
  method: M,
  read: () => ParamsOf<EngineHandlers[M]> | null,
): ReadonlySignal<Answer<ParamsOf<EngineHandlers[M]>, ResultOf<EngineHandlers[M]>>> {
  type P = ParamsOf<EngineHandlers[M]>;
  type R = ResultOf<EngineHandlers[M]>;
  const none: Answer<P, R> = { asked: undefined, value: undefined, failure: null };
  const answer = useSignal(none);
  useEffect(() => {
    const wanted = new Observable<P | null>((told) => effect(() => told.next(read()))).pipe(
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      auditTime(0, animationFrameScheduler),
    );
    const answers = keepUp(wanted, (asked) => {
      if (asked === null) return of(none);
      return engine.ask(method, asked).pipe(
        map((value): Answer<P, R> => ({ asked, value, failure: null })),
        catchError((error: unknown) => of({ ...answer.peek(), failure: messageOf(error) })),
      );
    });
    const following = answers.subscribe((next) => (answer.value = next));
    return () => following.unsubscribe();
  }, [method]);
  return answer;
}
