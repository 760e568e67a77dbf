import { animationFrames, map, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { RunHelpers } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { placeAfter, playback } from './playback.ts';
import type { PlaySettings } from './playback.ts';

const PLAIN: PlaySettings = { rate: 2, end: 1000, loop: null };

/** What was emitted in virtual time, and what was to be. */
function virtual(test: (helpers: RunHelpers) => void): { readonly emitted: unknown; readonly wanted: unknown } {
  let seen: { emitted: unknown; wanted: unknown } | null = null;
  const scheduler = new TestScheduler((emitted, wanted) => {
    seen = { emitted, wanted };
  });
  scheduler.run(test);
  if (seen === null) throw new Error('nothing was compared');
  return seen;
}

describe('playing', () => {
  it('[VIEW-TIME-30] is where the time says at each frame: a missed one costs a frame, not time', () => {
    const { emitted, wanted } = virtual(({ animate, cold, expectObservable }) => {
      animate('            ---a---b---------c');
      const settings = cold('a', { a: PLAIN });
      const played = playback(10, settings, cold('-'), animationFrames).pipe(take(3));
      expectObservable(played).toBe('---a---b---------(c|)', { a: 16, b: 24, c: 44 });
    });
    expect(emitted).toEqual(wanted);
  });

  it('[VIEW-TIME-31] stops at the end, which it shows', () => {
    const { emitted, wanted } = virtual(({ animate, cold, expectObservable }) => {
      animate('            -a-b-c-d');
      const played = playback(994, cold('a', { a: PLAIN }), cold('-'), animationFrames);
      expectObservable(played).toBe('-a-(b|)', { a: 996, b: 1000 });
    });
    expect(emitted).toEqual(wanted);
  });

  it('[VIEW-TIME-32] goes on from where it is when the speed changes, and from where somebody goes', () => {
    const { emitted, wanted } = virtual(({ animate, hot, expectObservable }) => {
      animate('                 -x-x-x-x');
      const settings = hot('      a-b-----', { a: PLAIN, b: { ...PLAIN, rate: 10 } });
      const seeks = hot('        ----s---', { s: 500 });
      const played = playback(0, settings, seeks, animationFrames).pipe(take(4));
      // At 3 it has been 10 a millisecond for one, since 2, from the place that was shown last.
      expectObservable(played).toBe('-a-b-c-(d|)', { a: 2, b: 12, c: 510, d: 530 });
    });
    expect(emitted).toEqual(wanted);
  });

  it('[VIEW-TIME-33] begins anew behind the end of a loop, and never ends', () => {
    const loop = { ...PLAIN, loop: { from: 100, length: 10 } };
    const places = Array.from({ length: 12 }, (_, at) => placeAfter(loop, 104, at).place);
    expect(places).toEqual([104, 106, 108, 100, 102, 104, 106, 108, 100, 102, 104, 106]);
    expect(placeAfter(loop, 104, 10_000).ended).toBe(false);
    // Somebody who is elsewhere comes into it first.
    expect(placeAfter(loop, 700, 3).place).toBe(106);
    expect(placeAfter({ ...loop, loop: { from: 100, length: 0 } }, 100, 5).place).toBe(100);
  });

  it('[VIEW-TIME-34] does not drift: an hour of frames ends where one frame of an hour does', () => {
    const settings = { rate: 0.06 * 0.25, end: 1e9, loop: null };
    const { emitted, wanted } = virtual(({ animate, cold, expectObservable }) => {
      animate('            3s a 997ms b 3599s c');
      const played = playback(0, cold('a', { a: settings }), cold('-'), animationFrames).pipe(
        take(3),
        map((place) => Math.floor(place)),
      );
      expectObservable(played).toBe('3s a 997ms b 3599s (c|)', {
        a: Math.floor(3000 * settings.rate),
        b: Math.floor(3998 * settings.rate),
        c: Math.floor(3_602_999 * settings.rate),
      });
    });
    expect(emitted).toEqual(wanted);
  });
});
