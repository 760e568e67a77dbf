import type { HeapCall } from '../call/call.ts';
import { isMappingCall } from '../call/mapping-calls.ts';
import type { Outcome } from '../call/outcome.ts';
import { HeapBatch } from '../reducer/apply.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { FreeStep, SearchStep } from '../state/probe.ts';
import { failureOf } from './failure-reason.ts';
import type { Failure } from './failure-reason.ts';

/** Why a call came out as it did. */
export interface Explanation {
  readonly outcome: Outcome;
  /** The steps of the allocations that it made, those that Xen makes inside of other calls among them. */
  readonly steps: readonly SearchStep[];
  /** The steps of the frees that it made: what came back, what it merged with, and why no further. */
  readonly frees: readonly FreeStep[];
  /** Why an allocation got nothing; null if it got what it wanted, or for a call that allocates nothing. */
  readonly failure: Failure | null;
}

/**
 * What this call would do in this state, step by step. It is carried out by the reducer itself, and dropped: no state
 * changes, and none is made. Throws `InputError` for a call that makes no sense.
 */
export function explainCall(state: HeapState, call: HeapCall): Explanation {
  const steps: SearchStep[] = [];
  const frees: FreeStep[] = [];
  const probe = { onStep: (step: SearchStep) => steps.push(step), onFreeStep: (step: FreeStep) => frees.push(step) };
  const outcome = new HeapBatch(state, probe).apply(call);
  const failed = outcome.result === null && outcome.bug === null && !isMappingCall(call);
  return { outcome, steps, frees, failure: failed ? failureOf(openState(state), call, steps) : null };
}
