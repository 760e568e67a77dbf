import type { BugKind, HeapCall, HeapState } from '@heaplay/core';
import { PairedRun } from '../rebase/paired-run.ts';
import type { CarriedOut } from '../rebase/paired-run.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { RecordBatch } from '../trace/batch.ts';
import { isObservation } from '../trace/record-kind.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { atRecord } from './at-record.ts';
import { observeAgain } from './observe-again.ts';
import { ReplaySession } from './replay-session.ts';
import { ReplayTally } from './replay-tally.ts';
import type { ReplayResult } from './replay-tally.ts';

/** How far to replay. */
export interface ReplayOptions {
  /** Last record to be replayed; 0: power-on. */
  readonly until?: number;
  /** Name of the trace, for messages. */
  readonly trace?: string;
}

/**
 * Replays records under a configuration, the recorded one or another, and gives them back with the results and
 * observations that it leads to. Under another one the recorded run goes along, to know whose frames are meant.
 */
export class ReplayRun {
  private readonly until: number;
  private readonly trace: string;
  private readonly paired: PairedRun | undefined;
  private readonly session: ReplaySession;
  private readonly tally = new ReplayTally();
  /** The setup that is replayed, with what start-up chose itself filled in. */
  readonly setup: Setup;

  constructor(from: Setup, to: Setup, options: ReplayOptions = {}) {
    this.until = options.until ?? Infinity;
    this.trace = options.trace ?? 'trace';
    this.paired = sameSetup(from, to) ? undefined : new PairedRun(from, to);
    this.setup = this.paired?.to ?? to;
    this.session = this.paired?.b ?? ReplaySession.powerOn(to.machine, to.heap);
  }

  /** Has the run ended before the trace: at the last record wanted, or because Xen stopped? */
  get ended(): boolean {
    return this.tally.bug !== null || this.tally.records >= this.until;
  }

  /** The state now. */
  publish(): HeapState {
    return this.session.publish();
  }

  /** Replays a batch; returns its records as they are under this configuration. */
  add({ first, records }: RecordBatch): TraceRecord[] {
    const replayed: TraceRecord[] = [];
    for (let at = 0; at < records.length && !this.ended; at++) {
      const number = first + at;
      this.tally.records = number;
      atRecord(this.trace, number, () => this.step(number, records[at] as TraceRecord, replayed));
    }
    return replayed;
  }

  /** What is counted so far: cheaper than all of it. */
  counts(): ReturnType<ReplayTally['counts']> {
    return this.tally.counts();
  }

  /** What came of it so far. */
  result(): ReplayResult {
    return this.tally.result(this.session);
  }

  private step(number: number, record: TraceRecord, replayed: TraceRecord[]): void {
    if (isObservation(record)) {
      replayed.push(observeAgain(record, this.session.heap));
      return;
    }
    if (this.paired === undefined) {
      const freePagesBefore = this.session.heap.totals.freePages;
      this.note(number, { call: record, outcome: this.session.apply(record), freePagesBefore }, replayed);
      return;
    }
    const { layout, target, orphaned } = this.paired.step(record, number);
    for (const planned of layout) this.note(number, planned, replayed);
    if (orphaned) this.tally.orphaned++;
    if (target !== null) this.note(number, target, replayed);
  }

  /** Counts a call and adds the record that it makes. */
  private note(number: number, { call, outcome, freePagesBefore }: CarriedOut, replayed: TraceRecord[]): void {
    const { result, virqs, bug } = outcome;
    this.tally.note(number, call, outcome);
    replayed.push(recordOf(call, freePagesBefore, result, virqs, bug?.kind));
  }
}

/** A call's record with what came of it here. */
function recordOf(
  call: HeapCall,
  freePages: number,
  result: unknown,
  virqs: number,
  bug: BugKind | undefined,
): TraceRecord {
  const record: Record<string, unknown> = { ...call };
  delete record['virqs'];
  delete record['bug'];
  delete record['result'];
  if (result !== undefined) record['result'] = result;
  if (virqs > 0) record['virqs'] = virqs;
  if (bug !== undefined) record['bug'] = bug;
  if ('freePagesBefore' in call) record['freePagesBefore'] = freePages;
  return record as unknown as TraceRecord;
}
