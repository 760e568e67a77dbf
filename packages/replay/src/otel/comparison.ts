import { verdictOn } from '../diff/call-verdict.ts';
import type { CallVerdict } from '../diff/call-verdict.ts';
import type { HeapCall, Outcome } from '@heaplay/core';

/** A side of a comparison: `a` is the recorded run, or the first trace. */
export type SideName = 'a' | 'b';

/** How a call came out against its counterpart, as one side tells it. */
export type Comparison =
  | 'same'
  | 'moved'
  | 'changed'
  | 'failed only here'
  | 'failed only there'
  /** Carried out in `a` alone: in `b` it lacks the pages, or the domain, that it needs. */
  | 'orphaned'
  /** Xen stops at it, and what is behind it is compared no more. */
  | 'stopped on both'
  | 'stopped only here'
  | 'stopped only there'
  /** There is no such call on the other side. */
  | 'only here';

/** What a side tells of a call's counterpart. */
export interface Counterpart {
  readonly comparison: Comparison;
  /** Record of its span on the other side, to be linked to; null where there is none, or that side is not told. */
  readonly record: number | null;
  /** The first frame that it is about. */
  readonly mfn?: number | undefined;
  /** Did both get pages? Then their lifetimes are counterparts too. */
  readonly bothLive: boolean;
}

/** A call that the other side does not make. */
export const ALONE: Counterpart = { comparison: 'only here', record: null, bothLive: false };

/** A call on one side, and what came of it. */
export interface MadeCall {
  readonly call: HeapCall;
  readonly outcome: Outcome;
}

/** How a call that both sides made came out, as each tells it: as a diff judges it, and for where Xen stops. */
export function compareSides(a: MadeCall, b: MadeCall): Readonly<Record<SideName, Comparison>> {
  const [bugA, bugB] = [a.outcome.bug?.kind, b.outcome.bug?.kind];
  if (bugA !== undefined && bugB !== undefined) return { a: 'stopped on both', b: 'stopped on both' };
  if (bugA !== undefined) return { a: 'stopped only here', b: 'stopped only there' };
  if (bugB !== undefined) return { a: 'stopped only there', b: 'stopped only here' };
  const verdict = verdictOn({ call: a.call, result: a.outcome.result }, { call: b.call, result: b.outcome.result });
  return TOLD[verdict];
}

const TOLD: Readonly<Record<CallVerdict, Readonly<Record<SideName, Comparison>>>> = {
  same: { a: 'same', b: 'same' },
  moved: { a: 'moved', b: 'moved' },
  changed: { a: 'changed', b: 'changed' },
  failedOnlyInA: { a: 'failed only here', b: 'failed only there' },
  failedOnlyInB: { a: 'failed only there', b: 'failed only here' },
};
