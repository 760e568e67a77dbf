import type { CallRecord, HeapState } from '@heaplay/core';
import { forkJoin, map, reduce } from 'rxjs';
import type { Observable } from 'rxjs';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedStream } from '../instrument/traced.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { atRecord } from '../replay/at-record.ts';
import { isLayoutCall } from '../rebase/layout-call.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { RecordBatch } from '../trace/batch.ts';
import { isObservation } from '../trace/record-kind.ts';
import { hasFailed } from './call-class.ts';
import { callSignature } from './call-signature.ts';
import { diffAttributes } from './diff-attributes.ts';
import type { DiffOptions } from './diff-configurations.ts';
import type { DiffBug, DiffResult, DiffSide } from './diff-result.ts';
import { DiffTally, tallied } from './diff-tally.ts';
import type { TalliedCall } from './diff-tally.ts';
import { pairCalls } from './pair-calls.ts';
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
export function diffTraces(
  a: DiffTrace,
  b: DiffTrace,
  { moves }: Pick<DiffOptions, 'moves'> = {},
): Observable<DiffResult> {
  const attributes = { ...setupAttributes(a.name, a.header), [RUN_ATTRIBUTES.otherTraceName]: b.name };
  const result = forkJoin([replayTrace(a), replayTrace(b)]).pipe(
    map(([first, second]) => compare(first, second, moves)),
  );
  return tracedStream({ name: RUN_SPANS.diff, attributes }, result, diffAttributes);
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
        const { result } = outcome;
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

function compare(a: ReplayedTrace, b: ReplayedTrace, moves: number | undefined): DiffResult {
  const tally = new DiffTally(moves);
  // What came before a call is asked of the heaps as they were then: both runs go along once more, if need be.
  const [runA, runB] = [new SecondRun(a), new SecondRun(b)];
  const inA = (at: number): TalliedCall => talliedCall(a, at, runA);
  const inB = (at: number): TalliedCall => talliedCall(b, at, runB);
  let [onlyInA, onlyInB] = [0, 0];
  const same = (i: number, j: number): boolean => a.calls[i]?.signature === b.calls[j]?.signature;
  for (const [atA, atB] of pairCalls(a.calls, b.calls, same)) {
    if (atA === null) {
      tally.noteAlone('b', inB(atB));
      onlyInB++;
    } else if (atB === null) {
      tally.noteAlone('a', inA(atA));
      onlyInA++;
    } else tally.compare(inA(atA), inB(atB));
  }

  return {
    a: a.side,
    b: b.side,
    ...tallied(tally),
    onlyInA,
    onlyInB,
    bugs: { a: a.bug, b: b.bug },
    metrics: { a: a.metrics, b: b.metrics },
  };
}

function talliedCall({ calls }: ReplayedTrace, at: number, run: SecondRun): TalliedCall {
  const { number, record, result } = calls[at] as ReplayedCall;
  return { record: number, call: record, result, stateBefore: () => run.before(at) };
}

/** A trace replayed a second time, as far as somebody asks. */
class SecondRun {
  private readonly trace: ReplayedTrace;
  private readonly session: ReplaySession;
  private replayed = 0;

  constructor(trace: ReplayedTrace) {
    this.trace = trace;
    this.session = ReplaySession.powerOn(trace.setup.machine, trace.setup.heap);
  }

  /** The state before a call; calls are asked about in rising order. */
  before(at: number): HeapState {
    for (; this.replayed < at; this.replayed++) {
      this.session.apply((this.trace.calls[this.replayed] as ReplayedCall).record);
    }
    return this.session.publish();
  }
}
