import { powerOn } from '@heaplay/core';
import type { HeapCall, Outcome } from '@heaplay/core';
import { Observable, asyncScheduler, filter, lastValueFrom, map } from 'rxjs';
import { hasFailed } from '../diff/call-class.ts';
import { PairedRun } from '../rebase/paired-run.ts';
import type { EditRecord } from '../rebase/paired-run.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import type { ReplayResult } from '../replay/replay-run.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { isObservation } from '../trace/record-kind.ts';
import { TraceTable } from '../trace/table.ts';
import { Checkpoints } from './checkpoints.ts';
import { OutcomeColumns } from './outcome-columns.ts';
import { DerivedScript, RecordedScript } from './run-script.ts';
import type { RunScript } from './run-script.ts';
import { Timeline } from './timeline.ts';

/** Records between two states that are kept for good: see docs/performance.md. */
export const CHECKPOINT_SPACING: number = 512;

/** Records that are replayed at one go, before others get their turn. */
const STRETCH = 4096;

/** A trace that a timeline is to be made of. */
export interface TimelineSource {
  readonly name: string;
  readonly header: Setup;
  readonly table: TraceTable;
}

/** How to open a timeline. */
export interface TimelineOptions {
  /** The configuration to run it under; the recorded one unless said. */
  readonly to?: Setup;
  /** What to make of records before they are replayed. */
  readonly edit?: EditRecord;
  readonly spacing?: number;
}

/** How far the opening has come; with the timeline at the end. */
export interface TimelineProgress {
  readonly record: number;
  readonly records: number;
  readonly timeline: Timeline | null;
}

/**
 * Replays a trace once and makes a timeline of it. Emits how far it has come, and completes with the timeline; to
 * unsubscribe cancels. Fails with `TraceError` for a record that makes no sense, and `BootPanic` if the machine does
 * not boot with the layout.
 */
export function openTimeline(source: TimelineSource, options: TimelineOptions = {}): Observable<TimelineProgress> {
  return new Observable((subscriber) => {
    const opening = new TimelineOpening(source, options);
    // A macrotask at a time: whoever wants to cancel, or the screen, must get their turn in between.
    return asyncScheduler.schedule(function work() {
      try {
        const progress = opening.advance();
        subscriber.next(progress);
        if (progress.timeline !== null) subscriber.complete();
        else this.schedule();
      } catch (error) {
        subscriber.error(error);
      }
    });
  });
}

/** The timeline alone, for somebody who waits for it. */
export function timelineOf(source: TimelineSource, options: TimelineOptions = {}): Promise<Timeline> {
  return lastValueFrom(
    openTimeline(source, options).pipe(
      map(({ timeline }) => timeline),
      filter((timeline) => timeline !== null),
    ),
  );
}

/** A timeline that is being opened, one stretch after the other. */
class TimelineOpening {
  private readonly source: TimelineSource;
  private readonly run: OpeningRun;
  private readonly checkpoints: Checkpoints;
  private readonly outcomes: OutcomeColumns;
  private record = 0;
  private bug: ReplayResult['bug'] = null;

  constructor(source: TimelineSource, { to, edit, spacing }: TimelineOptions) {
    const { header, table } = source;
    this.source = source;
    this.outcomes = new OutcomeColumns(table.length);
    const derived = edit !== undefined || (to !== undefined && !sameSetup(header, to));
    this.run = derived ? new DerivedRun(source, to ?? header, edit) : new RecordedRun(source);
    const { machine, heap } = this.run.setup;
    this.checkpoints = new Checkpoints(powerOn(machine, heap), spacing ?? CHECKPOINT_SPACING);
  }

  /** Replays the next stretch. */
  advance(): TimelineProgress {
    const records = this.source.table.length;
    const end = Math.min(this.record + STRETCH, records);
    while (this.record < end && this.bug === null) {
      this.step(this.record + 1);
      if (this.bug === null && this.record % this.checkpoints.spacing === 0) {
        this.checkpoints.append(this.run.session.publish());
      }
    }
    const done = this.bug !== null || end === records;
    return { record: this.record, records, timeline: done ? this.finish() : null };
  }

  private step(record: number): void {
    const outcome = atRecord(this.source.name, record, () => this.run.step(record));
    if (outcome === undefined) this.outcomes.set(record, undefined, false);
    else if (outcome === null) this.outcomes.skip(record);
    else {
      const { call, result, bug } = outcome;
      if (bug !== null) {
        this.bug = { record, ...bug };
        return;
      }
      this.outcomes.set(record, result, hasFailed(call.type, result));
    }
    this.record = record;
  }

  private finish(): Timeline {
    const { name, table } = this.source;
    const { checkpoints, outcomes, bug, record: length } = this;
    const { setup, script } = this.run;
    return new Timeline({ name, setup, table, script, checkpoints, outcomes, length, bug });
  }
}

type RunOutcome = Outcome & { readonly call: HeapCall };

/** What an opening replays. */
interface OpeningRun {
  readonly setup: Setup;
  readonly script: RunScript;
  readonly session: ReplaySession;
  /** What came of a record; undefined for an observation, null for a call that this run does not make. */
  step(record: number): RunOutcome | null | undefined;
}

class RecordedRun implements OpeningRun {
  readonly setup: Setup;
  readonly script: RunScript;
  readonly session: ReplaySession;
  private readonly table: TraceTable;

  constructor({ header, table }: TimelineSource) {
    this.setup = header;
    this.table = table;
    this.script = new RecordedScript(table);
    this.session = ReplaySession.powerOn(header.machine, header.heap);
  }

  step(record: number): RunOutcome | undefined {
    const call = this.table.callAt(record);
    return call === undefined ? undefined : { call, ...this.session.apply(call) };
  }
}

class DerivedRun implements OpeningRun {
  readonly setup: Setup;
  readonly script: DerivedScript;
  readonly session: ReplaySession;
  private readonly table: TraceTable;
  private readonly paired: PairedRun;

  constructor({ header, table }: TimelineSource, to: Setup, edit: EditRecord | undefined) {
    this.paired = new PairedRun(header, to, { edit });
    this.setup = this.paired.to;
    this.table = table;
    this.script = new DerivedScript(new TraceTable(), table.length);
    this.session = this.paired.b;
  }

  step(record: number): RunOutcome | null | undefined {
    const recorded = this.table.record(record);
    if (isObservation(recorded)) {
      this.script.write(record, []);
      return undefined;
    }
    const { layout, target } = this.paired.step(recorded, record);
    const made = target === null ? layout : [...layout, target];
    const stop = made.find(({ outcome }) => outcome.bug !== null);
    this.script.write(record, stop === undefined ? made.map(({ call }) => call) : []);
    const last = stop ?? target;
    return last === null ? null : { call: last.call, ...last.outcome };
  }
}
