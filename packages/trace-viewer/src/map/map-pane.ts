import { differInMoreThan } from '@heaplay/core';
import type { MfnRange } from '@heaplay/core';
import { DifferenceRuns, SchemeRuns, forEachChangedClass } from './class-runs.ts';
import type { ClassRuns, HeapPair } from './class-runs.ts';
import type { FrameOrder } from './frame-order.ts';
import { coloursOf } from './class-colours.ts';
import type { PictureLook } from './class-colours.ts';
import { Painter } from './painter.ts';
import type { PaintedPart } from './painter.ts';
import type { Region } from './regions.ts';
import { schemeFacts, schemeOf } from './schemes/all-schemes.ts';
import type { SchemeContext, SchemeName } from './schemes/scheme.ts';
import { Tally } from './tally.ts';

/** Frames of each class that has any, rising. */
export type ClassCounts = readonly (readonly [id: number, frames: number])[];

/** Changed pages of the frame table that are gone through in any case. */
const FEW_PAGES = 64;

/** Changed pages of the frame table that cost as much as a run of frames of one class does from scratch: see docs/performance.md. */
const PAGES_PER_RUN = 1 / 8;

interface Shown {
  readonly scheme: SchemeName;
  readonly heaps: HeapPair;
  readonly runs: ClassRuns;
}

/**
 * A map that follows a run. Of a heap that is like the one before only the cells are painted again, and only the frames
 * counted again, in which the two may differ; another part or look of the same heap leaves the counts of the machine.
 */
export class MapPane {
  private readonly regions: readonly Region[];
  private shown: Shown | undefined;
  private whole = new Tally(0);
  private painter: Painter | undefined;
  private look: PictureLook | undefined;
  private seen = new Tally(0);
  private counting = true;
  /** Runs of frames of one class that were gone through when it was counted, and painted, from scratch. */
  private readonly effort = { count: 0, paint: 0 };
  /** Cells that were painted for the last picture. */
  paintedCells = 0;

  constructor(regions: readonly Region[]) {
    this.regions = regions;
  }

  /** Shows a part of a machine with these heaps. */
  show(heaps: HeapPair, part: PaintedPart, look: PictureLook, context: SchemeContext, counts = true): void {
    const { scheme } = look;
    this.counting = counts;
    const now: Shown = { scheme, heaps, runs: runsOf(heaps, scheme, this.regions, context) };
    const before = this.shown;
    this.shown = now;
    const { lasting } = schemeFacts(scheme);
    const follows = before?.scheme === scheme && lasting && !this.liesFar(before.heaps, heaps);
    const changes = follows ? changesOf(before, heaps) : null;
    if (changes !== null && counts) this.countChanges(changes, before as Shown, now);
    if (
      changes !== null &&
      this.painter !== undefined &&
      sameLook(this.look, look) &&
      samePart(this.painter.part, part)
    ) {
      this.paintChanges(changes, before as Shown, now);
    } else this.paintAll(part, look, now.runs);
    if (changes === null && counts) this.countAll(part, now);
  }

  /** A pixel for each cell, as the painter makes them. They are written when the next heap is shown. */
  get pixels(): Uint32Array<ArrayBuffer> {
    return (this.painter as Painter).pixels;
  }

  /** The class of each cell. */
  get classes(): Uint16Array<ArrayBuffer> {
    return (this.painter as Painter).classes;
  }

  /** Frames by class in the whole machine, and in the part that is seen. */
  get counts(): { readonly machine: ClassCounts; readonly seen: ClassCounts } {
    return { machine: this.whole.entries(), seen: this.seen.entries() };
  }

  /** Counts the machine. What of it is seen was counted as it was painted. */
  private countAll({ order, first, cells, shift }: PaintedPart, { heaps, runs }: Shown): void {
    const seen: MfnRange[] = [];
    order.forEachRun(first, first + cells * 2 ** shift, (mfn, end) => seen.push([mfn, end]));
    const { frames } = heaps.here.platform.machine;
    this.whole = this.seen.copy();
    this.effort.count = 0;
    let at = 0;
    for (const [mfn, end] of [...seen.toSorted((a, b) => a[0] - b[0]), [frames, frames]] as const) {
      if (at < mfn) this.effort.count += this.whole.count(runs, at, mfn);
      at = end;
    }
  }

  private countChanges(changes: readonly number[], before: Shown, now: Shown): void {
    for (let at = 0; at < changes.length; at += 2) {
      const [first, end] = [changes[at] as number, changes[at + 1] as number];
      this.whole.count(before.runs, first, end, -1);
      this.whole.count(now.runs, first, end);
    }
  }

  private paintAll(part: PaintedPart, look: PictureLook, runs: ClassRuns): void {
    this.painter = new Painter(part, coloursOf(look));
    this.look = look;
    this.seen = new Tally(schemeFacts(look.scheme).classes);
    this.effort.paint = this.painter.paint(runs, this.counting ? this.seen : undefined);
    this.paintedCells = part.cells;
  }

  /** Do heaps differ in so much that it is quicker to begin anew? */
  private liesFar(before: HeapPair, now: HeapPair): boolean {
    const most = Math.max(FEW_PAGES, (this.effort.count + this.effort.paint) * PAGES_PER_RUN);
    return (
      differInMoreThan(before.here, now.here, most) ||
      (before.there !== null && now.there !== null && differInMoreThan(before.there, now.there, most))
    );
  }

  private paintChanges(changes: readonly number[], before: Shown, now: Shown): void {
    const painter = this.painter as Painter;
    const { order, first, cells, shift } = painter.part;
    const span = 2 ** shift;
    const end = first + cells * span;
    this.paintedCells = 0;
    // Cells to be painted are put off until the next change lies apart from them.
    let [from, to] = [0, 0];
    const flush = (): void => {
      if (to <= from) return;
      painter.paintCells(from, to, now.runs);
      this.paintedCells += to - from;
    };
    for (let at = 0; at < changes.length; at += 2) {
      order.forEachPosition(changes[at] as number, changes[at + 1] as number, (position, stop) => {
        const [start, last] = [Math.max(position, first), Math.min(stop, end)];
        if (start >= last) return;
        if (this.counting) this.recount(order, start, last, before.runs, now.runs);
        const cell = Math.floor((start - first) / span);
        if (cell > to) {
          flush();
          from = cell;
        }
        to = Math.max(to, Math.ceil((last - first) / span));
      });
    }
    flush();
  }

  private recount(order: FrameOrder, from: number, to: number, before: ClassRuns, now: ClassRuns): void {
    order.forEachRun(from, to, (first, end) => {
      this.seen.count(before, first, end, -1);
      this.seen.count(now, first, end);
    });
  }
}

/** The classes of the frames of these heaps. */
export function runsOf(
  { here, there }: HeapPair,
  scheme: SchemeName,
  regions: readonly Region[],
  context: SchemeContext,
): ClassRuns {
  if (scheme === 'difference') return new DifferenceRuns(here, there ?? here, regions);
  return new SchemeRuns(here, regions, schemeOf(scheme), context);
}

/** Frames whose class may have changed: first and end of each run, in turn. */
function changesOf(before: Shown, heaps: HeapPair): number[] {
  const changes: number[] = [];
  forEachChangedClass(before.heaps, heaps, (first, end) => changes.push(first, end));
  return changes;
}

function sameLook(a: PictureLook | undefined, b: PictureLook): boolean {
  return a?.scheme === b.scheme && a.palette === b.palette && a.highlight === b.highlight;
}

function samePart(a: PaintedPart, b: PaintedPart): boolean {
  return a.order === b.order && a.first === b.first && a.cells === b.cells && a.shift === b.shift;
}
