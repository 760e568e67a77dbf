import { HeapBatch, reduce } from '@heaplay/core';
import type { HeapCall, HeapState } from '@heaplay/core';
import type { Subject } from '../harness/subject.ts';

/** Somebody has to look at what comes out, or the compiler might not make it. */
export interface Outcomes {
  frames: number;
  digests: number;
}

/** Replays calls with the model, publishing a state every `perState` of them; with the digest after every call, or without. */
export function replay(start: HeapState, calls: readonly HeapCall[], perState: number, digests: boolean): Outcomes {
  const seen: Outcomes = { frames: 0, digests: 0 };
  let batch = new HeapBatch(start);
  let left = perState;
  for (const call of calls) {
    const { result } = batch.apply(call);
    if (typeof result === 'number') seen.frames += result;
    if (digests) seen.digests += batch.digestLanes().low;
    if (--left > 0) continue;
    batch = new HeapBatch(batch.commit());
    left = perState;
  }
  batch.commit();
  return seen;
}

/** The model in batches. */
export function modelInBatches(
  start: HeapState,
  calls: readonly HeapCall[],
  perState: number,
  digests: boolean,
): Subject {
  return {
    name: `model, ${perState.toLocaleString('en')} a state${digests ? ', digests' : ''}`,
    ours: true,
    events: calls.length,
    run: () => replay(start, calls, perState, digests),
  };
}

/** The model as a person steps through it: every call publishes a state. */
export function modelOneByOne(start: HeapState, calls: readonly HeapCall[]): Subject {
  return {
    name: 'model, 1 a state',
    ours: true,
    events: calls.length,
    run: () => {
      let state = start;
      let frames = 0;
      for (const call of calls) {
        const { state: next, outcome } = reduce(state, call);
        state = next;
        if (typeof outcome.result === 'number') frames += outcome.result;
      }
      return [state, frames];
    },
  };
}
