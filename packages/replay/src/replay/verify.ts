import type { CallRecord, HeapConfig, Machine, Observation, Outcome } from '@heaplay/core';
import { concat, defer, ignoreElements, of, takeWhile } from 'rxjs';
import type { Observable, OperatorFunction } from 'rxjs';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedStream } from '../instrument/traced.ts';
import type { RecordBatch } from '../trace/batch.ts';
import type { RecordType } from '../trace/trace-record.ts';
import { resultToJson } from '../trace/encode-record.ts';
import { isObservation } from '../trace/record-kind.ts';
import { errorAtRecord } from './at-record.ts';
import { compareObservation } from './compare-observation.ts';
import { sameJson } from './difference.ts';
import type { Difference } from './difference.ts';
import { ReplaySession } from './replay-session.ts';

/** What the real allocator did, and what the model says it does. */
export interface Mismatch extends Difference {
  /** Number of the record, counted from 1. */
  readonly record: number;
  readonly type: RecordType;
  /** Why the model stops here, with the rule that says so, if it does. */
  readonly reason?: string;
}

/** What came of verifying a trace. */
export interface VerifyResult {
  readonly records: number;
  /** Things that were compared: results, interrupts, stops, observations, free pages. */
  readonly checked: number;
  readonly ok: boolean;
  readonly mismatches: readonly Mismatch[];
}

/** How to verify. */
export interface VerifyOptions {
  /** Go on after a mismatch. */
  readonly all?: boolean;
  /** Name of the trace, for messages. */
  readonly trace?: string;
}

/** Replays records one by one under the configuration in which they were recorded, and compares. */
export class Verifier {
  records = 0;
  checked = 0;
  readonly mismatches: Mismatch[] = [];
  private stopped = false;
  private readonly trace: string;
  private readonly session: ReplaySession;

  constructor(machine: Machine, heap: HeapConfig, trace = 'trace') {
    this.trace = trace;
    this.session = ReplaySession.powerOn(machine, heap);
  }

  /** Compares one record, which has this number. Throws a `TraceError` for a record that makes no sense. */
  check(record: CallRecord | Observation, number: number): void {
    this.records = number;
    const { heap } = this.session;
    if (record.freePagesBefore !== undefined) {
      this.compare(record.type, number, 'freePagesBefore', record.freePagesBefore, heap.totals.freePages);
    }
    if (isObservation(record)) {
      const { checked, differences } = compareObservation(record, heap);
      this.checked += checked;
      for (const difference of differences) this.mismatches.push({ record: number, type: record.type, ...difference });
      return;
    }
    this.compareOutcome(record, number, this.apply(record, number));
  }

  /** Compares the records of a batch; false if there is no point in going on. */
  checkBatch({ first, records }: RecordBatch, all: boolean): boolean {
    for (let at = 0; at < records.length; at++) {
      this.check(records[at] as CallRecord | Observation, first + at);
      if (this.stopped || (this.mismatches.length > 0 && !all)) return false;
    }
    return true;
  }

  /** What came of it so far. */
  result(): VerifyResult {
    const { records, checked, mismatches } = this;
    return { records, checked, ok: mismatches.length === 0, mismatches: [...mismatches] };
  }

  private apply(record: CallRecord, number: number): Outcome {
    // No function for each record: there are millions of them.
    try {
      return this.session.apply(record);
    } catch (error) {
      throw errorAtRecord(this.trace, number, error);
    }
  }

  private compareOutcome(record: CallRecord, number: number, outcome: Outcome): void {
    const { type } = record;
    const { bug } = outcome;
    if (record.bug !== undefined || bug !== null) {
      const reason = bug === null ? undefined : `[${bug.rule}] ${bug.message}`;
      this.compare(type, number, 'bug', record.bug ?? null, bug?.kind ?? null, reason);
      this.stopped = true;
      return;
    }
    if (record.result === undefined) return;
    this.compare(type, number, 'result', resultToJson(record.result), resultToJson(outcome.result));
    this.compare(type, number, 'virqs', record.virqs ?? 0, outcome.virqs);
  }

  private compare(
    type: RecordType,
    record: number,
    what: string,
    expected: unknown,
    found: unknown,
    reason?: string,
  ): void {
    this.checked++;
    if (sameJson(expected, found)) return;
    this.mismatches.push({ record, type, what, expected, found, ...(reason === undefined ? {} : { reason }) });
  }
}

/** Verifies a stream of records; emits one result. Stops at the first record that does not match unless told to go on. */
export function verify(
  machine: Machine,
  heap: HeapConfig,
  options: VerifyOptions = {},
): OperatorFunction<RecordBatch, VerifyResult> {
  const attributes = setupAttributes(options.trace ?? 'trace', { machine, heap });
  return (source) =>
    tracedStream({ name: RUN_SPANS.verify, attributes }, verified(source, machine, heap, options), (result) => ({
      [RUN_ATTRIBUTES.records]: result.records,
      [RUN_ATTRIBUTES.checked]: result.checked,
      [RUN_ATTRIBUTES.mismatches]: result.mismatches.length,
    }));
}

function verified(
  source: Observable<RecordBatch>,
  machine: Machine,
  heap: HeapConfig,
  options: VerifyOptions,
): Observable<VerifyResult> {
  return defer(() => {
    const verifier = new Verifier(machine, heap, options.trace);
    return concat(
      source.pipe(
        takeWhile((batch) => verifier.checkBatch(batch, options.all === true)),
        ignoreElements(),
      ),
      defer(() => of(verifier.result())),
    );
  });
}
