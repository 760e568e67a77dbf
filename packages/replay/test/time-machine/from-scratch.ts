import { observeNodes, openState, pageInfo, stateDigest, usedBlocks } from '@heaplay/core';
import type { CallResult, HeapReader, HeapState, PageInfo } from '@heaplay/core';
import { hasFailed } from '../../src/diff/call-class.ts';
import { ReplaySession } from '../../src/replay/replay-session.ts';
import type { LoadedTrace } from '../../src/trace/load.ts';

/** Numbers from a seed, for places in a trace: 0 ≤ n < limit. */
export function places(seed: number, count: number, limit: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  });
}

/** A page after a record that changed what it is, as {@link replayLinearly} saw it. */
export interface SeenPage {
  readonly record: number;
  readonly page: PageInfo;
}

/** What a replay from power-on, record by record, comes by. */
export interface LinearRun {
  /** Last record before Xen stopped, or of the trace. */
  readonly length: number;
  readonly states: ReadonlyMap<number, HeapState>;
  readonly results: ReadonlyMap<number, CallResult | undefined>;
  /** By record: failures up to it. */
  readonly failures: readonly number[];
  /** For each page asked for, its moments: whenever it changed, or the block that it lies in. */
  readonly pages: ReadonlyMap<number, readonly SeenPage[]>;
}

/** Replays a trace from power-on, without a checkpoint, and keeps what was asked for. */
export function replayLinearly(trace: LoadedTrace, keep: readonly number[], mfns: readonly number[]): LinearRun {
  const session = ReplaySession.powerOn(trace.header.machine, trace.header.heap);
  const wanted = new Set(keep);
  const states = new Map<number, HeapState>([[0, session.publish()]]);
  const results = new Map<number, CallResult | undefined>();
  const failures = [0];
  const pages = new Map(mfns.map((mfn) => [mfn, [{ record: 0, page: pageInfo(session.heap, mfn) }]]));
  let length = 0;
  for (let record = 1; record <= trace.table.length; record++) {
    const call = trace.table.callAt(record);
    let failed = false;
    if (call !== undefined) {
      const outcome = session.apply(call);
      if (outcome.bug !== null) break;
      results.set(record, outcome.result);
      failed = hasFailed(call.type, outcome.result);
    }
    length = record;
    failures.push((failures.at(-1) ?? 0) + (failed ? 1 : 0));
    for (const [mfn, seen] of pages) notePage(session.heap, record, mfn, seen);
    if (wanted.has(record)) states.set(record, session.publish());
  }
  return { length, states, results, failures, pages };
}

function notePage(heap: HeapReader, record: number, mfn: number, seen: SeenPage[]): void {
  const page = pageInfo(heap, mfn);
  const last = seen.at(-1)?.page;
  if (last === undefined || everything(page) !== everything(last)) seen.push({ record, page });
}

/** Everything that can be told of a page; outside of the heap nothing is a block. */
function everything(page: PageInfo): string {
  return [...Object.values(toldOf(page)), page.xenHeap, page.extra, page.broken, page.dirty].join();
}

/** What a biography tells of a page. */
export function toldOf({
  mfn,
  state,
  owner,
  order,
  head,
}: PageInfo): Pick<PageInfo, 'state' | 'owner' | 'order' | 'head'> {
  return state === 'outside' ? { state, owner, order: 0, head: mfn } : { state, owner, order, head };
}

/** Every block of a state as a line of text, by a walk over all of them. */
export function allBlocks(state: HeapState): Set<string> {
  const blocks = new Set<string>();
  const heap = openState(state);
  for (const node of observeNodes(heap)) {
    for (const [, order, list] of node.lists) {
      for (const [mfn, firstDirty] of list) blocks.add(`${mfn} ${order} free null ${firstDirty}`);
    }
  }
  for (const { mfn, order, owner } of usedBlocks(state)) {
    blocks.add(`${mfn} ${order} ${pageInfo(heap, mfn).state} ${owner} null`);
  }
  for (const list of [heap.offlined, heap.broken]) {
    for (let mfn = list.first; mfn >= 0; mfn = heap.blocks.next(mfn, 0)) blocks.add(`${mfn} 0 offlined null null`);
  }
  return blocks;
}

/** Digest of a state, or nothing if it is not there. */
export function digestOf(state: HeapState | undefined): string | undefined {
  return state === undefined ? undefined : stateDigest(state);
}
