import type { HeapCall } from '../call/call.ts';
import type { Outcome } from '../call/outcome.ts';
import { assertInvariant } from '../invariant/assert.ts';
import type { Lanes } from '../memory/state-digest.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { Probe } from '../state/probe.ts';
import { Transaction } from '../state/transaction.ts';
import { reduceCall } from './reduce.ts';
import { XenStop } from './xen-stop.ts';

/**
 * Reduces many calls into one new state: the fast way to replay. Every call's outcome, and the digest after it, come
 * out at once; a state is published only by {@link commit}.
 *
 * A call that stops Xen, or that makes no sense, leaves no trace: what it wrote is undone by reducing the calls before
 * it again, which happens at most once in a run.
 */
export class HeapBatch {
  private readonly base: HeapState;
  private tx: Transaction;
  private readonly calls: HeapCall[] = [];
  private published = false;

  /** `probe` watches the calls being carried out. */
  constructor(base: HeapState, probe?: Probe) {
    this.base = base;
    this.tx = new Transaction(base, probe);
  }

  /** Carries out a call. Throws `InputError` for one that makes no sense in this state. */
  apply(call: HeapCall): Outcome {
    if (this.published) assertInvariant('a batch was used after its commit');
    const { tx } = this;
    tx.virqs = 0;
    try {
      const result = reduceCall(tx, call);
      tx.totals.calls++;
      this.calls.push(call);
      return { result, virqs: tx.virqs, bug: null };
    } catch (error) {
      this.undo();
      if (error instanceof XenStop) return { result: undefined, virqs: 0, bug: error.bug };
      throw error;
    }
  }

  /** The transaction, for queries in the middle of a batch. */
  get view(): Transaction {
    return this.tx;
  }

  /** Digest of the state that a commit would publish now: equal digests, equal heaps. */
  digest(): string {
    return this.tx.digest();
  }

  /** The same digest as two lanes of 32 bits: cheaper than its digits, for a caller who asks after every call. */
  digestLanes(): Lanes {
    return this.tx.digestLanes();
  }

  /**
   * The state before the last call: the calls before it are reduced again, from the state that the batch began with.
   * The batch itself goes on as it was.
   */
  before(): HeapState {
    return this.calls.length > 1 ? this.reduceAgain(this.calls.slice(0, -1)).commit() : this.base;
  }

  /** Publishes the new state. */
  commit(): HeapState {
    if (this.published) assertInvariant('a batch was committed twice');
    this.published = true;
    return this.calls.length === 0 ? this.base : this.tx.commit();
  }

  private undo(): void {
    this.tx = this.reduceAgain(this.calls);
  }

  private reduceAgain(calls: readonly HeapCall[]): Transaction {
    const tx = new Transaction(this.base);
    for (const call of calls) {
      reduceCall(tx, call);
      tx.totals.calls++;
    }
    return tx;
  }
}

/** A state and what came of the call that led to it. */
export interface Reduction {
  readonly state: HeapState;
  readonly outcome: Outcome;
}

/** Reduces one call: a new state, and what came of it. Pure; throws `InputError` for a call that makes no sense. */
export function reduce(state: HeapState, call: HeapCall): Reduction {
  const batch = new HeapBatch(state);
  const outcome = batch.apply(call);
  return { state: batch.commit(), outcome };
}
