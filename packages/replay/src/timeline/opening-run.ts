import type { HeapCall, Outcome } from '@heaplay/core';
import { PairedRun } from '../rebase/paired-run.ts';
import type { EditRecord } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { isObservation } from '../trace/record-kind.ts';
import { TraceTable } from '../trace/table.ts';
import type { TimelineSource } from './timeline-source.ts';
import { DerivedScript, RecordedScript } from './run-script.ts';
import type { RunScript } from './run-script.ts';

/** What a call of a run came to; with the call, which need not be the recorded one. */
export type RunOutcome = Outcome & { readonly call: HeapCall };

/** What a timeline that is being made replays. */
export interface OpeningRun {
  readonly setup: Setup;
  readonly script: RunScript;
  readonly session: ReplaySession;
  /** What came of a record; undefined for an observation, null for a call that this run does not make. */
  step(record: number): RunOutcome | null | undefined;
}

/** The run as it was recorded. */
export class RecordedRun implements OpeningRun {
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

/** The run under another configuration, or with records edited: worked out beside the recorded one. */
export class DerivedRun implements OpeningRun {
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
