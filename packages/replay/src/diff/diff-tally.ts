import { explainCall } from '@heaplay/core';
import type { CallType, HeapCall, HeapState, Mfn } from '@heaplay/core';
import { resultToJson } from '../trace/encode-record.ts';
import { hasFailed, isAllocation } from './call-class.ts';
import { verdictOn } from './call-verdict.ts';
import type { JudgedCall } from './call-verdict.ts';
import { causeOf } from './divergence-cause.ts';
import type { DiffResult, Divergence, FirstFailure, Move } from './diff-result.ts';

/** Moved allocations that are told one by one, unless more are asked for. */
const MOVES_TOLD = 20;

/** A call on one side of a comparison, and what it returned. */
export interface TalliedCall extends JudgedCall {
  /** Number of its record on that side. */
  readonly record: number;
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

  /** A call was carried out on both sides; what is told of both has B's number. */
  compare(a: TalliedCall, b: TalliedCall): void {
    this.calls++;
    const { record } = b;
    const { type } = b.call;
    this.noteAlone('a', a);
    this.noteAlone('b', b);
    const verdict = verdictOn(a, b);
    this[verdict]++;
    if (verdict === 'same') return;
    this.firstDivergence ??= {
      record,
      call: type,
      a: resultToJson(a.result) ?? null,
      b: resultToJson(b.result) ?? null,
      cause: causeOf(explainCall(a.stateBefore(), a.call).steps, explainCall(b.stateBefore(), b.call).steps),
    };
    if (verdict === 'failedOnlyInB') this.firstFailure ??= failureOf(b);
    if (verdict === 'moved') this.noteMove(record, b.call, a.result, b.result);
  }

  /** Takes note of a call on one side, whether or not it has a counterpart on the other. */
  noteAlone(side: 'a' | 'b', call: TalliedCall): void {
    const { type } = call.call;
    if (isAllocation(type) && hasFailed(type, call.result)) this.ranOut[side] ??= failureOf(call);
  }

  /** A call was skipped in B. */
  orphan(record: number, type: CallType, a: unknown): void {
    this.calls++;
    this.orphaned++;
    this.firstDivergence ??= { record, call: type, a: resultToJson(a) ?? null, b: 'orphaned', cause: null };
  }

  private noteMove(record: number, call: HeapCall, a: unknown, b: unknown): void {
    if (this.moves.length >= this.mostMoves) return;
    const order = 'order' in call ? call.order : 0;
    this.moves.push({ record, call: call.type, order, a: a as Mfn, b: b as Mfn });
  }
}

function failureOf({ record, call, stateBefore }: TalliedCall): FirstFailure {
  return { record, call: call.type, reason: explainCall(stateBefore(), call).failure?.reason ?? null };
}

/** What a tally counted, as a result tells it. */
export function tallied(tally: DiffTally): Omit<DiffResult, 'a' | 'b' | 'onlyInA' | 'onlyInB' | 'bugs' | 'metrics'> {
  const { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned } = tally;
  const { firstDivergence, firstFailure, ranOut, moves } = tally;
  const counts = { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned };
  return { ...counts, firstDivergence, firstFailure, ranOut: { ...ranOut }, moves: [...moves] };
}
