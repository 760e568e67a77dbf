import { effect } from '@preact/signals';
import { Observable } from 'rxjs';

/** A value made of signals, as a stream: the present one, then each that differs. */
export function observe<T>(read: () => T): Observable<T> {
  return new Observable((subscriber) => {
    let last: { readonly value: T } | null = null;
    return effect(() => {
      const value = read();
      if (last !== null && Object.is(last.value, value)) return;
      last = { value };
      subscriber.next(value);
    });
  });
}
