import {
  brief,
  changesLayout,
  diffCalls,
  frame,
  hasFailed,
  isAllocation,
  isObservation,
  metricsStepwise,
} from '@heaplay/replay';
import type { CallDiff, DiffSide, HeapMetrics, Timeline, TimelinePairing } from '@heaplay/replay';
import type { CallType } from '@heaplay/core';
import type { Engine } from '../engine/engine.ts';
import type { Run } from '../engine/run.ts';
import { Transferred } from '../remote/answer.ts';
import type { Job } from '../remote/job.ts';
import { parseOtherSide } from './run-change.ts';

/** Two runs to be compared. */
export interface RunsToDiff {
  readonly a: number;
  readonly b: number;
}

/** How two runs came out against each other, call by call. Plain data. */
export interface RunDiff {
  readonly result: CallDiff['result'];
  readonly pairing: TimelinePairing;
  /** The last records that were compared. */
  readonly end: CallDiff['end'];
  /** The calls that differ: their records on both sides, 0 for none, and how, as a place in `CALL_CLASSES`. */
  readonly a: Uint32Array<ArrayBuffer>;
  readonly b: Uint32Array<ArrayBuffer>;
  readonly classes: Uint8Array<ArrayBuffer>;
  /** For each record of A, the last one of B that is no later; null: the same number. */
  readonly pairs: Uint32Array<ArrayBuffer> | null;
}

/**
 * Compares two runs. Runs of one trace are compared record by record, traces by the calls that are counterparts. Tells
 * the record of A that it has come to.
 */
export async function diffRuns(engine: Engine, { a, b }: RunsToDiff, job: Job<number>): Promise<Transferred<RunDiff>> {
  const [inA, inB] = [engine.run(a).timeline, engine.run(b).timeline];
  const layout = layoutOf(engine.run(b), inA);
  const pairing = inA.table === inB.table ? 'records' : 'calls';
  const pairs = pairing === 'records' ? null : new Uint32Array(inA.length + 1);
  let [reached, last] = [0, 0];
  const onPair = (recordA: number, recordB: number): void => {
    if (recordB > 0) last = Math.min(recordB, inB.length);
    if (pairs === null || recordA === 0) return;
    // What lies in between has no counterpart, and stays where the last pair was.
    pairs.fill(pairs[reached] ?? 0, reached, recordA);
    if (recordA < pairs.length) pairs[recordA] = last;
    reached = Math.min(recordA, inA.length);
  };
  const { result, differing, end } = await job.run(diffCalls(inA, inB, { pairing, layout, onPair }), (record) =>
    job.progress(record),
  );
  pairs?.fill(last, reached + 1);
  const columns = {
    a: Uint32Array.from(differing.a),
    b: Uint32Array.from(differing.b),
    classes: Uint8Array.from(differing.classes),
  };
  const buffers = [columns.a.buffer, columns.b.buffer, columns.classes.buffer];
  return new Transferred(
    { result, pairing, end, ...columns, pairs },
    pairs === null ? buffers : [...buffers, pairs.buffer],
  );
}

/** Where the layout calls of a run come from that is compared with another one. */
function layoutOf({ derived, timeline }: Run, a: Timeline): DiffSide['layout'] {
  const other = derived === null ? null : parseOtherSide(derived.change);
  if (other?.kind !== 'change') return 'recorded';
  if (other.change.without !== '' || other.change.orders.length > 0) return 'edited';
  return changesLayout(a.setup, timeline.setup) ? 'planned' : 'recorded';
}

const known = new WeakMap<Timeline, Map<number, HeapMetrics>>();

/** How a run stood at a record, and how low its memory went on the way. Tells the record that it has come to. */
export async function runMetrics(
  engine: Engine,
  { run, end }: { readonly run: number; readonly end: number },
  job: Job<number>,
): Promise<HeapMetrics> {
  const { timeline } = engine.run(run);
  const ofTimeline = known.get(timeline) ?? new Map<number, HeapMetrics>();
  known.set(timeline, ofTimeline);
  const metrics =
    ofTimeline.get(end) ?? (await job.run(metricsStepwise(timeline, end), (record) => job.progress(record)));
  ofTimeline.set(end, metrics);
  return metrics;
}

/** A call in which two runs differ, for people. */
export interface DifferenceText {
  readonly call: string;
  readonly a: string;
  readonly b: string;
}

/** Says of some calls what they are and what they returned on both sides; of each its records, 0 for none. */
export function describeDifferences(
  engine: Engine,
  { a, b, rows }: { readonly a: number; readonly b: number; readonly rows: readonly (readonly [number, number])[] },
): readonly DifferenceText[] {
  const [inA, inB] = [engine.run(a).timeline, engine.run(b).timeline];
  return rows.map(([recordA, recordB]) => ({
    call: recordA > 0 ? callText(inA, recordA) : callText(inB, recordB),
    a: recordA > 0 ? resultText(inA, recordA) : 'no such call',
    b: recordB > 0 ? resultText(inB, recordB) : 'no such call',
  }));
}

/** A call and what it asks for, in a few words. */
export function callText({ table }: Timeline, record: number): string {
  const call = table.record(record);
  const words: string[] = [call.type];
  if (isObservation(call)) return call.type;
  if ('order' in call) words.push(`order ${call.order}`);
  if ('domain' in call && call.domain !== undefined) words.push(`d${call.domain}`);
  if ('mfn' in call && call.mfn !== undefined) words.push(frame(call.mfn));
  return words.join(' ');
}

/** What a record's call came to in a run, in a few words. */
export function resultText(timeline: Timeline, record: number): string {
  if (record > timeline.length) return 'Xen has stopped';
  if (timeline.isSkipped(record)) return timeline.isOrphaned(record) ? 'orphaned' : 'not made';
  const result = timeline.resultAt(record);
  const type = timeline.table.typeAt(record) as CallType;
  if (result === undefined) return 'done';
  if (hasFailed(type, result)) return result === null ? 'nothing' : `failed: ${brief(result, 60)}`;
  const isFrame = typeof result === 'number' && (isAllocation(type) || type === 'alloc_boot_pages');
  return isFrame ? frame(result) : brief(result, 60);
}
