import { Observable, Subscription } from 'rxjs';

/** Emits the first value at once and then, as soon as `project` is done with it, the latest one that came meanwhile. */
export function keepUp<T, R>(source: Observable<T>, project: (value: T) => Observable<R>): Observable<R> {
  return new Observable((subscriber) => {
    let waiting: { readonly value: T } | null = null;
    let busy = false;
    let ended = false;
    const begin = (value: T): void => {
      busy = true;
      inner.add(
        project(value).subscribe({
          next: (result) => subscriber.next(result),
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            busy = false;
            const next = waiting;
            waiting = null;
            if (next !== null) begin(next.value);
            else if (ended) subscriber.complete();
          },
        }),
      );
    };
    const inner = new Subscription();
    inner.add(
      source.subscribe({
        next: (value) => {
          if (busy) waiting = { value };
          else begin(value);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          ended = true;
          if (!busy) subscriber.complete();
        },
      }),
    );
    return inner;
  });
}
