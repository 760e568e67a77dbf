import type { HeapState } from '@heaplay/core';

/** States of a window around the cursor that are kept. */
const WINDOW = 256;

/** A state, and the record behind which it stands. */
export interface Checkpoint {
  readonly record: number;
  readonly state: HeapState;
}

/**
 * States of a run: one every so many records from end to end, and those that were asked for last. They share what did
 * not change between them.
 */
export class Checkpoints {
  /** Records between two of the states that are kept for good. */
  readonly spacing: number;
  private readonly fixed: HeapState[];
  /** By record; the one that was used last is at the end. */
  private readonly window = new Map<number, HeapState>();

  constructor(powerOn: HeapState, spacing: number) {
    this.spacing = spacing;
    this.fixed = [powerOn];
  }

  /** Adds the state behind the next multiple of {@link spacing}. */
  append(state: HeapState): void {
    this.fixed.push(state);
  }

  /** How many states are kept for good. */
  get length(): number {
    return this.fixed.length;
  }

  /** The state kept for good at or before a record. */
  fixedBefore(record: number): Checkpoint {
    const at = Math.min(Math.floor(record / this.spacing), this.fixed.length - 1);
    return { record: at * this.spacing, state: this.fixed[at] as HeapState };
  }

  /** The known state at a record, or the nearest one before it. */
  nearest(record: number): Checkpoint {
    let { record: best, state } = this.fixedBefore(record);
    if (best === record) return { record: best, state };
    const exact = this.window.get(record);
    if (exact !== undefined) {
      this.window.delete(record);
      this.window.set(record, exact);
      return { record, state: exact };
    }
    for (const [at, known] of this.window) {
      if (at <= record && at > best) {
        best = at;
        state = known;
      }
    }
    return { record: best, state };
  }

  /** Keeps a state for a while. */
  remember(record: number, state: HeapState): void {
    if (record % this.spacing === 0 && record / this.spacing < this.fixed.length) return;
    this.window.delete(record);
    this.window.set(record, state);
    if (this.window.size <= WINDOW) return;
    const [oldest] = this.window.keys();
    if (oldest !== undefined) this.window.delete(oldest);
  }
}
