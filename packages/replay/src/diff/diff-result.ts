import type { CallType, FailureReason, HeapBug, Mfn, SearchStep } from '@heaplay/core';
import type { HeapMetrics } from './heap-metrics.ts';

/** One side of a comparison. */
export interface DiffSide {
  readonly trace: string;
  readonly mode: string;
  readonly xen: string;
  /** `recorded`: the layout calls of the trace; `planned`: those that start-up would make; `edited`: records left out or changed. */
  readonly layout: 'recorded' | 'planned' | 'edited';
}

/** A call that came out differently. */
export interface Divergence {
  /** Number of its record; of two traces, that in B. */
  readonly record: number;
  readonly call: CallType;
  readonly a: unknown;
  readonly b: unknown;
  /** Where the two searches parted; null if they did not, or for a call that searches nothing. */
  readonly cause: DivergenceCause | null;
}

/** The first step in which the searches of the two sides differ; null where one of them was over. */
export interface DivergenceCause {
  /** Its number, counted from 1. */
  readonly step: number;
  readonly a: SearchStep | null;
  readonly b: SearchStep | null;
}

/** An allocation that got another frame. */
export interface Move {
  /** Number of its record; of two traces, that in B. */
  readonly record: number;
  readonly call: CallType;
  readonly order: number;
  readonly a: Mfn;
  readonly b: Mfn;
}

/** A call that fails on one side, and why. */
export interface FirstFailure {
  /** Number of its record on that side. */
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
  /** The first allocation that got nothing on each side, whether or not it did so on the other. */
  readonly ranOut: { readonly a: FirstFailure | null; readonly b: FirstFailure | null };
  /** The first allocations that got other frames, at most as many as were asked for. */
  readonly moves: readonly Move[];
  readonly bugs: { readonly a: DiffBug | null; readonly b: DiffBug | null };
  readonly metrics: { readonly a: HeapMetrics; readonly b: HeapMetrics };
}

/** Is there any difference but that of frames? */
export function differs(diff: DiffResult): boolean {
  const { failedOnlyInA, failedOnlyInB, changed, orphaned, onlyInA, onlyInB, bugs } = diff;
  return failedOnlyInA + failedOnlyInB + changed + orphaned + onlyInA + onlyInB > 0 || bugs.a?.kind !== bugs.b?.kind;
}
