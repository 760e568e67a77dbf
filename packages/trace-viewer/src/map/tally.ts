import type { ClassRuns } from './class-runs.ts';

/** Frames by class. */
export class Tally {
  private frames: Float64Array;

  constructor(classes: number) {
    this.frames = new Float64Array(classes);
  }

  /** Counts frames of one class. */
  add(id: number, frames: number): void {
    this.frames[id] = (this.frames[id] as number) + frames;
  }

  /** Counts the frames of `[first, end)`; with -1 as `sign` they are taken away. Returns how many runs of a class they are. */
  count(runs: ClassRuns, first: number, end: number, sign: 1 | -1 = 1): number {
    let visited = 0;
    runs.forEach(first, end, (at, stop, id) => {
      visited++;
      this.add(id, sign * (stop - at));
    });
    return visited;
  }

  /** Another one that has counted the same. */
  copy(): Tally {
    const copy = new Tally(0);
    copy.frames = this.frames.slice();
    return copy;
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
