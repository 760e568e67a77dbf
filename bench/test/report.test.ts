import { describe, expect, it } from 'vitest';
import { median, pairedRatio, spread } from '../src/harness/statistics.ts';
import { compareRuns } from '../src/report/compare-runs.ts';
import type { RunFile } from '../src/report/run-file.ts';
import { duration, markdownTable } from '../src/report/table.ts';
import { measureTargets } from '../src/report/targets.ts';

describe('statistics', () => {
  it('takes the middle of an odd number, and the mean of the middle two of an even one', () => {
    expect([median([9, 1, 5]), median([1, 2, 3, 10]), median([])]).toEqual([5, 2.5, NaN]);
  });

  it('is not moved by one outlier', () => {
    expect(spread([10, 10, 10, 11, 9, 1000])).toBeLessThan(0.06);
  });

  it('pairs what was measured in the same round, and passes over rounds in which one was not', () => {
    expect(pairedRatio([2, null, 40, 6], [1, 5, 10, 3])).toBe(2);
    expect(pairedRatio([null], [1])).toBeUndefined();
  });
});

/** A run of one group in which our subject takes `ratio` times as long as its reference, and `best` times at best. */
function run(ratio: number, best: number = ratio): RunFile {
  const common = { nanoseconds: 1, spread: 0, samples: 1 };
  const subjects = [
    { subject: 'ours', ours: true, ratio, best, ...common },
    { subject: 'theirs', ours: false, ratio: 1, best: 1, ...common },
  ];
  const group = { group: 'g', title: 'g', unit: 'event', reference: 'theirs', subjects, ratios: {} };
  return { node: '', cpu: '', quick: false, targets: [], groups: [group] };
}

describe('comparing two runs', () => {
  it('tells by how much a ratio of ours changed, and leaves others alone', () => {
    expect(compareRuns(run(2), run(3)).map(({ subject, change }) => [subject, change])).toEqual([['ours', 1.5]]);
  });

  it('takes for noise what only the medians show, or only the shortest times', () => {
    expect(compareRuns(run(2), run(4, 2.2)).map(({ change }) => change)).toEqual([1.1]);
    expect(compareRuns(run(2), run(2.2, 4)).map(({ change }) => change)).toEqual([1.1]);
  });

  it('passes over what only one run measured', () => {
    expect(compareRuns({ ...run(2), groups: [] }, run(3))).toEqual([]);
  });
});

describe('the table', () => {
  it('has targets only for groups that were run', () => {
    expect(measureTargets([])).toEqual([]);
  });

  it('says when a target is met', () => {
    const [group] = run(1).groups;
    const subjects = [
      { subject: 'model, 1 TiB', ours: true, nanoseconds: 6e6, best: 5e6, spread: 0, ratio: 1, samples: 1 },
    ];
    const found = measureTargets(group === undefined ? [] : [{ ...group, group: 'boot', subjects }]);
    expect(found.map(({ measured, met }) => [measured, met])).toEqual([[6, false]]);
  });

  it('gives times in the unit that suits them', () => {
    expect([75.4, 1234, 2_500_000, 3e9].map(duration)).toEqual(['75.4 ns', '1.23 µs', '2.50 ms', '3.00 s']);
  });

  it('aligns its columns', () => {
    expect(markdownTable(['a', 'b'], [['long', '1']])).toBe('| a    |  b |\n| ---- | -: |\n| long |  1 |');
  });
});
