import { context } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { Observable, tap } from 'rxjs';
import type { RunSpanName } from './run-attributes.ts';
import { RunSpan } from './run-span.ts';

/** What a run is called, and what is known of it before it begins. */
export interface TracedRun {
  readonly name: RunSpanName;
  readonly attributes: Attributes;
}

/** Does something as a span; `told` says what came of it. */
export async function traced<T>(
  { name, attributes }: TracedRun,
  action: () => Promise<T>,
  told: (result: T) => Attributes = () => ({}),
): Promise<T> {
  const run = new RunSpan(name, attributes);
  try {
    const result = await context.with(run.context, action);
    run.set(told(result));
    return result;
  } catch (error) {
    run.fail(error);
    throw error;
  } finally {
    run.end();
  }
}

/** A stream as a span, from its subscription to its end; `told` says what came of a value, if it says anything. */
export function tracedStream<T>(
  { name, attributes }: TracedRun,
  stream: Observable<T>,
  told: (value: T) => Attributes | null,
): Observable<T> {
  return new Observable((subscriber) => {
    const run = new RunSpan(name, attributes);
    const watched = stream.pipe(
      tap({
        next: (value) => {
          const more = told(value);
          if (more !== null) run.set(more);
        },
        error: (error: unknown) => run.fail(error),
        complete: () => run.end(),
        unsubscribe: () => run.cancel(),
      }),
    );
    return context.with(run.context, () => watched.subscribe(subscriber));
  });
}

/** Work that is done step by step as a span; `told` says what came of it. */
export function* tracedSteps<Step, Result>(
  { name, attributes }: TracedRun,
  work: Generator<Step, Result, void> | ((run: RunSpan) => Generator<Step, Result, void>),
  told: (result: Result) => Attributes,
): Generator<Step, Result, void> {
  const run = new RunSpan(name, attributes);
  try {
    const result = yield* typeof work === 'function' ? work(run) : work;
    run.set(told(result));
    run.end();
    return result;
  } catch (error) {
    run.fail(error);
    throw error;
  } finally {
    // It was not gone through to its end.
    run.cancel();
  }
}

/** The same of work that waits. */
export async function* tracedPieces<Piece>(
  { name, attributes }: TracedRun,
  work: AsyncIterable<Piece>,
  told: () => Attributes,
): AsyncGenerator<Piece, void, undefined> {
  const run = new RunSpan(name, attributes);
  try {
    yield* work;
    run.set(told());
    run.end();
  } catch (error) {
    run.fail(error);
    throw error;
  } finally {
    run.cancel();
  }
}
