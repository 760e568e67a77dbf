import { MAX_ORDER, alignDown, isAligned, largestOrderAt, orderPages, pageInfo } from '@heaplay/core';
import type { DomainId, HeapReader, Mfn, PageState } from '@heaplay/core';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** What a page was behind a record that touched it. */
export interface PageMoment {
  readonly record: number;
  readonly state: PageState;
  readonly owner: DomainId | null;
  /** The block that it lies in. */
  readonly head: Mfn;
  readonly order: number;
}

const STATES: readonly PageState[] = ['outside', 'in-use', 'offlining', 'free', 'offlined'];
const FIRST_CAPACITY = 4096;
/** The pages that were touched are not all of one block any more: the state behind the record has to be asked. */
const MIXED = 0xff;

interface Touch {
  readonly mfn: number;
  readonly order: number;
}

/**
 * Which records touched which pages of a run: given to the heap, allocated, assigned, freed, scrubbed, taken offline
 * or put back. Touches are kept by aligned block, so that a page finds its own by asking one block of each order.
 */
export class TouchIndex {
  private readonly timeline: Timeline;
  /** The last touch of a block: by first frame and order. */
  private readonly latest = new Map<number, number>();
  private count = 0;
  private record = new Uint32Array(FIRST_CAPACITY);
  /** The touch of the same block before this one; -1: none. */
  private previous = new Int32Array(FIRST_CAPACITY);
  private head = new Float64Array(FIRST_CAPACITY);
  private order = new Uint8Array(FIRST_CAPACITY);
  private state = new Uint8Array(FIRST_CAPACITY);
  private owner = new Uint16Array(FIRST_CAPACITY);

  private constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** Goes through a run once, pausing on the way. */
  static *ofStepwise(timeline: Timeline): Stepwise<TouchIndex> {
    const index = new TouchIndex(timeline);
    const touched: Touch[] = [];
    const onTouch = (mfn: number, order: number): void => {
      touched.push({ mfn, order });
    };
    yield* timeline.walkStepwise(
      0,
      timeline.length,
      (record, batch) => {
        for (const { mfn, order } of touched) index.addRange(record, mfn, order, batch.view);
        touched.length = 0;
        return true;
      },
      { onTouch },
    );
    return index;
  }

  /** How many touches there are. */
  get size(): number {
    return this.count;
  }

  /** Every record that touched a page, in order, and what the page was behind it. */
  history(mfn: number): PageMoment[] {
    const moments = new Map<number, PageMoment>();
    for (let order = 0; order <= MAX_ORDER; order++) {
      let at = this.latest.get(keyOf(alignDown(mfn, order), order)) ?? -1;
      for (; at >= 0; at = this.previous[at] as number) {
        const moment = this.momentOf(at, mfn);
        moments.set(moment.record, moment);
      }
    }
    return [...moments.values()].toSorted((a, b) => a.record - b.record);
  }

  private momentOf(at: number, mfn: number): PageMoment {
    const record = this.record[at] as number;
    const state = this.state[at] as number;
    if (state === MIXED) return momentFrom(record, this.timeline.momentAt(record).heap, mfn);
    const owner = this.owner[at] as number;
    return {
      record,
      state: STATES[state] as PageState,
      owner: owner === 0 ? null : ((owner - 1) as DomainId),
      head: this.head[at] as Mfn,
      order: this.order[at] as number,
    };
  }

  private addRange(record: number, mfn: number, order: number, heap: HeapReader): void {
    if (isAligned(mfn, order)) {
      this.add(record, mfn, order, heap);
      return;
    }
    // Blocks of older versions can lie out of alignment (VER-2).
    const end = mfn + orderPages(order);
    for (let at = mfn; at < end;) {
      const part = largestOrderAt(at, end, order);
      this.add(record, at, part, heap);
      at += orderPages(part);
    }
  }

  private add(record: number, mfn: number, order: number, heap: HeapReader): void {
    const at = this.count++;
    if (at === this.record.length) this.grow();
    const key = keyOf(mfn, order);
    this.previous[at] = this.latest.get(key) ?? -1;
    this.latest.set(key, at);
    this.record[at] = record;
    const info = pageInfo(heap, mfn);
    const whole = info.head + orderPages(info.order) >= mfn + orderPages(order);
    this.state[at] = whole ? STATES.indexOf(info.state) : MIXED;
    this.head[at] = info.head;
    this.order[at] = info.order;
    this.owner[at] = info.owner === null ? 0 : info.owner + 1;
  }

  private grow(): void {
    const length = this.count * 2;
    this.record = grown(this.record, new Uint32Array(length));
    this.previous = grown(this.previous, new Int32Array(length));
    this.head = grown(this.head, new Float64Array(length));
    this.order = grown(this.order, new Uint8Array(length));
    this.state = grown(this.state, new Uint8Array(length));
    this.owner = grown(this.owner, new Uint16Array(length));
  }
}

/** What a page is in a heap, as a moment of its history. */
export function momentFrom(record: number, heap: HeapReader, mfn: number): PageMoment {
  const { state, owner, head, order } = pageInfo(heap, mfn);
  return { record, state, owner, head, order };
}

function keyOf(head: number, order: number): number {
  return head * 32 + order;
}

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
