import { HeapBatch } from '@heaplay/core';
import type { HeapCall, HeapState } from '@heaplay/core';
import { isObservation } from '../trace/record-kind.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { DiffResult, DiffSide } from './diff-result.ts';
import { DifferingCalls } from './differing-calls.ts';
import { DiffTally, tallied } from './diff-tally.ts';
import type { TalliedCall } from './diff-tally.ts';
import { MetricsGatherer, usesHeap } from './heap-metrics.ts';
import type { HeapMetrics } from './heap-metrics.ts';
import { pairedRecords, sameRecords } from './record-pairs.ts';
import type { RecordPair } from './record-pairs.ts';

/** What two timelines are to each other. */
export type TimelinePairing =
  /** Runs of one trace: a record is its own counterpart. */
  | 'records'
  /** Two traces: calls are paired by what was asked for. */
  | 'calls';

/** How to compare timelines. */
export interface TimelineDiffOptions {
  readonly pairing: TimelinePairing;
  /** Where B's layout calls come from; `recorded` unless said. */
  readonly layout?: DiffSide['layout'];
  /** Most moved allocations that are told one by one. */
  readonly moves?: number;
  /** Hears of every pair of records, rising on both sides; 0: no counterpart. */
  readonly onPair?: (a: number, b: number) => void;
}

/** How the calls of two runs came out against each other. */
export interface CallDiff {
  readonly result: Omit<DiffResult, 'metrics'>;
  /** All calls that came out differently, one by one. */
  readonly differing: DifferingCalls;
  /** The last records that were compared. */
  readonly end: { readonly a: number; readonly b: number };
}

/** Pairs between two pauses. */
const PAUSE = 2048;

/**
 * Compares two runs by what is known of them already: replays nothing but what the first divergence and the first
 * failures need to be explained. Says the same as comparing configurations or traces from the start, and of every call.
 */
export function* diffCalls(a: Timeline, b: Timeline, options: TimelineDiffOptions): Stepwise<CallDiff> {
  const { pairing, layout = 'recorded', moves, onPair } = options;
  const tally = new DiffTally(moves);
  const differing = new DifferingCalls();
  const alone = { onlyInA: 0, onlyInB: 0 };
  // Runs of one trace are compared until one of them stops; traces to the end of each.
  const last = Math.min(a.bug?.record ?? a.length, b.bug?.record ?? b.length);
  const end = pairing === 'records' ? { a: Math.min(last, a.length), b: Math.min(last, b.length) } : endsOf(a, b);
  const pairs = pairing === 'records' ? sameRecords(a, last) : pairedRecords(a, b);
  let seen = 0;
  for (const [inA, inB] of pairs) {
    onPair?.(inA, inB);
    if (inA === 0) {
      tally.noteAlone('b', talliedCall(b, inB));
      differing.add(0, inB, 'onlyInB');
      alone.onlyInB++;
    } else if (inB === 0) {
      tally.noteAlone('a', talliedCall(a, inA));
      differing.add(inA, 0, 'onlyInA');
      alone.onlyInA++;
    } else comparePair(a, b, [inA, inB], pairing, tally, differing);
    if (++seen % PAUSE === 0) yield Math.max(inA, 1);
  }
  return {
    result: {
      a: { ...sideOf(a), layout: 'recorded' },
      b: { ...sideOf(b), layout },
      ...tallied(tally),
      ...alone,
      bugs: pairing === 'records' ? bugsUpTo(a, b, last) : { a: a.bug, b: b.bug },
    },
    differing,
    end,
  };
}

/** How a run ended at a record, and how low its memory went. Goes through it once, pausing on the way. */
export function* metricsStepwise(timeline: Timeline, end: number = timeline.length): Stepwise<HeapMetrics> {
  const gatherer = new MetricsGatherer();
  yield* timeline.walkStepwise(0, end, (record, { view }) => {
    const call = timeline.recordAt(record);
    if (!isObservation(call) && usesHeap(call) && !timeline.isSkipped(record)) {
      gatherer.note(view, timeline.hasFailed(record));
    }
    return true;
  });
  return gatherer.finish(timeline.momentAt(Math.min(end, timeline.length)).heap);
}

function comparePair(
  a: Timeline,
  b: Timeline,
  [inA, inB]: RecordPair,
  pairing: TimelinePairing,
  tally: DiffTally,
  differing: DifferingCalls,
): void {
  if (b.isSkipped(inB)) {
    if (b.isOrphaned(inB)) {
      tally.orphan(inB, talliedCall(a, inA).call.type, a.resultAt(inA));
      differing.add(inA, inB, 'orphaned');
    }
    tally.noteAlone('a', talliedCall(a, inA));
    return;
  }
  if (pairing === 'records' && (inA > a.length || inB > b.length)) return;
  const result = a.resultAt(inA);
  if (result !== null && typeof result !== 'object' && result === b.resultAt(inB) && !b.hasFailed(inB)) {
    tally.alike();
    return;
  }
  const verdict = tally.compare(talliedCall(a, inA), talliedCall(b, inB));
  if (verdict !== 'same') differing.add(inA, inB, verdict);
}

function talliedCall(timeline: Timeline, record: number): TalliedCall {
  const calls = callsAt(timeline, record);
  return {
    record,
    call: calls.at(-1) as HeapCall,
    result: timeline.resultAt(record),
    stateBefore: () => stateBefore(timeline, record, calls),
  };
}

/** The calls of a record in this run; those that start-up would make for it come first. */
function callsAt(timeline: Timeline, record: number): readonly HeapCall[] {
  const calls: HeapCall[] = [];
  timeline.forEachCall(record, (call) => calls.push(call));
  if (calls.length > 0) return calls;
  // A call that stopped Xen, or was not made, is told as it was recorded.
  const recorded = timeline.table.callAt(record);
  return recorded === undefined ? [] : [recorded];
}

function stateBefore(timeline: Timeline, record: number, calls: readonly HeapCall[]): HeapState {
  const state = timeline.stateAt(Math.min(record - 1, timeline.length));
  if (calls.length === 1) return state;
  const batch = new HeapBatch(state);
  for (const call of calls.slice(0, -1)) batch.apply(call);
  return batch.commit();
}

function endsOf(a: Timeline, b: Timeline): CallDiff['end'] {
  return { a: a.length, b: b.length };
}

function bugsUpTo(a: Timeline, b: Timeline, last: number): DiffResult['bugs'] {
  const upTo = (bug: Timeline['bug']): Timeline['bug'] => (bug !== null && bug.record <= last ? bug : null);
  return { a: upTo(a.bug), b: upTo(b.bug) };
}

function sideOf({ name, setup }: Timeline): Omit<DiffSide, 'layout'> {
  return { trace: name, mode: setup.heap.mode, xen: setup.heap.xen };
}
