import { openState, pageInfo } from '@heaplay/core';
import type { HeapState, PageInfo } from '@heaplay/core';
import { isAllocation, symbolOf } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import type { SchemeName } from '../src/map/schemes/scheme.ts';

/** What a map must say of frames: worked out frame by frame from what the library says of a page. */
export class NaiveMap {
  readonly timeline: Timeline;
  private readonly state: HeapState;
  readonly record: number;
  private readonly against: HeapState | null;
  private readonly page: (mfn: number) => PageInfo;

  constructor(timeline: Timeline, record: number, against: number | null = null) {
    this.timeline = timeline;
    this.record = record;
    this.state = timeline.stateAt(record);
    this.against = against === null ? null : timeline.stateAt(against);
    const heap = openState(this.state);
    this.page = (mfn) => pageInfo(heap, mfn);
  }

  /** The label of a frame's class. */
  label(scheme: SchemeName, mfn: number): string {
    const page = this.page(mfn);
    if (scheme === 'difference') return this.difference(page);
    if (scheme === 'state' && page.broken) return 'broken';
    if (scheme === 'owner' && page.owner !== null) return `d${page.owner}`;
    const isPlace = scheme === 'node' || scheme === 'zone';
    if (page.state === 'outside' && !(isPlace && this.isRam(mfn))) return this.outside(mfn);
    const { platform } = this.state;
    const isFree = page.state === 'free';
    switch (scheme) {
      case 'owner':
        return { free: 'free', offlined: 'offlined', other: 'in use, no owner' }[either(page.state)];
      case 'order':
        return page.state === 'offlined' ? 'offlined' : `${isFree ? 'free' : 'in use'}, order ${page.order}`;
      case 'heap':
        if (page.state === 'offlined') return 'offlined';
        if (isFree) return page.xenHeap ? 'xen heap, free' : 'free';
        return page.xenHeap ? 'xen heap, in use' : 'dom heap, in use';
      case 'node':
        return `node ${platform.nodeOf(mfn)}, ${isFree ? 'free' : 'not free'}`;
      case 'zone':
        return `zone ${platform.zoneOf(mfn)}, ${isFree ? 'free' : 'not free'}`;
      case 'dirty':
        if (isFree) return page.dirty ? 'free, to be scrubbed' : 'free, clean';
        return page.state === 'offlined' ? 'offlined' : 'in use';
      case 'age':
      case 'caller':
        if (isFree || page.state === 'offlined') return page.state;
        return scheme === 'age' ? this.age(mfn) : this.caller(mfn);
      default:
        return this.plainState(page);
    }
  }

  private plainState({ state, xenHeap, dirty }: PageInfo): string {
    switch (state) {
      case 'free':
        return dirty ? 'free, to be scrubbed' : 'free';
      case 'in-use':
        return xenHeap ? 'xen heap' : 'in use';
      case 'offlining':
        return 'in use, to be offlined';
      default:
        return state;
    }
  }

  private isRam(mfn: number): boolean {
    return this.state.platform.machine.ram.some(([first, end]) => first <= mfn && mfn < end);
  }

  private outside(mfn: number): string {
    return this.isRam(mfn) ? 'in use since power-on' : 'no memory';
  }

  private difference(here: PageInfo): string {
    const there = pageInfo(openState(this.against as HeapState), here.mfn);
    if (here.state !== there.state || here.broken !== there.broken) {
      if (here.state === 'free') return 'free here, not there';
      const came = here.state === 'in-use' && (there.state === 'free' || there.state === 'outside');
      return came ? 'in use here, not there' : 'another state';
    }
    if (here.state === 'outside') return this.outside(here.mfn);
    if (here.owner !== there.owner || here.xenHeap !== there.xenHeap) return 'another owner';
    if (here.order !== there.order || here.head !== there.head) return 'another block';
    return here.state === 'free' ? 'same, free' : 'same, not free';
  }

  /** The last record up to this one that allocated a frame, from one to the next; 0: none did. */
  private born(mfn: number): number {
    const { timeline } = this;
    for (let record = this.record; record > 0; record--) {
      const first = timeline.resultAt(record);
      if (typeof first !== 'number' || first > mfn || timeline.table.isObservationAt(record)) continue;
      const call = timeline.recordAt(record);
      if (isAllocation(call.type as Parameters<typeof isAllocation>[0]) && 'order' in call) {
        if (mfn < first + 2 ** (call.order as number)) return record;
      }
    }
    return 0;
  }

  private age(mfn: number): string {
    const born = this.born(mfn);
    if (born === 0) return 'in use, allocation not known';
    const age = this.record - born;
    if (age === 0) return 'allocated here';
    let from = 1;
    while (2 * from + 1 <= age) from = 2 * from + 1;
    return `${from.toLocaleString('en')}–${(2 * from).toLocaleString('en')} records old`;
  }

  private caller(mfn: number): string {
    const born = this.born(mfn);
    const stack = born === 0 ? undefined : this.timeline.table.callerAt(born);
    if (stack === undefined) return 'in use, caller not known';
    const symbol = symbolOf(stack[0]);
    return callersOf(this.timeline).indexOf(symbol) < 24 ? symbol : 'other callers';
  }
}

function either(state: PageInfo['state']): 'free' | 'offlined' | 'other' {
  return state === 'free' || state === 'offlined' ? state : 'other';
}

const known = new WeakMap<Timeline, readonly string[]>();

/** The symbols of those who allocated, the most pages first. */
function callersOf(timeline: Timeline): readonly string[] {
  let symbols = known.get(timeline);
  if (symbols === undefined) {
    const pages: Record<string, number> = {};
    for (let record = 1; record <= timeline.length; record++) {
      if (timeline.table.isObservationAt(record) || typeof timeline.resultAt(record) !== 'number') continue;
      const call = timeline.recordAt(record);
      const stack = timeline.table.callerAt(record);
      if (!isAllocation(call.type as Parameters<typeof isAllocation>[0]) || !('order' in call)) continue;
      if (stack !== undefined) pages[symbolOf(stack[0])] = (pages[symbolOf(stack[0])] ?? 0) + 2 ** Number(call.order);
    }
    symbols = Object.entries(pages)
      .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([symbol]) => symbol);
    known.set(timeline, symbols);
  }
  return symbols;
}
