import { openState, orderPages, pagesToScrub, usedBlocks } from '@heaplay/core';
import type { CallType, DomainId, HeapReader, HeapState } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { isObservation } from '../trace/record-kind.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { AllocationIndex } from '../rebase/allocation-index.ts';
import { isLayoutCall } from '../rebase/layout-call.ts';
import { freeZones, sampleHeap } from './heap-sample.ts';
import type { FreeZone, HeapSample } from './heap-sample.ts';

/** Calls of one kind, and what they came to. */
export interface CallTotals {
  calls: number;
  failed: number;
  /** Pages allocated by those that succeeded; 0 for calls that allocate nothing. */
  pages: number;
}

/** An extreme, and the record behind which it was reached first. */
export interface HighWater {
  readonly value: number;
  readonly record: number;
}

/** Memory that is still held at the end, by who allocated it. Pages. */
export interface HeldMemory {
  /** The stack of the allocation, innermost first; empty if the trace does not say. */
  readonly caller: readonly string[];
  readonly call: CallType | null;
  readonly domain: DomainId | null;
  readonly pages: number;
  readonly blocks: number;
}

/** Everything that can be counted about a run up to a record. */
export interface RunStats {
  readonly record: number;
  readonly byCall: Readonly<Record<string, CallTotals>>;
  /** Allocations by order. */
  readonly byOrder: Readonly<Record<string, CallTotals>>;
  /** Allocations by domain; `none` for anonymous ones. */
  readonly byDomain: Readonly<Record<string, CallTotals>>;
  /** Allocations by the innermost symbol of their caller. */
  readonly byCaller: Readonly<Record<string, CallTotals>>;
  readonly heap: HeapSample;
  readonly free: readonly FreeZone[];
  readonly highWater: {
    /** Fewest free pages behind any record since memory was first given to the heap, those apart that lay it out. */
    readonly freePages: HighWater;
    readonly claims: HighWater;
    readonly needScrub: HighWater;
  };
  /** What is held, the most first. */
  readonly held: readonly HeldMemory[];
}

/** Counts what happened in a run up to a record, and what is there then. */
export function statsOf(timeline: Timeline, upTo: number = timeline.length): RunStats {
  return atOnce(statsStepwise(timeline, upTo));
}

/** The same, pausing on the way. */
export function* statsStepwise(timeline: Timeline, upTo: number = timeline.length): Stepwise<RunStats> {
  const counter = new Counter(timeline);
  yield* timeline.walkStepwise(0, upTo, (record, batch) => {
    counter.count(record, batch.view);
    return true;
  });
  const state = timeline.stateAt(upTo);
  const heap = openState(state);
  return {
    record: upTo,
    byCall: Object.fromEntries(counter.byCall),
    byOrder: Object.fromEntries([...counter.byOrder].toSorted(([a], [b]) => Number(a) - Number(b))),
    byDomain: Object.fromEntries(counter.byDomain),
    byCaller: Object.fromEntries([...counter.byCaller].toSorted(([, a], [, b]) => b.pages - a.pages)),
    heap: sampleHeap(heap),
    free: freeZones(heap),
    highWater: counter.highWater(),
    held: yield* heldMemory(timeline, counter.allocations, state),
  };
}

/** Blocks between two pauses. */
const PAUSE = 8192;

type Tally = Map<string, CallTotals>;

class Counter {
  readonly byCall: Tally = new Map();
  readonly byOrder: Tally = new Map();
  readonly byDomain: Tally = new Map();
  readonly byCaller: Tally = new Map();
  readonly allocations = new AllocationIndex();
  private readonly timeline: Timeline;
  private begun = false;
  private lowest: HighWater = { value: 0, record: 0 };
  private claims: HighWater = { value: 0, record: 0 };
  private needScrub: HighWater = { value: 0, record: 0 };

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  count(record: number, heap: HeapReader): void {
    const { timeline } = this;
    const call = timeline.recordAt(record);
    // While memory is handed out range by range, what is there so far says nothing.
    this.noteHeap(record, heap, !isObservation(call) && isLayoutCall(call));
    if (isObservation(call) || timeline.isSkipped(record)) return;
    const failed = timeline.hasFailed(record);
    const result = timeline.resultAt(record);
    const allocates = isAllocation(call.type) && 'order' in call;
    const got = allocates && typeof result === 'number';
    const pages = got ? orderPages(call.order) : 0;
    add(this.byCall, call.type, failed, pages);
    if (!allocates) return;
    if (got) this.allocations.add(result, call.order, record);
    add(this.byOrder, String(call.order), failed, pages);
    add(this.byDomain, 'domain' in call && call.domain !== undefined ? String(call.domain) : 'none', failed, pages);
    add(this.byCaller, symbolOf(call.caller?.[0]), failed, pages);
  }

  highWater(): RunStats['highWater'] {
    return { freePages: this.lowest, claims: this.claims, needScrub: this.needScrub };
  }

  private noteHeap(record: number, heap: HeapReader, laysOut: boolean): void {
    const { freePages, claims } = heap.totals;
    this.begun ||= heap.totals.active || (freePages > 0 && heap.bootRegions.length === 0);
    if (this.begun && !laysOut && (this.lowest.record === 0 || freePages < this.lowest.value)) {
      this.lowest = { value: freePages, record };
    }
    if (claims > this.claims.value) this.claims = { value: claims, record };
    const needScrub = pagesToScrub(heap);
    if (needScrub > this.needScrub.value) this.needScrub = { value: needScrub, record };
  }
}

/** A symbol without its offset: calls from one function count together. */
export function symbolOf(caller: string | undefined): string {
  return caller === undefined ? 'unknown' : caller.replace(/\+0x[0-9a-f]+$/, '');
}

function add(tally: Tally, key: string, failed: boolean, pages: number): void {
  let totals = tally.get(key);
  if (totals === undefined) {
    totals = { calls: 0, failed: 0, pages: 0 };
    tally.set(key, totals);
  }
  totals.calls++;
  if (failed) totals.failed++;
  totals.pages += pages;
}

function* heldMemory(timeline: Timeline, allocations: AllocationIndex, state: HeapState): Stepwise<HeldMemory[]> {
  const held = new Map<string, { -readonly [K in keyof HeldMemory]: HeldMemory[K] }>();
  let seen = 0;
  for (const { mfn, order, owner } of usedBlocks(state)) {
    if (++seen % PAUSE === 0) yield timeline.length;
    const record = allocations.find(mfn);
    const call = record === 0 ? undefined : timeline.recordAt(record);
    const caller = call?.caller ?? [];
    const type = call === undefined || isObservation(call) ? null : call.type;
    const key = `${owner ?? ''} ${type} ${caller.join(' ')}`;
    const entry = held.get(key) ?? { caller, call: type, domain: owner, pages: 0, blocks: 0 };
    entry.pages += orderPages(order);
    entry.blocks++;
    held.set(key, entry);
  }
  return [...held.values()].toSorted((a, b) => b.pages - a.pages);
}
