import { explainCall } from '@heaplay/core';
import type { CallType, HeapCall, HeapState, Mfn } from '@heaplay/core';
import { sameJson } from '../replay/difference.ts';
import { hasFailed, isAllocation } from './call-class.ts';
import { causeOf } from './divergence-cause.ts';
import type { DiffResult, Divergence, FirstFailure, Move } from './diff-result.ts';

/** Moved allocations that are told one by one, unless more are asked for. */
const MOVES_TOLD = 20;

/** A call on one side of a comparison, and what it returned. */
export interface TalliedCall {
  readonly call: HeapCall;
  readonly result: unknown;
  /** Gives the state before the call. */
  readonly stateBefore: () => HeapState;
}

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
  readonly ranOut: { a: FirstFailure | null; b: FirstFailure | null } = { a: null, b: null };
  readonly moves: Move[] = [];
  private readonly mostMoves: number;

  constructor(mostMoves: number = MOVES_TOLD) {
    this.mostMoves = mostMoves;
  }

  /** A call was carried out on both sides. */
  compare(record: number, a: TalliedCall, b: TalliedCall): void {
    this.calls++;
    const { type } = b.call;
    const failed = { a: hasFailed(type, a.result), b: hasFailed(type, b.result) };
    if (isAllocation(type)) {
      if (failed.a) this.ranOut.a ??= failureAt(record, a);
      if (failed.b) this.ranOut.b ??= failureAt(record, b);
    }
    if (sameJson(a.result, b.result)) {
      this.same++;
      return;
    }
    this.firstDivergence ??= {
      record,
      call: type,
      a: a.result ?? null,
      b: b.result ?? null,
      cause: causeOf(explainCall(a.stateBefore(), a.call).steps, explainCall(b.stateBefore(), b.call).steps),
    };
    if (failed.b && !failed.a) {
      this.failedOnlyInB++;
      this.firstFailure ??= failureAt(record, b);
    } else if (failed.a && !failed.b) {
      this.failedOnlyInA++;
    } else if (isAllocation(type) || type === 'alloc_boot_pages') {
      this.noteMove(record, b.call, a.result, b.result);
    } else {
      this.changed++;
    }
  }

  /** A call was skipped in B. */
  orphan(record: number, type: CallType, a: unknown): void {
    this.calls++;
    this.orphaned++;
    this.firstDivergence ??= { record, call: type, a: a ?? null, b: 'orphaned', cause: null };
  }

  private noteMove(record: number, call: HeapCall, a: unknown, b: unknown): void {
    this.moved++;
    if (this.moves.length >= this.mostMoves) return;
    const order = 'order' in call ? call.order : 0;
    this.moves.push({ record, call: call.type, order, a: a as Mfn, b: b as Mfn });
  }
}

function failureAt(record: number, { call, stateBefore }: TalliedCall): FirstFailure {
  return { record, call: call.type, reason: explainCall(stateBefore(), call).failure?.reason ?? null };
}

/** What a tally counted, as a result tells it. */
export function tallied(tally: DiffTally): Omit<DiffResult, 'a' | 'b' | 'onlyInA' | 'onlyInB' | 'bugs' | 'metrics'> {
  const { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned } = tally;
  const { firstDivergence, firstFailure, ranOut, moves } = tally;
  const counts = { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned };
  return { ...counts, firstDivergence, firstFailure, ranOut: { ...ranOut }, moves: [...moves] };
}
