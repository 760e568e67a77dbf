import { heapDigest } from '@heaplay/core';
import type { BugKind, HeapCall, Outcome } from '@heaplay/core';
import { hasFailed } from '../diff/call-class.ts';
import type { ReplaySession } from './replay-session.ts';

/** What came of a replay. */
export interface ReplayResult {
  /** Records read. */
  readonly records: number;
  /** Calls carried out, those that start-up makes anew among them. */
  readonly calls: number;
  /** Calls that did not get what they asked for. */
  readonly failed: number;
  /** Calls skipped: they need pages of an allocation that failed here. */
  readonly orphaned: number;
  /** Where Xen would have stopped. */
  readonly bug: {
    readonly record: number;
    readonly kind: BugKind;
    readonly rule: string;
    readonly message: string;
  } | null;
  readonly freePages: number;
  /** Heap digest of the trace format. */
  readonly digest: string;
  /** Incremental digest: equal digests, equal states. */
  readonly stateDigest: string;
}

/** Counts what a run does. */
export class ReplayTally {
  records = 0;
  orphaned = 0;
  bug: ReplayResult['bug'] = null;
  private calls = 0;
  private failed = 0;

  /** A call was carried out. */
  note(record: number, { type }: HeapCall, { result, bug }: Outcome): void {
    this.calls++;
    if (hasFailed(type, result)) this.failed++;
    if (bug !== null) this.bug = { record, ...bug };
  }

  /** What is counted so far. */
  counts(): Pick<ReplayResult, 'records' | 'calls' | 'failed' | 'orphaned' | 'bug'> {
    const { records, calls, failed, orphaned, bug } = this;
    return { records, calls, failed, orphaned, bug };
  }

  /** What came of it so far. */
  result(session: ReplaySession): ReplayResult {
    const { heap } = session;
    return {
      ...this.counts(),
      freePages: heap.totals.freePages,
      digest: heapDigest(heap),
      stateDigest: session.stateDigest(),
    };
  }
}
