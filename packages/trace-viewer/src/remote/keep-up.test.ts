import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { keepUp } from './keep-up.ts';

describe('keeping up', () => {
  it('[VIEW-TIME-20] asks for the latest of what came while a question was out, and for nothing in between', () => {
    const source = new Subject<number>();
    const asked: { readonly value: number; readonly answer: Subject<string> }[] = [];
    const seen: string[] = [];
    let completed = false;
    keepUp(source, (value) => {
      const answer = new Subject<string>();
      asked.push({ value, answer });
      return answer;
    }).subscribe({ next: (one) => seen.push(one), complete: () => (completed = true) });
    const answer = (): void => {
      asked.at(-1)?.answer.next(`${asked.at(-1)?.value}`);
      asked.at(-1)?.answer.complete();
    };
    for (const value of [1, 2, 3]) source.next(value);
    expect(asked.map(({ value }) => value)).toEqual([1]);
    answer();
    expect(asked.map(({ value }) => value)).toEqual([1, 3]);
    source.complete();
    expect(completed).toBe(false);
    answer();
    expect([seen, completed]).toEqual([['1', '3'], true]);
  });

  it('[VIEW-TIME-20] whoever leaves takes the question with them', () => {
    const source = new Subject<number>();
    const answer = new Subject<number>();
    const subscription = keepUp(source, () => answer).subscribe();
    source.next(1);
    expect([answer.observed, source.observed]).toEqual([true, true]);
    subscription.unsubscribe();
    expect([answer.observed, source.observed]).toEqual([false, false]);
  });
});
