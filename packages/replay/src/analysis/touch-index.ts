import { alignDown, isAligned, largestOrderAt, orderPages, pageInfo } from '@heaplay/core';
import type { DomainId, HeapReader, Mfn, PageState, Probe } from '@heaplay/core';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { TOUCH, TouchColumns } from './touch-columns.ts';
import type { FoundTouch, NewTouch, TouchKind } from './touch-columns.ts';

/** What a page was behind a record that touched it, or the block around it. */
export interface PageMoment {
  readonly record: number;
  readonly state: PageState;
  readonly owner: DomainId | null;
  /** The block that it lies in; outside of the heap every page stands by itself. */
  readonly head: Mfn;
  readonly order: number;
}

const STATES: readonly PageState[] = ['outside', 'in-use', 'offlining', 'free', 'offlined'];
/** The pages that were touched are not all of one block any more: the state behind the record has to be asked. */
const MIXED = 0xff;

/** Moments of a history between two pauses. */
const PAUSE = 512;

/** What the allocator told of a call that was carried out. */
interface Told {
  readonly kind: TouchKind;
  readonly mfn: number;
  readonly order: number;
  /** The block around these pages that changed with them. */
  readonly block: number;
  readonly blockOrder: number;
}

/**
 * Which records touched which pages of a run (given to the heap, allocated, assigned, freed, scrubbed, taken offline or
 * put back), and which split or merged the blocks that they lie in. A record adds as many touches as it has allocations
 * and frees, whatever their order.
 */
export class TouchIndex {
  private timeline: Timeline;
  private readonly columns = new TouchColumns();
  private known = 0;

  private constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** Goes through a run once, pausing on the way. */
  static *ofStepwise(timeline: Timeline): Stepwise<TouchIndex> {
    const index = TouchIndex.empty(timeline);
    yield* index.growStepwise(timeline);
    return index;
  }

  /** An index of a run that knows none of its records yet. */
  static empty(timeline: Timeline): TouchIndex {
    return new TouchIndex(timeline);
  }

  /** The last record that is in it. */
  get length(): number {
    return this.known;
  }

  /**
   * Takes in the records that it does not know, of the same run, which may be longer now; pausing on the way. What was
   * taken in stays if nobody goes on, and several may do so in turns.
   */
  *growStepwise(timeline: Timeline): Stepwise<void> {
    if (timeline.length >= this.timeline.length) this.timeline = timeline;
    const told: Told[] = [];
    yield* timeline.walkStepwise(
      Math.min(this.known, timeline.length),
      timeline.length,
      (record, batch) => {
        // Somebody else may have come past here meanwhile.
        const isNew = record > this.known;
        // What the pages are is asked behind the record: a call may touch them more than once.
        if (isNew) for (const touch of told) this.add(record, touch, batch.view);
        told.length = 0;
        if (isNew) this.known = record;
        return true;
      },
      listener(told),
    );
  }

  /** How many touches there are. */
  get size(): number {
    return this.columns.length;
  }

  /**
   * The page at power-on, then behind every record that touched it or changed the block that it lies in. A record that
   * split and merged that block again, and left the page alone, is not among them.
   */
  history(mfn: number): PageMoment[] {
    return atOnce(this.historyStepwise(mfn));
  }

  /** The same, pausing on the way: a page can be touched by every record of a long run. */
  *historyStepwise(mfn: number): Stepwise<PageMoment[]> {
    let last = momentFrom(0, this.timeline.momentAt(0).heap, mfn);
    const moments = [last];
    const found = yield* this.columns.findStepwise(mfn);
    let touched = false;
    for (let at = 0; at < found.length; at++) {
      const touch = found[at] as FoundTouch;
      touched ||= this.isOwn(touch, mfn);
      const record = this.columns.recordOf(touch.at);
      const next = found[at + 1];
      // The last touch of a record is the one that still holds.
      if (next !== undefined && this.columns.recordOf(next.at) === record) continue;
      const moment = this.momentOf(touch, mfn);
      if (touched || !isSame(moment, last)) moments.push(moment);
      last = moment;
      touched = false;
      if (moments.length % PAUSE === 0 || this.isReplayed(touch)) yield record;
    }
    return moments;
  }

  /** Does it take a replay to say what the page was? */
  private isReplayed({ at }: FoundTouch): boolean {
    const { kind, state } = this.columns.touch(at);
    return kind !== TOUCH.freed && state === MIXED;
  }

  /** Was the page itself touched, and not the block around it alone? */
  private isOwn({ at }: FoundTouch, mfn: number): boolean {
    const { kind, head, order } = this.columns.touch(at);
    if (kind === TOUCH.touched || kind === TOUCH.cut) return kind === TOUCH.touched;
    return mfn >= head && mfn < head + orderPages(order);
  }

  private momentOf(found: FoundTouch, mfn: number): PageMoment {
    const { record, kind, head, order, state, owner } = this.columns.touch(found.at);
    const block = alignDown(mfn, found.blockOrder);
    if (kind === TOUCH.freed) return freeMoment(record, block, found.blockOrder);
    if (kind === TOUCH.allocated && mfn < head) return halfMoment(record, block, found.blockOrder, mfn);
    if (state === MIXED) return momentFrom(record, this.timeline.momentAt(record).heap, mfn);
    return momentOfPage(record, mfn, STATES[state] as PageState, owner as DomainId | null, head, order);
  }

  private add(record: number, told: Told, heap: HeapReader): void {
    const { kind, mfn, order, block, blockOrder } = told;
    if (kind === TOUCH.touched || kind === TOUCH.cut) this.addRange(record, kind, mfn, order, heap);
    else if (!isAligned(block, blockOrder)) this.addUnaligned(record, told, heap);
    else {
      const { state, owner } = kind === TOUCH.freed ? FREE : stateOf(heap, mfn, order, true);
      this.columns.add(block, blockOrder, { record, kind, head: mfn, order, state, owner });
    }
  }

  /** Blocks of older versions can lie out of alignment (VER-2): their parts are touched one by one. */
  private addUnaligned(record: number, { kind, mfn, order, block, blockOrder }: Told, heap: HeapReader): void {
    if (kind === TOUCH.freed) this.addRange(record, TOUCH.cut, block, blockOrder, heap);
    else {
      let half = block;
      for (let size = blockOrder - 1; size >= order; size--) {
        this.addRange(record, TOUCH.cut, half, size, heap);
        half += orderPages(size);
      }
    }
    this.addRange(record, TOUCH.touched, mfn, order, heap);
  }

  private addRange(record: number, kind: TouchKind, mfn: number, order: number, heap: HeapReader): void {
    const end = mfn + orderPages(order);
    for (let at = mfn; at < end;) {
      const part = isAligned(mfn, order) ? order : largestOrderAt(at, end, order);
      this.columns.add(at, part, { record, kind, ...stateOf(heap, at, part, false) });
      at += orderPages(part);
    }
  }
}

/** What a page is in a heap, as a moment of its history. */
export function momentFrom(record: number, heap: HeapReader, mfn: number): PageMoment {
  const { state, owner, head, order } = pageInfo(heap, mfn);
  return momentOfPage(record, mfn, state, owner, head, order);
}

/** Writes down what the allocator tells. */
function listener(told: Told[]): Probe {
  const alone = (kind: TouchKind) => (mfn: number, order: number) => {
    told.push({ kind, mfn, order, block: mfn, blockOrder: order });
  };
  const within = (kind: TouchKind) => (mfn: number, order: number, block: number, blockOrder: number) => {
    told.push({ kind, mfn, order, block, blockOrder });
  };
  return {
    onTouch: alone(TOUCH.touched),
    onCut: alone(TOUCH.cut),
    onAllocate: within(TOUCH.allocated),
    onFree: within(TOUCH.freed),
  };
}

const FREE = { state: STATES.indexOf('free'), owner: null } as const;

/** What the `2^order` pages at `mfn` are, if they are one block's: `alone`, or with others. */
function stateOf(heap: HeapReader, mfn: number, order: number, alone: boolean): Omit<NewTouch, 'record' | 'kind'> {
  const info = pageInfo(heap, mfn);
  const { head, owner } = info;
  const whole = alone ? head === mfn && info.order === order : head + orderPages(info.order) >= mfn + orderPages(order);
  return { head, order: info.order, state: whole ? STATES.indexOf(info.state) : MIXED, owner };
}

function momentOfPage(
  record: number,
  mfn: number,
  state: PageState,
  owner: DomainId | null,
  head: number,
  order: number,
): PageMoment {
  // Frames that were never given to the heap are kept together where that saves space: that makes no block of them.
  const place = state === 'outside' ? { head: mfn as Mfn, order: 0 } : { head: head as Mfn, order };
  return { record, state, owner, ...place };
}

function freeMoment(record: number, head: number, order: number): PageMoment {
  return { record, state: 'free', owner: null, head: head as Mfn, order };
}

/** The half that a page lies in which was left where the top of a block was allocated (BUDDY-8). */
function halfMoment(record: number, block: number, blockOrder: number, mfn: number): PageMoment {
  // Pages from it to the end of the block: the halves are as large as the powers of two below.
  const rest = block + orderPages(blockOrder) - mfn;
  const order = 31 - Math.clz32(rest - 1);
  return freeMoment(record, block + orderPages(blockOrder) - orderPages(order + 1), order);
}

function isSame(a: PageMoment, b: PageMoment): boolean {
  return a.state === b.state && a.owner === b.owner && a.head === b.head && a.order === b.order;
}
