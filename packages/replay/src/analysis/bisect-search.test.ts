import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContradictoryMark, markRecord, positionOf, startSearch } from './bisect-search.ts';
import type { BisectMark, BisectPosition, BisectSearch } from './bisect-search.ts';

function searchAfter(length: number, ...marks: readonly (readonly [BisectMark['verdict'], number])[]): BisectSearch {
  return marks.reduce((search, [verdict, record]) => markRecord(search, { verdict, record }), startSearch(length));
}

describe('a search in which records are judged one by one', () => {
  it('[BISECT-1] waits for a bound of each kind, and looks at the end and at power-on meanwhile', () => {
    expect(positionOf(startSearch(9))).toEqual({ status: 'waiting', needs: 'both', record: 9 });
    expect(positionOf(searchAfter(9, ['bad', 9]))).toEqual({ status: 'waiting', needs: 'good', record: 0 });
    expect(positionOf(searchAfter(9, ['good', 2]))).toEqual({ status: 'waiting', needs: 'bad', record: 9 });
  });

  it('[BISECT-1] then it asks about the middle, and says how many are left', () => {
    expect(positionOf(searchAfter(9, ['bad', 9], ['good', 0]))).toEqual({
      status: 'probe',
      record: 4,
      left: 9,
      steps: 3,
    });
    expect(positionOf(searchAfter(9, ['bad', 5], ['good', 3]))).toMatchObject({ status: 'probe', record: 4 });
    expect(positionOf(searchAfter(9, ['bad', 5], ['good', 4]))).toEqual({ status: 'found', record: 5 });
  });

  it('[BISECT-2] nothing lies before power-on: if that is bad, it is the first', () => {
    expect(positionOf(searchAfter(9, ['bad', 0]))).toEqual({ status: 'found', record: 0 });
  });

  it.each([
    [['bad', 4] as const, ['good', 4] as const],
    [['bad', 4] as const, ['good', 7] as const],
    [['good', 4] as const, ['bad', 4] as const],
    [['good', 4] as const, ['bad', 0] as const],
  ])('[BISECT-3] behind %j, %j is a contradiction, and the search stays as it was', (first, second) => {
    const search = searchAfter(9, first);
    const before = structuredClone(search);
    expect(() => markRecord(search, { verdict: second[0], record: second[1] })).toThrow(ContradictoryMark);
    expect(search).toEqual(before);
  });

  it('[BISECT-3] a verdict that says nothing new is none', () => {
    const search = searchAfter(9, ['bad', 7], ['good', 3], ['bad', 9], ['good', 1], ['skip', 0], ['skip', 8]);
    expect(search).toMatchObject({ good: 3, bad: 7 });
    expect(search.marks).toHaveLength(6);
    expect(positionOf(search)).toMatchObject({ status: 'probe', record: 5 });
  });

  it.each([-1, 10, 1.5, NaN])('[BISECT-4] record %d is not there', (record) => {
    expect(() => markRecord(startSearch(9), { verdict: 'skip', record })).toThrow(RangeError);
  });

  it('[BISECT-5] what was skipped can be judged later', () => {
    const search = searchAfter(9, ['bad', 5], ['good', 3], ['skip', 4]);
    expect(positionOf(search)).toEqual({ status: 'only-skipped', first: 4, last: 5 });
    expect(positionOf(markRecord(search, { verdict: 'bad', record: 4 }))).toEqual({ status: 'found', record: 4 });
  });

  it('[BISECT-6] behind a skipped record its neighbour is asked about, and a long stretch is left in few steps', () => {
    let search = searchAfter(100_000, ['bad', 100_000], ['good', 0], ['skip', 50_000]);
    expect(positionOf(search)).toMatchObject({ record: 49_999 });
    let skips = 0;
    for (;;) {
      const position = positionOf(search);
      if (position.status !== 'probe' || Math.abs(position.record - 50_000) > 10_000) break;
      search = markRecord(search, { verdict: 'skip', record: position.record });
      skips++;
    }
    expect(skips).toBeLessThan(30);
  });
});

/** The search carried out by somebody who can tell of each record whether it is bad, or that it cannot be told. */
function carriedOut(length: number, firstBad: number, unknown: ReadonlySet<number>): [BisectPosition, number] {
  let search = searchAfter(length, ['good', 0], ['bad', length]);
  for (let probes = 0; ; probes++) {
    const position = positionOf(search);
    if (position.status !== 'probe') return [position, probes];
    const { record } = position;
    expect(search.skipped.has(record) || record <= (search.good ?? 0) || record >= (search.bad ?? 0)).toBe(false);
    search = markRecord(search, {
      verdict: unknown.has(record) ? 'skip' : record >= firstBad ? 'bad' : 'good',
      record,
    });
  }
}

/** What is known for certain if every record that can be judged is: the last good one, and the first bad one. */
function linearly(length: number, firstBad: number, unknown: ReadonlySet<number>): [good: number, bad: number] {
  const judged = Array.from({ length: length + 1 }, (_, record) => record).filter(
    (record) => record === 0 || record === length || !unknown.has(record),
  );
  const good = judged.findLast((record) => record < firstBad) ?? 0;
  return [good, judged.find((record) => record >= firstBad) ?? length];
}

describe('[BISECT-7] against a linear scan', () => {
  const cases = fc.integer({ min: 1, max: 300 }).chain((length) =>
    fc.record({
      length: fc.constant(length),
      firstBad: fc.integer({ min: 1, max: length }),
      unknown: fc.array(fc.integer({ min: 1, max: length }), { maxLength: length }).map((all) => new Set(all)),
    }),
  );

  it('the same record is found, or the same ones are left', () => {
    fc.assert(
      fc.property(cases, ({ length, firstBad, unknown }) => {
        const [good, bad] = linearly(length, firstBad, unknown);
        const expected =
          bad - good === 1 ? { status: 'found', record: bad } : { status: 'only-skipped', first: good + 1, last: bad };
        expect(carriedOut(length, firstBad, unknown)[0]).toEqual(expected);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('without skips it takes no more steps than it must', () => {
    fc.assert(
      fc.property(cases, ({ length, firstBad }) => {
        const [position, probes] = carriedOut(length, firstBad, new Set());
        expect(position).toEqual({ status: 'found', record: firstBad });
        expect(probes).toBeLessThanOrEqual(Math.ceil(Math.log2(length)));
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
