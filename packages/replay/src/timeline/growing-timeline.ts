import { powerOn } from '@heaplay/core';
import { hasFailed } from '../diff/call-class.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import type { ReplayResult } from '../replay/replay-tally.ts';
import { Checkpoints } from './checkpoints.ts';
import { DerivedRun, RecordedRun } from './opening-run.ts';
import type { OpeningRun } from './opening-run.ts';
import { OutcomeColumns } from './outcome-columns.ts';
import { RisingTimes } from './rising-times.ts';
import type { TimelineOptions, TimelineSource } from './timeline-source.ts';
import { Timeline } from './timeline.ts';

/** Records between two states that are kept for good: see docs/performance.md. */
export const CHECKPOINT_SPACING: number = 512;

/** Records that are replayed at one go, before others get their turn. */
const STRETCH = 4096;

/**
 * A timeline in the making: replays the records that its table has, stretch by stretch, also while more are appended.
 * What it has come to can be taken at any time, as a {@link Timeline} that stays as it is.
 */
export class GrowingTimeline {
  private readonly source: TimelineSource;
  private readonly run: OpeningRun;
  private readonly checkpoints: Checkpoints;
  private readonly outcomes: OutcomeColumns;
  private readonly times: RisingTimes;
  private bug: ReplayResult['bug'] = null;
  private reached = 0;

  constructor(source: TimelineSource, { to, edit, spacing }: TimelineOptions = {}) {
    const { header, table } = source;
    this.source = source;
    this.outcomes = new OutcomeColumns(table.length);
    this.times = new RisingTimes(table);
    const derived = edit !== undefined || (to !== undefined && !sameSetup(header, to));
    this.run = derived ? new DerivedRun(source, to ?? header, edit) : new RecordedRun(source);
    const { machine, heap } = this.run.setup;
    this.checkpoints = new Checkpoints(powerOn(machine, heap), spacing ?? CHECKPOINT_SPACING);
  }

  /** The last record that was replayed; 0: none yet. */
  get record(): number {
    return this.reached;
  }

  /**
   * Replays the next stretch of records. False: there are none left that could be, unless more are appended; after a
   * call that stops Xen there are none ever. Throws `TraceError` for a record that makes no sense, and `BootPanic` if
   * the machine does not boot with the layout.
   */
  advance(): boolean {
    const records = this.source.table.length;
    const end = Math.min(this.reached + STRETCH, records);
    while (this.reached < end && this.bug === null) {
      this.step(this.reached + 1);
      if (this.bug === null && this.reached % this.checkpoints.spacing === 0) {
        this.checkpoints.append(this.run.session.publish());
      }
    }
    return this.bug === null && this.reached < records;
  }

  /** The run as far as it has come. */
  timeline(): Timeline {
    const { name, table } = this.source;
    const { checkpoints, outcomes, times, bug, reached: length } = this;
    const { setup, script } = this.run;
    return new Timeline({ name, setup, table, script, checkpoints, outcomes, times, length, bug });
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
    this.reached = record;
  }
}
