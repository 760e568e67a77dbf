import { deltaBetween, withDeltas } from '@heaplay/core';
import type { HeapState, StateDelta } from '@heaplay/core';

/** States around the place that was asked for last that are kept. */
const WINDOW = 64;

/** Checkpoints from one that is packed against a whole state to the next. */
const MIDDLE = 8;

/** Checkpoints from one whole state to the next. */
const WHOLE = 128;

/** A state, and the record behind which it stands. */
export interface Checkpoint {
  readonly record: number;
  readonly state: HeapState;
}

/**
 * States of a run: one every so many records from end to end, and those around the place that was asked for last.
 *
 * One checkpoint in {@link WHOLE} is kept as a state, which shares with the others what did not change. The others are
 * packed, as the pictures of a film are: one in {@link MIDDLE} by what it differs in from the whole state before it, the
 * rest by what they differ in from the one before. So a checkpoint is at most 1 + 7 deltas away from a whole state.
 */
export class Checkpoints {
  /** Records between two checkpoints. */
  readonly spacing: number;
  private readonly whole: HeapState[];
  /** By the checkpoint's number; absent for the whole ones. */
  private readonly packed: (StateDelta | undefined)[] = [undefined];
  /** The last one appended. */
  private latest: HeapState;
  /**
   * The newest at the end. An array: a Map that is cleared again and again keeps what it held alive through its former
   * tables, until the next full collection.
   */
  private readonly window: Checkpoint[] = [];

  constructor(powerOn: HeapState, spacing: number) {
    this.spacing = spacing;
    this.whole = [powerOn];
    this.latest = powerOn;
  }

  /** Adds the state behind the next multiple of {@link spacing}. */
  append(state: HeapState): void {
    const number = this.packed.length;
    if (number % WHOLE === 0) {
      this.whole.push(state);
      this.packed.push(undefined);
    } else {
      const before = number % MIDDLE === 0 ? (this.whole.at(-1) as HeapState) : this.latest;
      this.packed.push(deltaBetween(before, state));
    }
    this.latest = state;
  }

  /** The known state at a record, or the nearest one before it. */
  nearest(record: number): Checkpoint {
    const number = Math.min(Math.floor(record / this.spacing), this.packed.length - 1);
    const known = this.window.filter((one) => one.record <= record && one.record >= number * this.spacing);
    const best = known.reduce<Checkpoint | null>((a, b) => (a === null || b.record > a.record ? b : a), null);
    if (best !== null) return best;
    // States of another place are given up before new ones are made: a scavenge copies what is held.
    this.window.length = 0;
    const made = { record: number * this.spacing, state: this.unpack(number) };
    this.window.push(made);
    return made;
  }

  /** Keeps a state for a while. */
  remember(record: number, state: HeapState): void {
    if (this.window.some((one) => one.record === record)) return;
    this.window.push({ record, state });
    if (this.window.length > WINDOW) this.window.shift();
  }

  private unpack(number: number): HeapState {
    const whole = this.whole[Math.floor(number / WHOLE)] as HeapState;
    const middle = number - (number % MIDDLE);
    const chain = this.packed.slice(middle, number + 1).filter((delta) => delta !== undefined);
    return withDeltas(whole, chain);
  }
}
