import type { RecordEnvelope } from '../call/record.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { HeapView, ObservedRun } from './heap-view.ts';

/** The heap digest of the trace format. */
export interface ObserveDigest extends RecordEnvelope {
  readonly type: 'observe_digest';
  /** 16 hex digits, lower case. */
  readonly digest: string;
}

/** The heap, or parts of it. */
export interface ObserveHeap extends RecordEnvelope, HeapView {
  readonly type: 'observe_heap';
}

/** The boot allocator's regions in their order, empty ones included (BOOT-1). */
export interface ObserveBootRegions extends RecordEnvelope {
  readonly type: 'observe_boot_regions';
  readonly regions: readonly MfnRange[];
}

/** Free pages of a node, or of all, whose addresses have `minBits`..`maxBits` bits. */
export interface ObserveAvail extends RecordEnvelope {
  readonly type: 'observe_avail';
  /** Absent: all nodes. */
  readonly node?: number;
  readonly minBits: number;
  readonly maxBits: number;
  readonly pages: number;
}

/** Free pages of a node; the node need not exist. */
export interface ObserveNodeAvail extends RecordEnvelope {
  readonly type: 'observe_node_avail';
  readonly node: number;
  readonly pages: number;
}

/** The dirty pages that are free. */
export interface ObserveDirty extends RecordEnvelope {
  readonly type: 'observe_dirty';
  readonly pages: number;
  /** Number of runs of dirty frames. */
  readonly runs: number;
  /** FNV-1a over `<start>+<length>,` for each run, rising: 16 hex digits. */
  readonly digest: string;
  readonly list?: readonly ObservedRun[];
}

/** Somebody looked: a record that a replay compares with its own state. In memory as in the trace. */
export type Observation =
  | ObserveDigest
  | ObserveHeap
  | ObserveBootRegions
  | ObserveAvail
  | ObserveNodeAvail
  | ObserveDirty;

/** The name of an observation. */
export type ObservationType = Observation['type'];

/** The observation of a name. */
export type ObservationOf<T extends ObservationType> = Extract<Observation, { readonly type: T }>;
