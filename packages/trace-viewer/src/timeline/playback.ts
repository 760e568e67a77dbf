import { defer, map, startWith, switchMap, takeWhile, tap } from 'rxjs';
import type { Observable } from 'rxjs';

/** How a run is being played. Places are records, or nanoseconds: whatever is played along. */
export interface PlaySettings {
  /** Places that pass in a millisecond. */
  readonly rate: number;
  /** Where it stops; with `loop`, where it begins anew. */
  readonly end: number;
  /** Where it begins anew; null: it stops at the end. */
  readonly loop: { readonly from: number; readonly length: number } | null;
}

/** A picture's turn: milliseconds since somebody subscribed, as rxjs' `animationFrames()` tells them. */
export interface FrameTurn {
  readonly elapsed: number;
}

/**
 * Plays from a place on: emits, at each frame, the place where it is then, and completes at the end. A place is worked
 * out from the time that has passed since the last change of the settings or the last seek, never from the place of the
 * frame before: frames that are missed are missed, and nothing adds up.
 */
export function playback(
  start: number,
  settings: Observable<PlaySettings>,
  seeks: Observable<number>,
  frames: () => Observable<FrameTurn>,
): Observable<number> {
  return defer(() => {
    let place = start;
    return settings.pipe(
      switchMap((now) =>
        seeks.pipe(
          startWith(place),
          switchMap((anchor) => frames().pipe(map(({ elapsed }) => placeAfter(now, anchor, elapsed)))),
        ),
      ),
      tap((next) => (place = next.place)),
      takeWhile(({ ended }) => !ended, true),
      map((next) => next.place),
    );
  });
}

/** Where somebody is that was at a place so many milliseconds before. */
export function placeAfter(
  { rate, end, loop }: PlaySettings,
  anchor: number,
  elapsed: number,
): { readonly place: number; readonly ended: boolean } {
  const place = anchor + rate * elapsed;
  if (loop === null) return { place: Math.min(place, end), ended: place >= end };
  const inside = anchor >= loop.from && anchor < loop.from + loop.length ? place - loop.from : rate * elapsed;
  return { place: loop.length > 0 ? loop.from + (inside % loop.length) : loop.from, ended: false };
}
