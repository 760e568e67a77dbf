import { explainCall, reduce } from '@heaplay/core';
import type { Failure, FailureReason, FreeStep, HeapCall, HeapState, Outcome, SearchStep } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** Why the call of a record came out as it did. */
export interface RecordExplanation {
  readonly record: number;
  readonly call: HeapCall;
  readonly outcome: Outcome;
  /** Why an allocation got nothing; null if it got what it wanted. */
  readonly reason: FailureReason | null;
  /** The numbers that prove the reason. */
  readonly failure: Failure | null;
  readonly steps: readonly SearchStep[];
}

/** A record that cannot be explained. */
export class NothingToExplain extends Error {
  override readonly name = 'NothingToExplain';
}

/** What a record's call gave back to the heap. */
export interface RecordFrees {
  readonly record: number;
  readonly call: HeapCall;
  readonly outcome: Outcome;
  /** Of each block that came back, what it merged with, why no further, and its list. */
  readonly steps: readonly FreeStep[];
}

/**
 * Explains a record of a run: the search of its allocation, step by step. The reducer itself searches, in the state
 * before the record; no state changes. Throws {@link NothingToExplain} for a record that allocates nothing, and
 * `RangeError` for one that the run does not reach.
 */
export function explainRecord(timeline: Timeline, record: number): RecordExplanation {
  const { state, call } = beforeCall(timeline, record);
  if (!isAllocation(call.type)) {
    throw new NothingToExplain(
      `record ${record} is ${call.type}: only alloc_*_pages and populate_physmap search for memory; what became of its pages tells "page"`,
    );
  }
  const { outcome, steps, failure } = explainCall(state, call);
  return { record, call, outcome, reason: failure?.reason ?? null, failure, steps };
}

/**
 * What a record of a run gave back to the heap, and what that merged with: told by the reducer, as
 * {@link explainRecord} is. No steps: it freed nothing. Throws {@link NothingToExplain} for a record that is no call of
 * this run, and `RangeError` for one that the run does not reach.
 */
export function explainFrees(timeline: Timeline, record: number): RecordFrees {
  const { state, call } = beforeCall(timeline, record);
  const { outcome, frees } = explainCall(state, call);
  return { record, call, outcome, steps: frees };
}

/**
 * The last call that a run makes at a record, and the state that it finds. Throws {@link NothingToExplain} if there is
 * none, and `RangeError` for a record that the run does not reach.
 */
export function beforeCall(timeline: Timeline, record: number): { readonly state: HeapState; readonly call: HeapCall } {
  if (record === 0) throw new NothingToExplain('record 0 is power-on: there is no call to explain');
  let state = timeline.stateAt(record - 1);
  const type = timeline.table.typeAt(record);
  const calls: HeapCall[] = [];
  timeline.forEachCall(record, (call) => calls.push(call));
  const call = calls.pop();
  if (call === undefined || timeline.isSkipped(record)) {
    throw new NothingToExplain(
      `record ${record}, ${type}, is not carried out in this run: there is nothing to explain`,
    );
  }
  // Where start-up lays out another heap, its calls come before the record's own.
  for (const before of calls) state = reduce(state, before).state;
  return { state, call };
}
