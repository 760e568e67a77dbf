import { FrameBlocks, forEachChangedRun } from '@heaplay/core';
import type { BlockFrames, HeapState } from '@heaplay/core';
import { regionAt } from './regions.ts';
import type { Region } from './regions.ts';
import { differenceOf } from './schemes/difference-scheme.ts';
import type { Scheme, SchemeContext } from './schemes/scheme.ts';

/** Hears of frames side by side that are of one class. */
export type VisitClass = (first: number, end: number, id: number) => void;

/** The classes of the frames of a heap. */
export interface ClassRuns {
  /** Calls `visit` for the frames of `[first, end)`, rising. */
  forEach(first: number, end: number, visit: VisitClass): void;
}

/** What a map of this heap looks like by a scheme that looks at it alone. */
export class SchemeRuns implements ClassRuns {
  private readonly blocks: FrameBlocks;
  private readonly regions: readonly Region[];
  private readonly scheme: Scheme;
  private readonly context: SchemeContext;

  constructor(state: HeapState, regions: readonly Region[], scheme: Scheme, context: SchemeContext) {
    this.blocks = new FrameBlocks(state);
    this.regions = regions;
    this.scheme = scheme;
    this.context = context;
  }

  forEach(first: number, end: number, visit: VisitClass): void {
    const { regions, scheme, context } = this;
    let place = regionAt(regions, first);
    this.blocks.forEach(first, end, (block) => {
      for (let at = block.first; at < block.end;) {
        while ((regions[place] as Region).end <= at) place++;
        const region = regions[place] as Region;
        const stop = Math.min(block.end, region.end);
        if (scheme.byMarks && block.state === 'free' && block.mayBeDirty) this.byMarks(at, stop, block, region, visit);
        else visit(at, stop, scheme.classOf(block, region, false, context));
        at = stop;
      }
    });
  }

  private byMarks(first: number, end: number, block: BlockFrames, region: Region, visit: VisitClass): void {
    const { dirty } = this.blocks.heap;
    const [clean, marked] = [false, true].map((is) => this.scheme.classOf(block, region, is, this.context)) as [
      number,
      number,
    ];
    for (let at = first; at < end;) {
      const next = dirty.firstDirty(at, end);
      const from = next < 0 ? end : next;
      if (from > at) visit(at, from, clean);
      if (next < 0) return;
      const ends = dirty.firstClean(from, end);
      at = ends < 0 ? end : ends;
      visit(from, at, marked);
    }
  }
}

/** How one heap differs from another one. */
export class DifferenceRuns implements ClassRuns {
  private readonly here: FrameBlocks;
  private readonly there: FrameBlocks;
  private readonly regions: readonly Region[];

  constructor(here: HeapState, there: HeapState, regions: readonly Region[]) {
    this.here = new FrameBlocks(here);
    this.there = new FrameBlocks(there);
    this.regions = regions;
  }

  forEach(first: number, end: number, visit: VisitClass): void {
    this.here.forEach(first, end, (block) => {
      let at = block.first;
      this.there.forEach(block.first, block.end, (other) => {
        this.split(other.first, other.end, block, other, visit);
        at = other.end;
      });
      // The other machine may have fewer frames.
      if (at < block.end) this.split(at, block.end, block, undefined, visit);
    });
  }

  private split(
    first: number,
    end: number,
    here: BlockFrames,
    there: BlockFrames | undefined,
    visit: VisitClass,
  ): void {
    const { regions } = this;
    let place = regionAt(regions, first);
    for (let at = first; at < end;) {
      const region = regions[place++] as Region;
      const stop = Math.min(end, region.end);
      visit(at, stop, differenceOf(here, there, region));
      at = stop;
    }
  }
}

/** A picture's heaps: one, or one and that which it is held against. */
export interface HeapPair {
  readonly here: HeapState;
  readonly there: HeapState | null;
}

/** Calls `visit` for the frames whose class may not be the same for two pairs of one machine: rising, not overlapping. */
export function forEachChangedClass(a: HeapPair, b: HeapPair, visit: (first: number, end: number) => void): void {
  if (a.there === null || b.there === null) {
    forEachChangedRun(a.here, b.here, visit);
    return;
  }
  const bounds: number[][] = [[], []];
  forEachChangedRun(a.here, b.here, (first, end) => bounds[0]?.push(first, end));
  forEachChangedRun(a.there, b.there, (first, end) => bounds[1]?.push(first, end));
  const frames = a.here.platform.machine.frames;
  const runs = bounds.flatMap((list) =>
    Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]] as [number, number]),
  );
  let reached = 0;
  for (const [first, end] of runs.sort((x, y) => x[0] - y[0])) {
    const from = Math.max(first, reached);
    const to = Math.min(end, frames);
    if (from < to) visit(from, to);
    reached = Math.max(reached, to);
  }
}
