import type { CallType, FailureReason, HeapBug } from '@heaplay/core';
import type { HeapMetrics } from './heap-metrics.ts';

/** One side of a comparison. */
export interface DiffSide {
  readonly trace: string;
  readonly mode: string;
  readonly xen: string;
  /** `recorded`: the layout calls of the trace; `planned`: those that start-up would make. */
  readonly layout: 'recorded' | 'planned';
}

/** A call that came out differently. */
export interface Divergence {
  readonly record: number;
  readonly call: CallType;
  readonly a: unknown;
  readonly b: unknown;
}

/** A call that fails on one side only, and why. */
export interface FirstFailure {
  readonly record: number;
  readonly call: CallType;
  /** Null where the model gives no reason: the call is no allocation. */
  readonly reason: FailureReason | null;
}

/** Where a run stopped as Xen would have. */
export interface DiffBug extends HeapBug {
  readonly record: number;
}

/** What came of comparing two runs. */
export interface DiffResult {
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Calls compared; layout calls that are planned anew are not among them. */
  readonly calls: number;
  /** Came out alike. */
  readonly same: number;
  /** Gave other frames. */
  readonly moved: number;
  readonly failedOnlyInA: number;
  readonly failedOnlyInB: number;
  /** Came out differently in another way: a count, a status, an errno. */
  readonly changed: number;
  /** Skipped in B: they need pages of an allocation that failed there. */
  readonly orphaned: number;
  /** Calls of one trace without a counterpart in the other one (only when two traces are compared). */
  readonly onlyInA: number;
  readonly onlyInB: number;
  readonly firstDivergence: Divergence | null;
  /** The first call that fails in B and not in A. */
  readonly firstFailure: FirstFailure | null;
  readonly bugs: { readonly a: DiffBug | null; readonly b: DiffBug | null };
  readonly metrics: { readonly a: HeapMetrics; readonly b: HeapMetrics };
}

/** Is there any difference but that of frames? */
export function differs(diff: DiffResult): boolean {
  const { failedOnlyInA, failedOnlyInB, changed, orphaned, onlyInA, onlyInB, bugs } = diff;
  return failedOnlyInA + failedOnlyInB + changed + orphaned + onlyInA + onlyInB > 0 || bugs.a?.kind !== bugs.b?.kind;
}
