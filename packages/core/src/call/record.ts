import type { Extensions } from '../schema/open-object.ts';
import type { CpuId } from '../units/ids.ts';
import type { CallOf, CallType, ResultOf } from './call.ts';
import type { BugKind } from './outcome.ts';

/** What any record of a trace may carry beside what it says. */
export interface RecordEnvelope extends Extensions {
  /** Nanoseconds since the trace began. */
  readonly at?: number;
  /** The CPU that made the call; absent: 0. */
  readonly cpu?: CpuId;
  /** Symbols of the caller's stack, innermost first. */
  readonly caller?: readonly string[];
  /** Free pages of the whole heap when the call began: an observation, to be checked. */
  readonly freePagesBefore?: number;
  /** How often the low-memory interrupt was raised; absent: 0 (VIRQ-2). */
  readonly virqs?: number;
  /** The real allocator stopped here; always the last record. */
  readonly bug?: BugKind;
}

/**
 * A call as a trace holds it: its arguments, who made it when, and what came of it.
 * Without `result` it was not observed: a replay fills it in, and verifying skips it.
 */
export type CallRecord<T extends CallType = CallType> = T extends CallType
  ? CallOf<T> & RecordEnvelope & { readonly result?: ResultOf<T> }
  : never;
