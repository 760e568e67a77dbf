import type { Mfn } from '@heaplay/core';
import type { RecordType } from '../trace/trace-record.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { TouchIndex } from './touch-index.ts';
import type { PageMoment } from './touch-index.ts';

/** A record in the life of a page: it touched the page, or changed the block that it lies in. */
export interface PageEvent extends PageMoment {
  /** `power-on` for record 0. */
  readonly type: RecordType | 'power-on';
}

/** What happened to a page. */
export interface PageBiography {
  readonly mfn: Mfn;
  /** From power-on, in order. */
  readonly history: readonly PageEvent[];
}

/** Tells what happened to pages of a run. The index is made when the first one is asked for. */
export class Biographer {
  private readonly timeline: Timeline;
  private made: TouchIndex | undefined;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** Makes the index now, pausing on the way: a run of a million records takes seconds. */
  *prepare(): Stepwise<TouchIndex> {
    this.made ??= yield* TouchIndex.ofStepwise(this.timeline);
    return this.made;
  }

  /** The biography of a frame. Throws `RangeError` for one that the machine does not have. */
  biography(mfn: number): PageBiography {
    const { frames } = this.timeline.setup.machine;
    if (!Number.isInteger(mfn) || mfn < 0 || mfn >= frames) {
      throw new RangeError(`frame ${mfn} is not there: the frame table ends before ${frames}`);
    }
    const history = atOnce(this.prepare())
      .history(mfn)
      .map((moment): PageEvent => ({
        record: moment.record,
        type: moment.record === 0 ? 'power-on' : this.timeline.table.typeAt(moment.record),
        state: moment.state,
        owner: moment.owner,
        order: moment.order,
        head: moment.head,
      }));
    return { mfn: mfn as Mfn, history };
  }
}
