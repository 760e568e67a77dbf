import { describe, expect, it } from 'vitest';
import { RunScale, recordAtTime, ticksBetween } from './axis.ts';
import { duration, parseDuration } from './durations.ts';

const TIMES = Float64Array.from([0, 0, 10, 10, 10, 50, 1000, 1000, 4000]);

describe('the axis', () => {
  it('[VIEW-TIME-40] the record at a time is the last one up to it', () => {
    const naive = (at: number): number => TIMES.findLastIndex((time) => time <= at);
    for (const at of [0, 1, 9, 10, 11, 49, 50, 999, 1000, 3999, 4000, 9000]) {
      expect([at, recordAtTime(TIMES, at)]).toEqual([at, naive(at)]);
    }
  });

  it('[VIEW-TIME-41] what lies at a share of it is what was put there', () => {
    const scale = new RunScale('records', { from: 100, to: 1_000_000 }, null);
    for (const record of [100, 101, 5000, 999_999, 1_000_000]) {
      expect(scale.recordAt(scale.share(scale.placeOf(record)))).toBe(record);
    }
    expect([scale.recordAt(-1), scale.recordAt(2)]).toEqual([100, 1_000_000]);
    const time = new RunScale('time', { from: 1, to: 8 }, TIMES);
    expect([time.begin, time.end, time.share(2000)]).toEqual([0, 4000, 0.5]);
    expect([0, 0.002, 0.0025, 0.5, 1].map((share) => time.recordAt(share))).toEqual([1, 1, 4, 7, 8]);
  });

  it('[VIEW-TIME-42] zooming keeps what lies below the pointer, and stays within the run', () => {
    const scale = new RunScale('records', { from: 0, to: 1000 }, null);
    expect(scale.zoomed(0.5, 0.5, 1000)).toEqual({ from: 250, to: 750 });
    expect(scale.zoomed(0.5, 0, 1000)).toEqual({ from: 0, to: 500 });
    expect(scale.zoomed(0.5, 1, 1000)).toEqual({ from: 500, to: 1000 });
    expect(new RunScale('records', { from: 250, to: 750 }, null).zoomed(4, 0.5, 1000)).toEqual({ from: 0, to: 1000 });
    expect(new RunScale('records', { from: 7, to: 8 }, null).zoomed(0.1, 0.5, 1000)).toEqual({ from: 7, to: 8 });
    const time = new RunScale('time', { from: 0, to: 8 }, TIMES);
    expect(time.zoomed(0.25, 0, 8)).toEqual({ from: 1, to: 8 });
    expect(time.zoomed(0.01, 0, 8)).toEqual({ from: 1, to: 5 });
  });

  it('[VIEW-TIME-43] moving shows as much, up to either end', () => {
    const scale = new RunScale('records', { from: 100, to: 300 }, null);
    expect(scale.moved(0.5, 1000)).toEqual({ from: 200, to: 400 });
    expect(scale.moved(-1, 1000)).toEqual({ from: 0, to: 200 });
    expect(scale.moved(9, 1000)).toEqual({ from: 800, to: 1000 });
  });

  it('[VIEW-TIME-44] ticks are round, between the ends, and not too many', () => {
    expect(ticksBetween(0, 1000, 5)).toEqual({ step: 200, places: [0, 200, 400, 600, 800, 1000] });
    expect(ticksBetween(7, 9, 10)).toEqual({ step: 1, places: [7, 8, 9] });
    expect(ticksBetween(3.2e9, 9.9e9, 4)).toEqual({ step: 2e9, places: [4e9, 6e9, 8e9] });
  });

  it('[VIEW-TIME-45] times are told in the unit that suits them, and read back', () => {
    const told = [
      [0, 1e9, '0 ns'],
      [950, 1, '950 ns'],
      [1500, 100, '1.5 µs'],
      [20_000_000, 1e6, '20 ms'],
      [86_377_631_368, 1e6, '86.378 s'],
      [3000e9, 60e9, '50 min'],
    ] as const;
    for (const [ns, step, text] of told) expect(duration(ns, step)).toBe(text);
    expect(['1.5 s', '20ms', '3 min', '7us', '.5 h', '9'].map(parseDuration)).toEqual([
      1.5e9,
      20e6,
      180e9,
      7000,
      1800e9,
      undefined,
    ]);
  });
});
