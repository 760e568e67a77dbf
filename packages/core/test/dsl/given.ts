import { expect } from 'vitest';
import type { CallResult, HeapCall } from '../../src/call/call.ts';
import type { Outcome } from '../../src/call/outcome.ts';
import { checkInvariants } from '../../src/invariant/check.ts';
import { reduce } from '../../src/reducer/apply.ts';
import type { HeapState, LowMemoryVirq } from '../../src/state/heap-state.ts';
import type { MfnRange } from '../../src/units/mfn.ts';
import type { Domain } from '../../src/state/domain.ts';
import type { PageInfo } from '../../src/query/page-info.ts';
import { dirtyRuns } from '../../src/query/dirty-runs.ts';
import { openState } from '../../src/state/heap-reader.ts';
import { pagesOnList } from '../../src/query/free-blocks.ts';
import { pageInfo } from '../../src/query/page-info.ts';
import { lists, pageList, zones } from './looks.ts';

/** Parts of an object; plain numbers stand for branded ones. */
type Parts<T> = { readonly [K in keyof T]?: T[K] | number };

/** What a test says about the heap after its calls; what it does not name it does not look at. */
export interface Expected {
  /** Result of the last call; plain numbers stand for branded ones. */
  readonly result?: CallResult | bigint;
  /** Results of all calls of the last `when`. */
  readonly results?: readonly (CallResult | bigint)[];
  /** Kind and rule of the stop, `BUG BUDDY-4`; that there is none unless told otherwise. */
  readonly bug?: string;
  /** Low-memory interrupts of each call of the last `when`. */
  readonly virqs?: readonly number[];
  readonly virq?: LowMemoryVirq;
  /**
   * Every free list that is not empty, from head to tail: `{ 'z5 o3': '16 24/2' }` is order 3 of zone 5 with block 16,
   * clean, and block 24, dirty from its page 2 on. On a machine of several nodes `n0 z5 o3`.
   */
  readonly lists?: Readonly<Record<string, string>>;
  /** Free pages by zone: `{ z5: 16 }`, or `n0 z5` on a machine of several nodes. */
  readonly zones?: Readonly<Record<string, number>>;
  /** Free pages of node 0, 1, ... */
  readonly nodePages?: readonly number[];
  /** Free pages of the whole heap. */
  readonly free?: number;
  /** Pages to scrub, on node 0, 1, ... */
  readonly needScrub?: readonly number[];
  /** Dirty free pages, as runs `[first, length]`. */
  readonly dirty?: readonly (readonly [number, number])[];
  readonly claims?: number;
  readonly dmaBits?: number;
  readonly xenheapBits?: number;
  readonly bootRegions?: readonly MfnRange[];
  readonly offlined?: readonly number[];
  readonly broken?: readonly number[];
  /** Parts of the accounts of domains, by id. */
  readonly domains?: Readonly<Record<number, Parts<Domain>>>;
  /** Frames of the ordinary page lists, by domain. */
  readonly pages?: Readonly<Record<number, readonly number[]>>;
  /** Frames of the lists of extra pages, by domain. */
  readonly extra?: Readonly<Record<number, readonly number[]>>;
  /** Parts of what frames are, by MFN. */
  readonly frames?: Readonly<Record<number, Parts<PageInfo>>>;
}

/** A heap in a test: a state, and what came of the calls that led to it. Every step checks the invariants. */
export class TestHeap {
  readonly state: HeapState;
  /** Outcomes of the calls of the last `when`. */
  readonly outcomes: readonly Outcome[];

  constructor(state: HeapState, outcomes: readonly Outcome[]) {
    this.state = state;
    this.outcomes = outcomes;
  }

  /** Reduces further calls. Only the last one may stop Xen. */
  when(...calls: readonly HeapCall[]): TestHeap {
    let { state } = this;
    const outcomes: Outcome[] = [];
    for (const call of calls) {
      if (outcomes.at(-1)?.bug) throw new Error(`Xen stopped before ${JSON.stringify(call)}`);
      const reduction = reduce(state, call);
      ({ state } = reduction);
      outcomes.push(reduction.outcome);
    }
    return new TestHeap(state, outcomes);
  }

  /** Results of the calls of the last `when`. */
  get results(): readonly CallResult[] {
    return this.outcomes.map(({ result }) => result);
  }

  /** Compares the heap with what is expected of it. */
  expect(expected: Expected): this {
    expect(this.seen(expected)).toEqual({ ...expected, bug: expected.bug ?? null });
    expect(checkInvariants(this.state)).toEqual([]);
    return this;
  }

  /** What the test asked for, as it is. */
  private seen(expected: Expected): object {
    const heap = openState(this.state);
    const { totals } = this.state;
    const last = this.outcomes.at(-1);
    const all = {
      result: () => last?.result,
      results: () => this.results,
      virqs: () => this.outcomes.map(({ virqs }) => virqs),
      virq: () => totals.virq,
      lists: () => lists(this.state),
      zones: () => zones(this.state),
      nodePages: () => this.state.nodes.map((node) => node?.freePages),
      free: () => totals.freePages,
      needScrub: () => this.state.nodes.map((node) => node?.needScrub),
      dirty: () => dirtyRuns(heap),
      claims: () => totals.claims,
      dmaBits: () => totals.dmaBits,
      xenheapBits: () => totals.xenheapBits,
      bootRegions: () => this.state.bootRegions,
      offlined: () => pagesOnList(heap, heap.offlined.first),
      broken: () => pagesOnList(heap, heap.broken.first),
      domains: () => parts(expected.domains, (id) => heap.readDomain(id)),
      pages: () => entries(expected.pages, (id) => pageList(heap, heap.readDomain(id)?.pages)),
      extra: () => entries(expected.extra, (id) => pageList(heap, heap.readDomain(id)?.extra)),
      frames: () => parts(expected.frames, (mfn) => pageInfo(heap, mfn)),
    };
    const seen: Record<string, unknown> = {
      bug: last === undefined || last.bug === null ? null : `${last.bug.kind} ${last.bug.rule}`,
    };
    for (const [name, look] of Object.entries(all)) if (name in expected) seen[name] = look();
    return seen;
  }
}

function entries<T>(asked: Readonly<Record<number, unknown>> = {}, look: (id: number) => T): Record<string, T> {
  return Object.fromEntries(Object.keys(asked).map((id) => [id, look(Number(id))]));
}

/** The parts of objects that the test names. */
function parts(asked: Readonly<Record<number, object>> = {}, look: (id: number) => object | undefined): object {
  return Object.fromEntries(
    Object.entries(asked).map(([id, part]) => {
      const whole: Record<string, unknown> = { ...look(Number(id)) };
      return [id, Object.fromEntries(Object.keys(part).map((key) => [key, whole[key]]))];
    }),
  );
}

/** A heap after some calls, none of which stopped Xen. */
export function given(state: HeapState, ...calls: readonly HeapCall[]): TestHeap {
  const heap = new TestHeap(state, []).when(...calls);
  const bug = heap.outcomes.at(-1)?.bug ?? null;
  if (bug !== null) throw new Error(`Xen stopped in what is given: ${bug.kind} ${bug.rule} ${bug.message}`);
  return heap;
}
