import { FrameTable } from '@heaplay/core';
import type { HeapConfig, Machine, MfnRange } from '@heaplay/core';

/** In which order frames are laid out: by number, by number without the large holes, as the frame table has them. */
export type FrameOrderName = 'folded' | 'mfn' | 'pdx';

/** All of them, in the order in which they are offered. */
export const FRAME_ORDERS: readonly FrameOrderName[] = ['folded', 'mfn', 'pdx'];

/** Frames side by side, in the machine and in the picture. */
export interface OrderRun {
  /** Where the first of them stands in the picture, counted in frames. */
  readonly position: number;
  readonly first: number;
  readonly frames: number;
}

/** Holes are folded, and memory is kept, in pieces of so many frames: blocks of the largest order stay where they are in a row. */
const FOLD: number = 2 ** 18;

/** Where each frame stands in the picture. Positions from 0 to {@link length}; at some there may be no frame. */
export class FrameOrder {
  readonly name: FrameOrderName;
  /** Rising, by position and by frame. */
  readonly runs: readonly OrderRun[];
  /** One more than the last position. */
  readonly length: number;

  private constructor(name: FrameOrderName, runs: readonly OrderRun[]) {
    this.name = name;
    this.runs = runs;
    const last = runs.at(-1);
    this.length = last === undefined ? 0 : last.position + last.frames;
  }

  /** The order of this name for a machine under a configuration. */
  static of(name: FrameOrderName, machine: Machine, config: HeapConfig): FrameOrder {
    if (name === 'mfn') return new FrameOrder(name, [{ position: 0, first: 0, frames: machine.frames }]);
    return new FrameOrder(name, name === 'pdx' ? tableRuns(machine, config) : foldedRuns(machine));
  }

  /** Where a frame stands; undefined if it is folded away, or has no record in the frame table. */
  positionOf(mfn: number): number | undefined {
    const run = this.runs.findLast(({ first }) => first <= mfn);
    return run === undefined || mfn >= run.first + run.frames ? undefined : run.position + mfn - run.first;
  }

  /** The frame at a position; undefined if there is none. */
  frameAt(position: number): number | undefined {
    const run = this.runs.findLast((one) => one.position <= position);
    return run === undefined || position >= run.position + run.frames ? undefined : run.first + position - run.position;
  }

  /** The frames at the positions of `[from, to)`, in runs, each with the position of its first. */
  forEachRun(from: number, to: number, visit: (first: number, end: number, position: number) => void): void {
    for (const { position, first, frames } of this.runs) {
      const start = Math.max(from, position);
      const stop = Math.min(to, position + frames);
      if (start < stop) visit(first + start - position, first + stop - position, start);
    }
  }

  /** The positions of the frames of `[first, end)`, in runs. */
  forEachPosition(first: number, end: number, visit: (from: number, to: number) => void): void {
    for (const run of this.runs) {
      const start = Math.max(first, run.first);
      const stop = Math.min(end, run.first + run.frames);
      if (start < stop) visit(run.position + start - run.first, run.position + stop - run.first);
    }
  }

  /** Frames that are left out between two runs: where, and which. */
  folds(): { readonly position: number; readonly frames: MfnRange }[] {
    return this.runs.flatMap((run, at) => {
      const before = this.runs[at - 1];
      const from = before === undefined ? 0 : before.first + before.frames;
      return this.name === 'folded' && from < run.first ? [{ position: run.position, frames: [from, run.first] }] : [];
    });
  }
}

/** Ranges sorted, overlapping and touching ones made one. */
export function unionOf(ranges: readonly MfnRange[]): MfnRange[] {
  const found: [number, number][] = [];
  for (const [first, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (first >= end) continue;
    if (last === undefined || first > last[1]) found.push([first, end]);
    else last[1] = Math.max(last[1], end);
  }
  return found;
}

function foldedRuns({ ram, frames }: Machine): OrderRun[] {
  const pieces = ram.map(([first, end]): MfnRange => [Math.floor(first / FOLD) * FOLD, Math.ceil(end / FOLD) * FOLD]);
  let position = 0;
  return unionOf(ram.length === 0 ? [[0, frames]] : pieces).map(([first, end]) => {
    const run = { position, first, frames: Math.min(end, frames) - first };
    position += run.frames;
    return run;
  });
}

function tableRuns(machine: Machine, config: HeapConfig): OrderRun[] {
  const table = FrameTable.of(machine, config);
  return table
    .validFrames()
    .map(([first, end]) => ({ position: table.pdxOf(first) as number, first, frames: end - first }))
    .toSorted((a, b) => a.position - b.position);
}
