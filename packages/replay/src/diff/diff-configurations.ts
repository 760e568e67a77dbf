import { isMappingCall } from '@heaplay/core';
import type { CallRecord, HeapCall, Observation, Outcome } from '@heaplay/core';
import { concat, defer, ignoreElements, of, takeWhile } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import { isLayoutCall } from '../rebase/layout-call.ts';
import { Rebaser } from '../rebase/rebase.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { RecordBatch } from '../trace/batch.ts';
import { isObservation } from '../trace/record-kind.ts';
import { hasFailed, isAllocation } from './call-class.ts';
import type { DiffBug, DiffResult } from './diff-result.ts';
import { DiffTally } from './diff-tally.ts';
import { MetricsGatherer } from './heap-metrics.ts';

/** Replays a recorded run under its own configuration and under another one, side by side. */
export class ConfigurationDiff {
  private readonly trace: string;
  private readonly rebaser: Rebaser;
  private readonly a: ReplaySession;
  private readonly b: ReplaySession;
  private readonly tally = new DiffTally();
  private readonly metricsA = new MetricsGatherer();
  private readonly metricsB = new MetricsGatherer();
  private bugA: DiffBug | null = null;
  private bugB: DiffBug | null = null;

  constructor(trace: string, from: Setup, to: Setup) {
    this.trace = trace;
    this.rebaser = new Rebaser(from, to);
    this.a = ReplaySession.powerOn(from.machine, from.heap);
    this.b = ReplaySession.powerOn(this.rebaser.to.machine, this.rebaser.to.heap);
  }

  /** Takes the records of a batch; false if a run has stopped and there is no point in going on. */
  add({ first, records }: RecordBatch): boolean {
    for (let at = 0; at < records.length; at++) {
      const record = records[at] as CallRecord | Observation;
      if (!isObservation(record) && !atRecord(this.trace, first + at, () => this.step(first + at, record)))
        return false;
    }
    return true;
  }

  /** What came of it. */
  result(): DiffResult {
    const { from, to, planned } = this.rebaser;
    const { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned, firstDivergence, firstFailure } =
      this.tally;
    return {
      a: { trace: this.trace, mode: from.heap.mode, xen: from.heap.xen, layout: 'recorded' },
      b: { trace: this.trace, mode: to.heap.mode, xen: to.heap.xen, layout: planned ? 'planned' : 'recorded' },
      calls,
      same,
      moved,
      failedOnlyInA,
      failedOnlyInB,
      changed,
      orphaned,
      onlyInA: 0,
      onlyInB: 0,
      firstDivergence,
      firstFailure,
      bugs: { a: this.bugA, b: this.bugB },
      metrics: { a: this.metricsA.finish(this.a.heap), b: this.metricsB.finish(this.b.heap) },
    };
  }

  /** One call on both sides; false if one of them stopped. */
  private step(number: number, record: CallRecord): boolean {
    const rebased = this.rebaser.rebase(record);
    const a = this.a.apply(record);
    this.bugA = bugAt(number, a);
    for (const call of rebased.layout) this.bugB ??= bugAt(number, this.b.apply(call));
    if (rebased.orphaned) this.tally.orphan(number, record.type, a.result);
    if (rebased.call !== null && this.bugB === null) {
      const b = this.b.apply(rebased.call);
      this.bugB = bugAt(number, b);
      this.follow(record, a, b);
      if (this.bugA === null && this.bugB === null && !isMappingCall(record)) {
        this.tally.compare(number, rebased.call, a.result, b.result, this.b.heap);
      }
      if (usesHeap(record)) this.metricsB.note(this.b.heap, hasFailed(record.type, b.result));
    }
    if (usesHeap(record)) this.metricsA.note(this.a.heap, hasFailed(record.type, a.result));
    return this.bugA === null && this.bugB === null;
  }

  /** Keeps which frames of one run stand for which of the other. */
  private follow(record: HeapCall, a: Outcome, b: Outcome): void {
    if (typeof a.result !== 'number') return;
    const target = typeof b.result === 'number' ? b.result : null;
    if (record.type === 'alloc_boot_pages') this.rebaser.allocatedAtBoot(a.result, record.pages, target);
    else if (isAllocation(record.type) && 'order' in record) this.rebaser.allocated(a.result, record.order, target);
  }
}

function usesHeap(record: CallRecord): boolean {
  return !isLayoutCall(record) && record.type !== 'alloc_boot_pages';
}

function bugAt(record: number, outcome: Outcome): DiffBug | null {
  return outcome.bug === null ? null : { record, ...outcome.bug };
}

/** Compares a recorded run with the same one under another configuration; emits one result. Throws `BootPanic` if that does not boot. */
export function diffConfigurations(trace: string, from: Setup, to: Setup): OperatorFunction<RecordBatch, DiffResult> {
  return (source) =>
    defer(() => {
      const diff = new ConfigurationDiff(trace, from, to);
      return concat(
        source.pipe(
          takeWhile((batch) => diff.add(batch)),
          ignoreElements(),
        ),
        defer(() => of(diff.result())),
      );
    });
}
