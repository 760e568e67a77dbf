import { HeapBatch, openState } from '@heaplay/core';
import type { CallResult, HeapReader, HeapState, Probe } from '@heaplay/core';
import type { Moment } from '../expression/moment.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { ReplayResult } from '../replay/replay-tally.ts';
import type { TraceTable } from '../trace/table.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { OutcomeColumns } from './outcome-columns.ts';
import type { RisingTimes } from './rising-times.ts';
import type { RunScript } from './run-script.ts';
import { atOnce } from './stepwise.ts';
import type { Stepwise } from './stepwise.ts';

/** States behind the cursor that are made on the way to it, so that a step back finds its state. */
const STEPS_BACK = 32;

/** Records between two pauses of a long walk. */
const PAUSE = 4096;

/** Looks at the heap behind a record, as it is until it returns; false: enough. */
export type Visit = (record: number, batch: HeapBatch) => boolean;

/** What a timeline is made of. */
export interface TimelineParts {
  readonly name: string;
  readonly setup: Setup;
  readonly table: TraceTable;
  readonly script: RunScript;
  readonly checkpoints: Checkpoints;
  readonly outcomes: OutcomeColumns;
  readonly times: RisingTimes;
  readonly length: number;
  readonly bug: ReplayResult['bug'];
}

/**
 * A run that was replayed once from end to end: any record of it can be gone to, and asked about. Record 0 is power-on;
 * the state of a record is the one behind it. Never replays more than the calls from the nearest known state on.
 */
export class Timeline {
  readonly name: string;
  /** The configuration of this run: the recorded one, or another. */
  readonly setup: Setup;
  /** The records of the trace, as recorded. */
  readonly table: TraceTable;
  /** Last record of the run: that of the trace, or the one before Xen stopped. */
  readonly length: number;
  /** Where Xen would have stopped; null if it did not. */
  readonly bug: ReplayResult['bug'];
  /** Calls replayed to answer questions so far: what it cost, apart from opening it. */
  replayedCalls = 0;
  private readonly script: RunScript;
  private readonly checkpoints: Checkpoints;
  private readonly outcomes: OutcomeColumns;
  private readonly times: RisingTimes;

  constructor(parts: TimelineParts) {
    this.name = parts.name;
    this.setup = parts.setup;
    this.table = parts.table;
    this.length = parts.length;
    this.bug = parts.bug;
    this.script = parts.script;
    this.checkpoints = parts.checkpoints;
    this.outcomes = parts.outcomes;
    this.times = parts.times;
  }

  /** Records between two states that are kept for good: bisection goes over these first. */
  get spacing(): number {
    return this.checkpoints.spacing;
  }

  /** The state behind a record. Throws `RangeError` for one that this run does not reach. */
  stateAt(record: number): HeapState {
    this.expectReached(record);
    const { record: from, state } = this.checkpoints.nearest(record);
    if (from === record) return state;
    return this.goTo(from, state, record);
  }

  /** The record of a number, as recorded. */
  recordAt(record: number): TraceRecord {
    return this.table.record(record);
  }

  /** What a record's call returned in this run; undefined if it returns nothing, or is none. */
  resultAt(record: number): CallResult | undefined {
    return this.outcomes.result(record);
  }

  /** Did a record's call not get what it asked for in this run? */
  hasFailed(record: number): boolean {
    return this.outcomes.hasFailed(record);
  }

  /** Was a record's call not carried out in this run: left out, planned anew or orphaned? */
  isSkipped(record: number): boolean {
    return this.outcomes.isSkipped(record);
  }

  /** The moment behind a record, for an expression; `heap` is its state, or one that is being gone through. */
  momentAt(record: number, heap: HeapReader = openState(this.stateAt(record))): Moment {
    return {
      record,
      call: record === 0 ? undefined : this.table.record(record),
      result: this.outcomes.result(record),
      failed: this.outcomes.hasFailed(record),
      failures: this.outcomes.failuresUpTo(record),
      heap,
    };
  }

  /**
   * The last record up to which none is later than a time in nanoseconds since the trace began; 0 if the first one is.
   */
  recordAtTime(at: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.timeAt(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * When a record was made, in nanoseconds since the trace began: the latest time that is known up to it, for records
   * of several CPUs can be out of order, and some have none.
   */
  timeAt(record: number): number {
    return this.times.at(record);
  }

  /**
   * Goes through the records from `from + 1` to `to` and calls `visit` behind each with the heap as it is then, to be
   * read until `visit` returns; stops where it returns false. `probe` watches the calls being carried out.
   */
  walk(from: number, to: number, visit: Visit, probe?: Probe): void {
    atOnce(this.walkStepwise(from, to, visit, probe));
  }

  /** The same, with a pause behind every so many records: a million of them take seconds. */
  *walkStepwise(from: number, to: number, visit: Visit, probe?: Probe): Stepwise<void> {
    this.expectReached(from);
    const start = this.stateAt(from);
    let batch = new HeapBatch(start, probe);
    for (let record = from + 1; record <= Math.min(to, this.length); record++) {
      this.carryOut(record, batch);
      if (!visit(record, batch)) return;
      if (record % PAUSE !== 0) continue;
      // What a batch keeps for undoing grows with its calls.
      batch = new HeapBatch(batch.commit(), probe);
      yield record;
    }
  }

  /** The calls that this run makes at a record. */
  forEachCall: RunScript['forEachCall'] = (record, visit) => this.script.forEachCall(record, visit);

  private goTo(from: number, state: HeapState, to: number): HeapState {
    const near = Math.max(from, to - STEPS_BACK);
    let batch = new HeapBatch(state);
    for (let record = from + 1; record <= near; record++) this.carryOut(record, batch);
    let reached = batch.commit();
    if (near > from) this.checkpoints.remember(near, reached);
    for (let record = near + 1; record <= to; record++) {
      batch = new HeapBatch(reached);
      this.carryOut(record, batch);
      reached = batch.commit();
      this.checkpoints.remember(record, reached);
    }
    return reached;
  }

  private carryOut(record: number, batch: HeapBatch): void {
    this.script.forEachCall(record, (call) => {
      batch.apply(call);
      this.replayedCalls++;
    });
  }

  private expectReached(record: number): void {
    if (Number.isInteger(record) && record >= 0 && record <= this.length) return;
    const end = this.bug === null ? 'its last' : `the last before it stopped (${this.bug.kind})`;
    throw new RangeError(
      `record ${record} is not there: ${this.name} has records 0 (power-on) to ${this.length}, ${end}`,
    );
  }
}
