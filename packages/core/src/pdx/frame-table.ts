import type { Machine } from '../machine/machine.ts';
import type { Mfn, MfnRange, Pdx } from '../units/mfn.ts';
import { bytesOf } from './byte-range.ts';
import { machinePdx, pdxFrames } from './machine-pdx.ts';
import type { PdxConfig } from './machine-pdx.ts';
import { pdxLimits } from './pdx-limits.ts';

/** Frames side by side that have records side by side. */
interface Run {
  readonly first: number;
  readonly end: number;
  /** What is subtracted from an MFN to get its PDX. */
  readonly offset: number;
}

/**
 * Which frames have a record in the frame table, and where (PDX-7). Fixed from power-on. Whatever the scheme, the frames
 * of a range keep their order and lie side by side in it; so it is kept as runs, and to translate takes a bisection over
 * a few of them and no 64-bit word.
 */
export class FrameTable {
  private readonly frames: number;
  /** Rising, by MFN and by PDX alike; null where every frame of the machine has the record of its own number. */
  private readonly runs: readonly Run[] | null;

  private constructor(frames: number, runs: readonly Run[] | null) {
    this.frames = frames;
    this.runs = runs;
  }

  /** The frame table of a machine under a configuration. */
  static of(machine: Machine, config: PdxConfig): FrameTable {
    const compression = machinePdx(machine, config);
    if (compression === undefined) return new FrameTable(machine.frames, null);
    const { groupPages } = pdxLimits(machine.arch);
    const offsetAt = (mfn: number): number => mfn - Number(compression.toPdx(BigInt(mfn)));
    // Memory is behind the records of a group or behind none (PDX-MASK-4): the neighbours of RAM are valid with it.
    const runs = pdxFrames(machine, config.xenHeap)
      .filter(([first, end]) => compression.isCompressible(bytesOf(BigInt(first)), BigInt(end - first)))
      .map(([first, end]): Run => {
        const groups = [Math.floor(first / groupPages), Math.ceil(end / groupPages)] as const;
        return { first: groups[0] * groupPages, end: groups[1] * groupPages, offset: offsetAt(first) };
      });
    const lowest = Number(compression.toPfn(0n));
    const firstGroup: Run = { first: lowest, end: lowest + groupPages, offset: offsetAt(lowest) };
    return new FrameTable(machine.frames, joined([firstGroup, ...runs], machine.frames));
  }

  /** Is there a record for this frame? */
  isValid(mfn: number): boolean {
    return mfn >= 0 && mfn < this.frames && (this.runs === null || runAt(this.runs, mfn) !== undefined);
  }

  /** The first frame of `[first, end)` that has no record; `end` if all have one. */
  firstInvalid(first: number, end: number): number {
    if (this.runs === null) return first < this.frames ? Math.min(end, this.frames) : first;
    let at = first;
    for (let run = runAt(this.runs, at); at < end && run !== undefined; run = runAt(this.runs, at)) at = run.end;
    return Math.min(at, end);
  }

  /** The PDX of a frame; undefined if it has no record. */
  pdxOf(mfn: number): Pdx | undefined {
    if (this.runs === null) return this.isValid(mfn) ? (mfn as Pdx) : undefined;
    const run = runAt(this.runs, mfn);
    return run === undefined ? undefined : ((mfn - run.offset) as Pdx);
  }

  /** The frame of a PDX; undefined if no frame has it. */
  mfnOf(pdx: number): Mfn | undefined {
    if (this.runs === null) return this.isValid(pdx) ? (pdx as Mfn) : undefined;
    const run = this.runs[firstRun(this.runs, ({ end, offset }) => pdx < end - offset)];
    return run === undefined || pdx < run.first - run.offset ? undefined : ((pdx + run.offset) as Mfn);
  }

  /** The frames that have records, in runs that lie side by side in the table, rising. */
  validFrames(): readonly MfnRange[] {
    if (this.runs === null) return [[0, this.frames]];
    return this.runs.map(({ first, end }) => [first, end]);
  }
}

/** The run that holds a frame. */
function runAt(runs: readonly Run[], mfn: number): Run | undefined {
  const run = runs[firstRun(runs, ({ end }) => mfn < end)];
  return run === undefined || mfn < run.first ? undefined : run;
}

/** Place of the first run for which something holds that, once it holds, holds for all that follow. */
function firstRun(runs: readonly Run[], holds: (run: Run) => boolean): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(runs[middle] as Run)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sorted, overlapping and touching ones with the same offset made one, cut where the machine ends. */
function joined(runs: readonly Run[], frames: number): Run[] {
  const found: Run[] = [];
  for (const run of runs.toSorted((a, b) => a.first - b.first)) {
    const last = found.at(-1);
    const end = Math.min(run.end, frames);
    if (end <= run.first) continue;
    if (last === undefined || run.first > last.end || run.offset !== last.offset) found.push({ ...run, end });
    else if (end > last.end) found[found.length - 1] = { ...last, end };
  }
  return found;
}
