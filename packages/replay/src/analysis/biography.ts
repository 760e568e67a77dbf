import type { Mfn } from '@heaplay/core';
import type { RecordType } from '../trace/trace-record.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { pageChangeOf } from './page-change.ts';
import type { PageChange } from './page-change.ts';
import { TouchIndex } from './touch-index.ts';
import type { PageMoment } from './touch-index.ts';

/** Events between two pauses. */
const PAUSE = 512;

/** A record in the life of a page: it touched the page, or changed the block that it lies in. */
export interface PageEvent extends PageMoment {
  /** `power-on` for record 0. */
  readonly type: RecordType | 'power-on';
  /** What the record made of the page. */
  readonly change: PageChange;
}

/** What happened to a page. */
export interface PageBiography {
  readonly mfn: Mfn;
  /** From power-on, in order. */
  readonly history: readonly PageEvent[];
}

/** Tells what happened to pages of a run. The index is made when the first one is asked for. */
export class Biographer {
  private timeline: Timeline;
  private readonly index: TouchIndex;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.index = TouchIndex.empty(timeline);
  }

  /** The run has become longer: what comes is asked of it, and what is known of it stays. */
  grow(timeline: Timeline): void {
    this.timeline = timeline;
  }

  /** The last record that the index knows. */
  get known(): number {
    return this.index.length;
  }

  /**
   * Brings the index to the end of the run, pausing on the way: a million records take seconds. Whoever gives up leaves
   * it where it is, and the next one goes on from there.
   */
  *prepare(): Stepwise<TouchIndex> {
    yield* this.index.growStepwise(this.timeline);
    return this.index;
  }

  /** The biography of a frame. Throws `RangeError` for one that the machine does not have. */
  biography(mfn: number): PageBiography {
    return atOnce(this.biographyStepwise(mfn));
  }

  /** The same, pausing on the way. */
  *biographyStepwise(mfn: number): Stepwise<PageBiography> {
    const { timeline } = this;
    const { frames } = timeline.setup.machine;
    if (!Number.isInteger(mfn) || mfn < 0 || mfn >= frames) {
      throw new RangeError(`frame ${mfn} is not there: the frame table ends before ${frames}`);
    }
    const index = yield* this.prepare();
    const moments = yield* index.historyStepwise(mfn);
    const history: PageEvent[] = [];
    for (const moment of moments) {
      history.push(eventOf(timeline, moments[history.length - 1], moment));
      if (history.length % PAUSE === 0) yield moment.record;
    }
    return { mfn: mfn as Mfn, history };
  }
}

function eventOf({ table }: Timeline, before: PageMoment | undefined, now: PageMoment): PageEvent {
  const { record, state, owner, order, head } = now;
  if (before === undefined) return { record, type: 'power-on', change: 'power-on', state, owner, order, head };
  const type = table.typeAt(record);
  return { record, type, change: pageChangeOf(before, now, type), state, owner, order, head };
}

/** The place of the last event of a biography up to a record, itself among them: what it made of the page holds there. */
export function lastEventUpTo({ history }: PageBiography, record: number): number {
  let low = 0;
  let high = history.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((history[middle] as PageEvent).record <= record) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The event that allocated a page as it is in use behind a record; null: it is not in use there, or since power-on. */
export function allocationUpTo(biography: PageBiography, record: number): PageEvent | null {
  for (let at = lastEventUpTo(biography, record); at >= 0; at--) {
    const event = biography.history[at] as PageEvent;
    if (event.change === 'allocated') return event;
    if (event.state !== 'in-use' && event.state !== 'offlining') return null;
  }
  return null;
}
