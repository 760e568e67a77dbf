import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairCalls } from './pair-calls.ts';

/** Length of the longest common subsequence, by the table of the textbooks. */
function longestCommon(a: readonly number[], b: readonly number[]): number {
  let row = b.map(() => 0);
  for (const item of a) {
    const next: number[] = [];
    b.forEach((other, at) => {
      const diagonal = row[at - 1] ?? 0;
      next.push(item === other ? diagonal + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0));
    });
    row = next;
  }
  return row.at(-1) ?? 0;
}

const calls = fc.array(fc.nat({ max: 3 }), { maxLength: 30 });

describe('pairing', () => {
  test('[DIFF-5] tells every call of both sides once, rising, and pairs as many as can be', () => {
    fc.assert(
      fc.property(calls, calls, (a, b) => {
        const pairs = [...pairCalls(a, b, (i, j) => a[i] === b[j])];
        expect(pairs.flatMap(([at]) => at ?? [])).toEqual(a.map((_, at) => at));
        expect(pairs.flatMap(([, at]) => at ?? [])).toEqual(b.map((_, at) => at));
        const both = pairs.filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
        expect(both.filter(([i, j]) => a[i] !== b[j])).toEqual([]);
        expect(both.length).toBe(longestCommon(a, b));
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
