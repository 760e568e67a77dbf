import { explainCall } from '@heaplay/core';
import type { CallRecord, Failure } from '@heaplay/core';
import { hasFailed, isAllocation } from '../diff/call-class.ts';
import { TraceClock } from '../otel/trace-identity.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import type { ReplayResult } from '../replay/replay-tally.ts';
import { RunWalk } from '../replay/run-walk.ts';
import type { WalkedCall } from '../replay/run-walk.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import { callRow } from './call-row.ts';
import { CallerTable } from './caller-texts.ts';
import { FreeMemorySampler } from './free-memory-rows.ts';
import { heapRows } from './heap-rows.ts';
import { Lifetimes } from './lifetimes.ts';
import { BatchBuilder } from './table-batch.ts';
import type { TableBatch } from './table-batch.ts';
import { TABLE_NAMES } from './table-schema.ts';
import type { TableName } from './table-schema.ts';

/** What tables to make of a run, and how. */
export interface RunTableOptions {
  /** Which; all unless said. */
  readonly tables?: readonly TableName[];
  /** The configuration to run under; the recorded one unless said. */
  readonly to?: Setup;
  /** Records between two samples of `free_memory`; about a thousand samples unless said. */
  readonly every?: number;
  /** The record behind which `pages` shows the heap; the last one unless said, or if the run does not get that far. */
  readonly at?: number;
  /** Rows of a batch; fewer of the last one of a table. */
  readonly batchRows?: number;
}

/** A moment in which whoever walks may let others have their turn. */
export interface TablePause {
  readonly kind: 'pause';
  readonly record: number;
}

/** The end of a walk. */
export interface TableEnd {
  readonly kind: 'end';
  /** Records that were walked through, the one that stopped Xen included. */
  readonly records: number;
  /** Where Xen stopped, and with it the tables. */
  readonly bug: ReplayResult['bug'];
}

/** What a walk gives, one after the other; the end last. */
export type RunTableItem = TableBatch | TablePause | TableEnd;

/** Records between two pauses. */
const PAUSE = 4096;

/** About how many samples of free memory are taken of a run, unless it is said. */
const SAMPLES = 1000;

/** Rows of a batch, unless it is said. */
const BATCH_ROWS = 2048;

/** Records between two samples of free memory, for a trace of so many. */
export function samplesEvery(records: number): number {
  return Math.max(1, Math.ceil(records / SAMPLES));
}

/**
 * Goes through a run once and tells it as tables, batch by batch, those of different tables in turns. Keeps nothing but
 * the heap, the allocations that are there, and one batch of each table. Throws `TraceError` for a record that makes
 * no sense, and `BootPanic` if the machine does not boot with the layout.
 */
export function* runTables(
  source: TimelineSource,
  options: RunTableOptions = {},
): Generator<RunTableItem, void, undefined> {
  const walk = new TableWalk(source, options);
  yield* walk.begin();
  for (let record = 1; record <= source.table.length && !walk.done; record++) {
    atRecord(source.name, record, () => walk.step(record));
    yield* walk.take();
    if (record % PAUSE === 0) yield { kind: 'pause', record };
  }
  yield* walk.finish();
}

class TableWalk {
  private readonly source: TimelineSource;
  private readonly every: number;
  private readonly at: number;
  private readonly wanted: ReadonlySet<TableName>;
  private readonly walk: RunWalk;
  private readonly clock: TraceClock | null;
  private readonly callers = new CallerTable();
  private readonly sampler = new FreeMemorySampler();
  private readonly lifetimes: Lifetimes | null;
  private readonly calls: BatchBuilder<'calls'>;
  private readonly allocations: BatchBuilder<'allocations'>;
  private readonly freeMemory: BatchBuilder<'free_memory'>;
  private readonly pages: BatchBuilder<'pages'>;
  private out: TableBatch[] = [];
  private freed: (readonly [mfn: number, order: number])[] = [];
  private record = 0;
  private bug: ReplayResult['bug'] = null;
  private hasPages = false;

  constructor(source: TimelineSource, options: RunTableOptions) {
    const { tables = TABLE_NAMES, to, every, at, batchRows = BATCH_ROWS } = options;
    const { header, table } = source;
    this.source = source;
    this.every = every ?? samplesEvery(table.length);
    this.at = Math.min(at ?? table.length, table.length);
    this.wanted = new Set(tables);
    const needsLifetimes = this.wanted.has('allocations') || this.wanted.has('pages');
    const probe = { onFree: (mfn: number, order: number) => this.freed.push([mfn, order]) };
    this.walk = new RunWalk(header, to, needsLifetimes ? probe : undefined);
    this.clock = isTimed(source) ? new TraceClock({ clock: 'recorded' }) : null;
    const { platform } = this.walk.heap;
    this.lifetimes = needsLifetimes ? new Lifetimes(table, platform, this.callers) : null;
    const give = (batch: TableBatch): void => {
      this.out.push(batch);
    };
    this.calls = new BatchBuilder('calls', batchRows, give);
    this.allocations = new BatchBuilder('allocations', batchRows, give);
    this.freeMemory = new BatchBuilder('free_memory', batchRows, give);
    this.pages = new BatchBuilder('pages', batchRows, give);
  }

  /** Is there nothing more to come? */
  get done(): boolean {
    // The heap at one moment needs nothing that comes behind it.
    return this.bug !== null || (this.hasPages && this.wanted.size === 1 && this.wanted.has('pages'));
  }

  *begin(): Generator<RunTableItem> {
    if (this.wanted.has('free_memory')) this.sampleFree(0);
    if (this.at === 0) yield* this.tellPages();
  }

  step(record: number): void {
    this.record = record;
    const { table } = this.source;
    const read = table.record(record);
    const at = this.clock?.advance(record, table.atAt(record)) ?? null;
    if (!isObservation(read)) this.carryOut(read, record, at);
    if (this.wanted.has('free_memory') && this.bug === null && record % this.every === 0) this.sampleFree(record);
  }

  /** What there is to tell since it was asked last. */
  *take(): Generator<RunTableItem> {
    if (this.out.length > 0) yield* this.flushed();
    if (!this.hasPages && this.bug === null && this.record >= this.at) yield* this.tellPages();
  }

  *finish(): Generator<RunTableItem> {
    const { record, bug } = this;
    // The heap is as it was behind the last record that did not stop Xen.
    const last = bug === null ? record : record - 1;
    if (this.wanted.has('free_memory') && last % this.every !== 0) this.sampleFree(last);
    if (!this.hasPages) yield* this.tellPages();
    if (this.wanted.has('allocations') && this.lifetimes !== null) {
      for (const row of this.lifetimes.open()) {
        this.allocations.push(row);
        if (this.out.length > 0) yield* this.flushed();
      }
    }
    for (const table of [this.calls, this.allocations, this.freeMemory]) table.flush();
    yield* this.flushed();
    yield { kind: 'end', records: record, bug };
  }

  private *flushed(): Generator<RunTableItem> {
    const { out } = this;
    this.out = [];
    yield* out;
  }

  private carryOut(read: CallRecord, record: number, at: number | null): void {
    const walked = this.walk.step(read, record);
    const stop = walked.findLast(({ outcome }) => outcome !== null && outcome.bug !== null);
    if (stop?.outcome?.bug) this.bug = { record, ...stop.outcome.bug };
    if (this.wanted.has('calls')) for (const one of walked) this.calls.push(this.callRow(one, read, record, at));
    if (this.lifetimes !== null && this.bug === null) this.follow(this.lifetimes, walked, read, record, at);
    this.freed = [];
  }

  private callRow(
    walked: WalkedCall,
    read: CallRecord,
    record: number,
    at: number | null,
  ): Parameters<typeof this.calls.push>[0] {
    const { call, outcome, planned, freePages } = walked;
    const callers = this.callers.textsOf(planned ? undefined : read.caller);
    const failure = this.failureOf(walked);
    const facts = { record, at, cpu: read.cpu ?? 0, call, outcome, planned, failure, freePages, callers };
    return callRow(facts, this.walk.heap.platform);
  }

  /** Why an allocation got nothing. The states since the last failure are all that this costs: each is published. */
  private failureOf({ call, outcome }: WalkedCall): Failure | null {
    if (outcome === null || outcome.bug !== null) return null;
    if (!isAllocation(call.type) || !hasFailed(call.type, outcome.result)) return null;
    const { session } = this.walk;
    const { failure } = explainCall(session.stateBefore(), call);
    session.publish();
    return failure;
  }

  private follow(
    lifetimes: Lifetimes,
    walked: readonly WalkedCall[],
    read: CallRecord,
    record: number,
    at: number | null,
  ): void {
    const last = walked.at(-1);
    const by = last === undefined || last.planned ? undefined : read.caller;
    for (const row of lifetimes.free(this.freed, { record, at, call: last?.call.type ?? read.type, caller: by })) {
      if (this.wanted.has('allocations')) this.allocations.push(row);
    }
    for (const { call, outcome, planned } of walked) {
      if (outcome !== null) lifetimes.begin(call, outcome, { record, at, planned }, this.walk.heap);
    }
  }

  private sampleFree(record: number): void {
    for (const row of this.sampler.sample(record, this.clock?.now ?? null, this.walk.heap)) this.freeMemory.push(row);
  }

  private *tellPages(): Generator<RunTableItem> {
    this.hasPages = true;
    if (!this.wanted.has('pages')) return;
    const recordOf = (mfn: number): number | null => this.lifetimes?.recordOf(mfn) ?? null;
    for (const row of heapRows(this.walk.session.publish(), recordOf)) {
      this.pages.push(row);
      if (this.out.length > 0) yield* this.flushed();
    }
    this.pages.flush();
    yield* this.flushed();
  }
}

function isTimed({ table }: TimelineSource): boolean {
  for (let record = 1; record <= table.length; record++) if (table.atAt(record) !== undefined) return true;
  return false;
}
