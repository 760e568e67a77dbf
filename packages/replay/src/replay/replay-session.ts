import { HeapBatch, powerOn } from '@heaplay/core';
import type { HeapCall, HeapConfig, HeapReader, HeapState, Machine, Outcome, Probe } from '@heaplay/core';

/** Calls between two published states of a long replay: more makes each call cheaper, and a step back longer. */
export const CALLS_PER_STATE = 8192;

/** Replays calls from a state on, publishing a new one every {@link CALLS_PER_STATE} calls. */
export class ReplaySession {
  private readonly probe: Probe | undefined;
  private state: HeapState;
  private batch: HeapBatch;
  private inBatch = 0;

  /** `probe` watches the calls being carried out. */
  constructor(start: HeapState, probe?: Probe) {
    this.probe = probe;
    this.state = start;
    this.batch = new HeapBatch(start, probe);
  }

  /** Begins at power-on. */
  static powerOn(machine: Machine, heap: HeapConfig, probe?: Probe): ReplaySession {
    return new ReplaySession(powerOn(machine, heap), probe);
  }

  /** Carries out one call. Throws core's `InputError` for one that makes no sense here. */
  apply(call: HeapCall): Outcome {
    if (this.inBatch >= CALLS_PER_STATE) this.publish();
    this.inBatch++;
    return this.batch.apply(call);
  }

  /** The heap now, to be read until the next call. */
  get heap(): HeapReader {
    return this.batch.view;
  }

  /** The state before the last call. Costs what the calls since the last published state cost. */
  stateBefore(): HeapState {
    return this.batch.before();
  }

  /** The state now, published: it never changes again. */
  publish(): HeapState {
    this.state = this.batch.commit();
    this.batch = new HeapBatch(this.state, this.probe);
    this.inBatch = 0;
    return this.state;
  }

  /** Incremental digest of the state now. */
  stateDigest(): string {
    return this.batch.digest();
  }
}
