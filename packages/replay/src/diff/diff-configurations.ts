import type { CallRecord, Observation, Outcome } from '@heaplay/core';
import { concat, defer, ignoreElements, of, takeWhile } from 'rxjs';
import type { Observable, OperatorFunction } from 'rxjs';
import { RUN_SPANS } from '../instrument/run-attributes.ts';
import { setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedStream } from '../instrument/traced.ts';
import { isLayoutCall } from '../rebase/layout-call.ts';
import { PairedRun } from '../rebase/paired-run.ts';
import type { EditRecord, PairedStep } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import type { RecordBatch } from '../trace/batch.ts';
import { isObservation } from '../trace/record-kind.ts';
import { hasFailed } from './call-class.ts';
import { diffAttributes } from './diff-attributes.ts';
import type { DiffBug, DiffResult } from './diff-result.ts';
import { DiffTally, tallied } from './diff-tally.ts';
import type { TalliedCall } from './diff-tally.ts';
import { MetricsGatherer } from './heap-metrics.ts';

/** How to compare. */
export interface DiffOptions {
  /** What to make of records before they are replayed in B. */
  readonly edit?: EditRecord;
  /** Most moved allocations that are told one by one. */
  readonly moves?: number;
  /** Carries the records out, where somebody else has a use for that too. */
  readonly run?: SideBySide;
}

/** A run on both sides. */
export type SideBySide = Pick<PairedRun, 'a' | 'b' | 'to' | 'planned' | 'step'>;

/** Replays a recorded run under its own configuration and under another one, side by side. */
export class ConfigurationDiff {
  private readonly trace: string;
  private readonly from: Setup;
  private readonly edited: boolean;
  private readonly run: SideBySide;
  private readonly tally: DiffTally;
  private readonly metricsA = new MetricsGatherer();
  private readonly metricsB = new MetricsGatherer();
  private bugA: DiffBug | null = null;
  private bugB: DiffBug | null = null;

  /** Throws `BootPanic` if that does not boot. */
  constructor(trace: string, from: Setup, to: Setup, { edit, moves, run }: DiffOptions = {}) {
    this.tally = new DiffTally(moves);
    this.trace = trace;
    this.from = from;
    this.edited = edit !== undefined;
    this.run = run ?? new PairedRun(from, to, { edit });
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
    const { from, run } = this;
    const { to, planned } = run;
    const { tally } = this;
    return {
      a: { trace: this.trace, mode: from.heap.mode, xen: from.heap.xen, layout: 'recorded' },
      b: {
        trace: this.trace,
        mode: to.heap.mode,
        xen: to.heap.xen,
        layout: this.edited ? 'edited' : planned ? 'planned' : 'recorded',
      },
      ...tallied(tally),
      onlyInA: 0,
      onlyInB: 0,
      bugs: { a: this.bugA, b: this.bugB },
      metrics: { a: this.metricsA.finish(run.a.heap), b: this.metricsB.finish(run.b.heap) },
    };
  }

  /** One call on both sides; false if one of them stopped. */
  private step(number: number, record: CallRecord): boolean {
    return this.note(number, record, this.run.step(record, number));
  }

  /** Takes note of a call that was carried out on both sides; false if one of them stopped. */
  note(number: number, record: CallRecord, { recorded, layout, target, orphaned }: PairedStep): boolean {
    const { run, tally } = this;
    this.bugA = bugAt(number, recorded);
    for (const { outcome } of layout) this.bugB ??= bugAt(number, outcome);
    if (orphaned) tally.orphan(number, record.type, recorded.result);
    const uses = usesHeap(record);
    const a: TalliedCall = {
      record: number,
      call: record,
      result: recorded.result,
      stateBefore: () => run.a.stateBefore(),
    };
    if (target === null) tally.noteAlone('a', a);
    else {
      const { call, outcome } = target;
      this.bugB ??= bugAt(number, outcome);
      if (this.bugA === null && this.bugB === null) {
        tally.compare(a, { record: number, call, result: outcome.result, stateBefore: () => run.b.stateBefore() });
      }
      if (uses) this.metricsB.note(run.b.heap, hasFailed(call.type, outcome.result));
    }
    if (uses) this.metricsA.note(run.a.heap, hasFailed(record.type, recorded.result));
    return this.bugA === null && this.bugB === null;
  }
}

function usesHeap(record: CallRecord): boolean {
  return !isLayoutCall(record) && record.type !== 'alloc_boot_pages';
}

function bugAt(record: number, outcome: Outcome): DiffBug | null {
  return outcome.bug === null ? null : { record, ...outcome.bug };
}

/**
 * Compares a recorded run with the same one under another configuration, or with some of its records left out or
 * changed; emits one result. Throws `BootPanic` if that does not boot.
 */
export function diffConfigurations(
  trace: string,
  from: Setup,
  to: Setup,
  options: DiffOptions = {},
): OperatorFunction<RecordBatch, DiffResult> {
  const attributes = setupAttributes(trace, to);
  return (source) =>
    tracedStream({ name: RUN_SPANS.diff, attributes }, compared(source, trace, from, to, options), diffAttributes);
}

function compared(
  source: Observable<RecordBatch>,
  trace: string,
  from: Setup,
  to: Setup,
  options: DiffOptions,
): Observable<DiffResult> {
  return defer(() => {
    const diff = new ConfigurationDiff(trace, from, to, options);
    return concat(
      source.pipe(
        takeWhile((batch) => diff.add(batch)),
        ignoreElements(),
      ),
      defer(() => of(diff.result())),
    );
  });
}
