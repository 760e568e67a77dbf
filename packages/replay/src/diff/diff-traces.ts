import { isMappingCall } from '@heaplay/core';
import type { CallRecord, HeapState } from '@heaplay/core';
import { diff as myersDiff } from 'fast-myers-diff';
import { forkJoin, map, reduce } from 'rxjs';
import type { Observable } from 'rxjs';
import { ReplaySession } from '../replay/replay-session.ts';
import { atRecord } from '../replay/at-record.ts';
import { isLayoutCall } from '../rebase/layout-call.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { RecordBatch } from '../trace/batch.ts';
import { isObservation } from '../trace/record-kind.ts';
import { hasFailed } from './call-class.ts';
import { callSignature } from './call-signature.ts';
import type { DiffBug, DiffResult, DiffSide } from './diff-result.ts';
import { DiffTally } from './diff-tally.ts';
import { MetricsGatherer } from './heap-metrics.ts';
import type { HeapMetrics } from './heap-metrics.ts';

/** A trace to be compared. */
export interface DiffTrace {
  readonly name: string;
  readonly header: Setup;
  readonly batches: Observable<RecordBatch>;
}

interface ReplayedCall {
  readonly number: number;
  readonly record: CallRecord;
  readonly signature: string;
  readonly result: unknown;
}

interface ReplayedTrace {
  readonly side: DiffSide;
  readonly setup: Setup;
  readonly calls: readonly ReplayedCall[];
  readonly bug: DiffBug | null;
  readonly metrics: HeapMetrics;
}

/**
 * Compares two traces, each replayed under its own configuration. The calls are paired by the shortest edit script over
 * what was asked for, so that a call more or less in one of them shifts nothing. Emits one result.
 */
export function diffTraces(a: DiffTrace, b: DiffTrace): Observable<DiffResult> {
  return forkJoin([replayTrace(a), replayTrace(b)]).pipe(map(([first, second]) => compare(first, second)));
}

function replayTrace({ name, header, batches }: DiffTrace): Observable<ReplayedTrace> {
  const { machine, heap } = header;
  const session = ReplaySession.powerOn(machine, heap);
  const gatherer = new MetricsGatherer();
  const calls: ReplayedCall[] = [];
  let bug: DiffBug | null = null;
  return batches.pipe(
    reduce((_, { first, records }) => {
      records.forEach((record, at) => {
        if (isObservation(record) || bug !== null) return;
        const outcome = atRecord(name, first + at, () => session.apply(record));
        if (outcome.bug !== null) bug = { record: first + at, ...outcome.bug };
        const result = isMappingCall(record) ? record.result : outcome.result;
        if (!isLayoutCall(record)) gatherer.note(session.heap, hasFailed(record.type, result));
        calls.push({ number: first + at, record, signature: callSignature(record), result });
      });
      return undefined;
    }, undefined),
    map(() => ({
      side: { trace: name, mode: heap.mode, xen: heap.xen, layout: 'recorded' },
      setup: header,
      calls,
      bug,
      metrics: gatherer.finish(session.heap),
    })),
  );
}

function compare(a: ReplayedTrace, b: ReplayedTrace): DiffResult {
  const tally = new DiffTally();
  // Reasons of failures are asked of B's heap as it was at the call: it goes along once more.
  const session = ReplaySession.powerOn(b.setup.machine, b.setup.heap);
  let replayed = 0;
  const stateBehind = (at: number): HeapState => {
    for (; replayed <= at; replayed++) session.apply((b.calls[replayed] as ReplayedCall).record);
    return session.publish();
  };
  const pair = (atA: number, atB: number): void => {
    const [callA, callB] = [a.calls[atA] as ReplayedCall, b.calls[atB] as ReplayedCall];
    tally.compare(callB.number, callB.record, callA.result, callB.result, () => stateBehind(atB));
  };

  let [atA, atB, onlyInA, onlyInB] = [0, 0, 0, 0];
  const same = (i: number, j: number): boolean => a.calls[i]?.signature === b.calls[j]?.signature;
  for (const [fromA, toA, fromB, toB] of myersDiff(a.calls, b.calls, same)) {
    for (; atA < fromA; atA++, atB++) pair(atA, atB);
    onlyInA += toA - fromA;
    onlyInB += toB - fromB;
    [atA, atB] = [toA, toB];
  }
  for (; atA < a.calls.length; atA++, atB++) pair(atA, atB);

  const { calls, moved, failedOnlyInA, failedOnlyInB, changed, orphaned, firstDivergence, firstFailure } = tally;
  return {
    a: a.side,
    b: b.side,
    calls,
    same: tally.same,
    moved,
    failedOnlyInA,
    failedOnlyInB,
    changed,
    orphaned,
    onlyInA,
    onlyInB,
    firstDivergence,
    firstFailure,
    bugs: { a: a.bug, b: b.bug },
    metrics: { a: a.metrics, b: b.metrics },
  };
}
