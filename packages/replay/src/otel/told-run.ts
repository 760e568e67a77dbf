import type { Attributes } from '@opentelemetry/api';
import type { CallRecord, Outcome } from '@heaplay/core';
import type { ReplaySession } from '../replay/replay-session.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import type { Lifetime, Lifetimes } from './lifetimes.ts';
import type { Phase } from './phases.ts';
import type { TraceIdentity } from './trace-identity.ts';

/** A run that is to be told. */
export interface ToldRun {
  readonly source: TimelineSource;
  readonly identity: TraceIdentity;
  readonly session: ReplaySession;
  readonly lifetimes: Lifetimes;
  /** 0..1. */
  readonly sample: number;
  /** 0: none. */
  readonly metricsEvery: number;
  /** What else is to be said of the run as a whole. */
  readonly attributes?: Attributes;
  /** Seed of the run on the other side, if that is told too. */
  readonly otherSeed?: Uint8Array;
}

/** A call that was just carried out. */
export interface CarriedOutCall {
  readonly record: number;
  readonly call: CallRecord;
  readonly outcome: Outcome;
  /** A number of 0..1: below the share that is kept, it is. */
  readonly chance: number;
  /** No record made it: its number among the calls by which start-up lays out the heap. */
  readonly planned?: number;
  /** The session did something else behind it. What it freed is then told of that. */
  readonly isFollowed?: boolean;
}

/** A call that was taken note of, and is not told yet. */
export interface NotedCall extends CarriedOutCall {
  readonly phase: Phase;
  readonly hasFailed: boolean;
  readonly started: Lifetime | null;
  /** Allocations that it took pages of, of those that are kept. */
  readonly freed: readonly Lifetime[];
  /** Is it to be told for its own sake? */
  readonly isWanted: boolean;
}
