import { CALL_CLASSES } from '@heaplay/replay';
import { expect, it } from 'vitest';
import { RunScale } from '../timeline/axis.ts';
import { differenceMarks } from './difference-marks.ts';

const kind = (name: (typeof CALL_CLASSES)[number]): number => CALL_CLASSES.indexOf(name);

const DIFF = {
  a: Uint32Array.of(2, 4, 5, 9, 0),
  b: Uint32Array.of(2, 4, 5, 9, 7),
  classes: Uint8Array.of(kind('moved'), kind('moved'), kind('failedOnlyInB'), kind('failedOnlyInA'), kind('onlyInB')),
  pairs: null,
};

function told(scale: RunScale): unknown {
  return differenceMarks(DIFF, scale, 5).map(({ name, calls, inPart }) => [name, calls, [...inPart]]);
}

it('[VIEW-COMPARE-30] calls that differ are counted where they lie along the records', () => {
  expect(told(new RunScale('records', { from: 0, to: 10 }, null))).toEqual([
    ['moved', 2, [0, 1, 1, 0, 0]],
    ['failed', 2, [0, 0, 1, 0, 1]],
    ['other', 1, [0, 0, 0, 1, 0]],
  ]);
});

it('[VIEW-COMPARE-31] those beyond what is seen are counted, and not shown; along time they lie by their times', () => {
  expect(told(new RunScale('records', { from: 3, to: 8 }, null))).toEqual([
    ['moved', 2, [0, 1, 0, 0, 0]],
    ['failed', 2, [0, 0, 1, 0, 0]],
    ['other', 1, [0, 0, 0, 0, 1]],
  ]);
  const times = Float64Array.of(0, 0, 0, 0, 90, 90, 90, 90, 90, 100, 100);
  expect(told(new RunScale('time', { from: 0, to: 10 }, times))).toEqual([
    ['moved', 2, [1, 0, 0, 0, 1]],
    ['failed', 2, [0, 0, 0, 0, 2]],
    ['other', 1, [0, 0, 0, 0, 1]],
  ]);
});
