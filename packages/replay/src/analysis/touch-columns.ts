import { MAX_ORDER, alignDown, orderPages } from '@heaplay/core';
import type { Stepwise } from '../timeline/stepwise.ts';

const FIRST_CAPACITY = 4096;
/** Touches that are looked at between two pauses. */
const PAUSE = 4096;

/** What happened to the pages of a block: they were touched themselves, or the block around them became another one. */
export const TOUCH = {
  /** Its pages were touched, all of them. */
  touched: 0,
  /** Some pages were allocated from its top, and the rest is left in halves. */
  allocated: 1,
  /** Some of its pages were freed and merged with the others. */
  freed: 2,
  /** It is a piece of a block that was cut. */
  cut: 3,
} as const;

/** One of {@link TOUCH}. */
export type TouchKind = (typeof TOUCH)[keyof typeof TOUCH];

/** A touch, as it is written. */
export interface NewTouch {
  readonly record: number;
  readonly kind: TouchKind;
  /** Of `allocated` and `freed` the pages that were; else the block that the pages lie in behind the record. */
  readonly head: number;
  readonly order: number;
  readonly state: number;
  readonly owner: number | null;
}

/** A touch of a block that holds a page: where it stands in the columns, and the order of that block. */
export interface FoundTouch {
  readonly at: number;
  readonly blockOrder: number;
}

/**
 * Touches of aligned blocks in columns of 21 bytes, each with a link to the touch of the same block before it: a page
 * finds its own by asking one block of each order.
 */
export class TouchColumns {
  /** For each order, by first frame in units of the block's size, the last touch of the block. */
  private readonly latest: Map<number, number>[] = [];
  private count = 0;
  private records = new Uint32Array(FIRST_CAPACITY);
  /** The touch of the same block before this one; -1: none. */
  private before = new Int32Array(FIRST_CAPACITY);
  private heads = new Float64Array(FIRST_CAPACITY);
  private orders = new Uint8Array(FIRST_CAPACITY);
  private kinds = new Uint8Array(FIRST_CAPACITY);
  private states = new Uint8Array(FIRST_CAPACITY);
  private owners = new Uint16Array(FIRST_CAPACITY);

  /** How many touches there are. */
  get length(): number {
    return this.count;
  }

  /** Adds a touch of the aligned block of `blockOrder` at `block`. Records are not to fall. */
  add(block: number, blockOrder: number, { record, kind, head, order, state, owner }: NewTouch): void {
    const at = this.count++;
    if (at === this.records.length) this.grow();
    const blocks = (this.latest[blockOrder] ??= new Map());
    const place = block / orderPages(blockOrder);
    this.before[at] = blocks.get(place) ?? -1;
    blocks.set(place, at);
    this.records[at] = record;
    this.heads[at] = head;
    this.orders[at] = order;
    this.kinds[at] = kind;
    this.states[at] = state;
    this.owners[at] = owner === null ? 0 : owner + 1;
  }

  /** The touches of all blocks that hold a page, in the order in which they were added; pauses on the way. */
  *findStepwise(mfn: number): Stepwise<FoundTouch[]> {
    const lists: TouchList[] = [];
    let steps = 0;
    for (let blockOrder = 0; blockOrder <= MAX_ORDER; blockOrder++) {
      const newestFirst: number[] = [];
      const place = alignDown(mfn, blockOrder) / orderPages(blockOrder);
      let at = this.latest[blockOrder]?.get(place) ?? -1;
      for (; at >= 0; at = this.before[at] as number) {
        newestFirst.push(at);
        if (++steps % PAUSE === 0) yield this.recordOf(at);
      }
      if (newestFirst.length > 0) lists.push({ blockOrder, newestFirst });
    }
    const found: FoundTouch[] = [];
    while (lists.length > 0) {
      let oldest = lists[0] as TouchList;
      for (const list of lists) if (lastOf(list) < lastOf(oldest)) oldest = list;
      found.push({ at: lastOf(oldest), blockOrder: oldest.blockOrder });
      oldest.newestFirst.pop();
      if (oldest.newestFirst.length === 0) lists.splice(lists.indexOf(oldest), 1);
      if (found.length % PAUSE === 0) yield this.recordOf((found.at(-1) as FoundTouch).at);
    }
    return found;
  }

  /** The record of a touch. */
  recordOf(at: number): number {
    return this.records[at] as number;
  }

  /** A touch as it was written. */
  touch(at: number): NewTouch {
    const owner = this.owners[at] as number;
    return {
      record: this.recordOf(at),
      kind: this.kinds[at] as TouchKind,
      head: this.heads[at] as number,
      order: this.orders[at] as number,
      state: this.states[at] as number,
      owner: owner === 0 ? null : owner - 1,
    };
  }

  private grow(): void {
    const length = this.count * 2;
    this.records = grown(this.records, new Uint32Array(length));
    this.before = grown(this.before, new Int32Array(length));
    this.heads = grown(this.heads, new Float64Array(length));
    this.orders = grown(this.orders, new Uint8Array(length));
    this.kinds = grown(this.kinds, new Uint8Array(length));
    this.states = grown(this.states, new Uint8Array(length));
    this.owners = grown(this.owners, new Uint16Array(length));
  }
}

/** The touches of one block, the newest first, as far as they are not taken yet. */
interface TouchList {
  readonly blockOrder: number;
  readonly newestFirst: number[];
}

function lastOf({ newestFirst }: TouchList): number {
  return newestFirst.at(-1) as number;
}

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
