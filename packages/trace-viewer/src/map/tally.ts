import type { ClassRuns } from './class-runs.ts';

/** Frames by class. */
export class Tally {
  private readonly frames: Float64Array;

  constructor(classes: number) {
    this.frames = new Float64Array(classes);
  }

  /** Counts the frames of `[first, end)`; with -1 as `sign` they are taken away. */
  count(runs: ClassRuns, first: number, end: number, sign: 1 | -1 = 1): void {
    const { frames } = this;
    runs.forEach(first, end, (at, stop, id) => {
      frames[id] = (frames[id] as number) + sign * (stop - at);
    });
  }

  /** Nothing is counted any more. */
  clear(): void {
    this.frames.fill(0);
  }

  /** The classes that have frames, rising, and how many. */
  entries(): [id: number, frames: number][] {
    const found: [number, number][] = [];
    this.frames.forEach((frames, id) => {
      if (frames !== 0) found.push([id, frames]);
    });
    return found;
  }
}
