import { explainCall } from '@heaplay/core';
import type { CallType, HeapCall, HeapState } from '@heaplay/core';
import { sameJson } from '../replay/difference.ts';
import { hasFailed, isAllocation } from './call-class.ts';
import type { Divergence, FirstFailure } from './diff-result.ts';

/** Counts how the calls of two runs came out against each other. */
export class DiffTally {
  calls = 0;
  same = 0;
  moved = 0;
  failedOnlyInA = 0;
  failedOnlyInB = 0;
  changed = 0;
  orphaned = 0;
  firstDivergence: Divergence | null = null;
  firstFailure: FirstFailure | null = null;

  /** A call was carried out on both sides; `stateB` gives B's state behind it. */
  compare(record: number, callB: HeapCall, a: unknown, b: unknown, stateB: () => HeapState): void {
    this.calls++;
    if (sameJson(a, b)) {
      this.same++;
      return;
    }
    const { type } = callB;
    this.firstDivergence ??= { record, call: type, a: a ?? null, b: b ?? null };
    const failed = { a: hasFailed(type, a), b: hasFailed(type, b) };
    if (failed.b && !failed.a) {
      this.failedOnlyInB++;
      this.firstFailure ??= { record, call: type, reason: reasonOf(stateB(), callB) };
    } else if (failed.a && !failed.b) {
      this.failedOnlyInA++;
    } else if (isAllocation(type) || type === 'alloc_boot_pages') {
      this.moved++;
    } else {
      this.changed++;
    }
  }

  /** A call was skipped in B. */
  orphan(record: number, type: CallType, a: unknown): void {
    this.calls++;
    this.orphaned++;
    this.firstDivergence ??= { record, call: type, a: a ?? null, b: 'orphaned' };
  }
}

/** A failed call takes nothing, so it fails for the same reason again. */
function reasonOf(state: HeapState, call: HeapCall): FirstFailure['reason'] {
  return explainCall(state, call).failure?.reason ?? null;
}
