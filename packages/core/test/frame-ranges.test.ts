import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeapBatch } from '../src/reducer/apply.ts';
import { differInMoreThan, forEachChangedRun } from '../src/query/changed-frames.ts';
import { FrameBlocks } from '../src/query/frame-blocks.ts';
import type { BlockFrames } from '../src/query/frame-blocks.ts';
import { pageInfo } from '../src/query/page-info.ts';
import type { PageInfo } from '../src/query/page-info.ts';
import { openState } from '../src/state/heap-reader.ts';
import type { HeapState } from '../src/state/heap-state.ts';
import { powerOn } from '../src/state/heap-state.ts';
import { deltaBetween, withDeltas } from '../src/state/state-delta.ts';
import { given } from './dsl/given.ts';
import { host } from './dsl/host.ts';
import { allocDom, domheap, freed, freedDirty, offline, offlineBroken } from './dsl/calls.ts';
import { MODES, VERSIONS, smallConfig, smallMachine } from './machines.ts';
import { RandomRun } from './random-run.ts';
import type { Choice } from './random-run.ts';

const choices = fc.array(fc.tuple(fc.nat(23), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xff)), {
  minLength: 20,
  maxLength: 120,
});

/** States along a random run, every `stride` calls, beginning at power-on. */
function statesOf(start: HeapState, picks: readonly Choice[], stride: number): HeapState[] {
  const { machine, config } = start.platform;
  const run = new RandomRun(machine);
  const states = [start];
  let batch = new HeapBatch(start);
  let calls = 0;
  const step = (call: Parameters<HeapBatch['apply']>[0]): boolean => {
    const outcome = batch.apply(call);
    run.note(call, outcome);
    if (++calls % stride === 0) {
      const state = batch.commit();
      states.push(state);
      batch = new HeapBatch(state);
    }
    return outcome.bug === null;
  };
  for (const call of RandomRun.boot(machine, config)) step(call);
  for (const pick of picks) {
    const call = run.call(pick);
    if (call !== undefined && !step(call)) break;
  }
  states.push(batch.commit());
  return states;
}

/** Everything that is said of each frame, one by one. */
function naive(state: HeapState): PageInfo[] {
  const heap = openState(state);
  return Array.from({ length: state.platform.machine.frames }, (_, mfn) => pageInfo(heap, mfn));
}

/** What a walk over a range says, frame by frame. */
function walked(state: HeapState, first: number, end: number): { mfn: number; block: BlockFrames }[] {
  const found: { mfn: number; block: BlockFrames }[] = [];
  new FrameBlocks(state).forEach(first, end, (block) => {
    for (let mfn = block.first; mfn < block.end; mfn++) found.push({ mfn, block: { ...block } });
  });
  return found;
}

function expectSame(state: HeapState, first: number, end: number): void {
  const infos = naive(state);
  const { platform } = state;
  const seen = walked(state, first, end);
  expect(seen.map(({ mfn }) => mfn)).toEqual(infos.slice(first, end).map(({ mfn }) => mfn));
  for (const { mfn, block } of seen) {
    const info = infos[mfn] as PageInfo;
    const xenHeap = block.xenMark || (platform.separateXenHeap && platform.inXenHeapRange(mfn));
    const place = info.state === 'outside' ? {} : { head: block.head, order: block.order };
    const { state: is, owner, broken } = block;
    const { extra: _, dirty, ...rest } = info;
    if (JSON.stringify({ ...rest, state: is, owner, broken, xenHeap, ...place }) !== JSON.stringify(rest))
      throw new Error(`0x${mfn.toString(16)}: ${JSON.stringify(block)} but ${JSON.stringify(info)}`);
    const overlooked = dirty && info.state === 'free' && !block.mayBeDirty;
    if (overlooked) throw new Error(`0x${mfn.toString(16)} carries a dirty mark`);
  }
}

/** Frames that lie in a run of changes, and the runs. */
function changedFrames(a: HeapState, b: HeapState): { runs: [number, number][]; frames: Set<number> } {
  const runs: [number, number][] = [];
  const frames = new Set<number>();
  forEachChangedRun(a, b, (first, end) => {
    runs.push([first, end]);
    for (let mfn = first; mfn < end; mfn++) frames.add(mfn);
  });
  return { runs, frames };
}

function expectCovered(a: HeapState, b: HeapState): void {
  const { runs, frames } = changedFrames(a, b);
  runs.forEach(([first, end], at) => {
    expect(first).toBeLessThan(end);
    expect(first).toBeGreaterThan(runs[at - 1]?.[1] ?? -1);
    expect(end).toBeLessThanOrEqual(a.platform.machine.frames);
  });
  const [inA, inB] = [naive(a), naive(b)];
  inA.forEach((info, mfn) => {
    const other = inB[mfn] as PageInfo;
    // Frames outside of the heap are kept together in pieces of any size.
    const outside = info.state === 'outside' && other.state === 'outside';
    const place = outside ? { head: info.head, order: info.order } : {};
    if (JSON.stringify(info) === JSON.stringify({ ...other, ...place })) return;
    if (!frames.has(mfn)) throw new Error(`${JSON.stringify(info)} became ${JSON.stringify(other)}, and is not told`);
  });
}

const CASES = MODES.flatMap((mode) => VERSIONS.map((xen, at) => ({ mode, xen, nodes: at === 1 ? 1 : 2 }) as const));

describe.each(CASES)('$mode, Xen $xen, $nodes node(s)', ({ mode, xen, nodes }) => {
  const start = powerOn(smallMachine(nodes), smallConfig(mode, xen));

  it('[STATE-10] blocks of a range say what is said of every frame', () => {
    fc.assert(
      fc.property(choices, fc.nat(0x2fff), fc.nat(0x2fff), (picks, x, y) => {
        const states = statesOf(start, picks, 40);
        expectSame(states.at(-1) as HeapState, 0, 0x3000);
        for (const state of states) expectSame(state, Math.min(x, y), Math.max(x, y));
      }),
      { seed: 20261101, numRuns: 2 },
    );
  });

  it('[STATE-11] a frame that differs between two states lies in a run that is told', () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 30 }), (picks, stride) => {
        const states = statesOf(start, picks, stride);
        const last = states.at(-1) as HeapState;
        for (const [at, state] of states.entries()) {
          if (at % 5 === 1) expectCovered(states[at - 1] as HeapState, state);
        }
        expectCovered(states[Math.floor(states.length / 2)] as HeapState, last);
        expectCovered(last, start);
        expect(changedFrames(last, last).runs).toEqual([]);
        expect(differInMoreThan(last, last, 0)).toBe(false);
        // What was packed of two states lies on pages that differ; a page may have been written with what it held.
        const { pages } = deltaBetween(start, last).packed;
        const most = [...Array(4 * 0x3000).keys()].find((count) => !differInMoreThan(start, last, count)) ?? Infinity;
        expect(most).toBeGreaterThanOrEqual(pages.length);
        expect(most).toBeLessThan(4 * 0x3000);
      }),
      { seed: 20261102, numRuns: 2 },
    );
  });
});

describe('what it costs', () => {
  const TIB = 2 ** 28;

  it('[STATE-10] 16 TiB that nobody touched are one step, and blocks beyond 2^32 frames have their places', () => {
    const frames = 16 * TIB;
    const top = frames - 2 ** 18;
    const { state } = given(host({ frames, paddrBits: 52 }), domheap(top, frames), allocDom(3));
    const seen: [number, number, string][] = [];
    new FrameBlocks(state).forEach(5, frames, ({ first, end, state: is }) => seen.push([first, end, is]));
    expect(seen[0]).toEqual([5, 2 ** 18, 'outside']);
    expect(seen[1]).toEqual([2 ** 18, top, 'outside']);
    expect(seen.at(-1)).toEqual([frames - 8, frames, 'in-use']);
    expect(seen.length).toBeLessThan(24);
    expect(walked(state, frames - 9, frames).map(({ block }) => block.state)).toEqual([
      'free',
      ...Array.from({ length: 8 }, () => 'in-use'),
    ]);
  });

  it('[STATE-11] a call on one frame is one short run, also where a checkpoint was unpacked twice', () => {
    const before = given(host({ frames: 2 ** 20 }), domheap(1, 2 ** 20), allocDom(0)).state;
    const after = given(before, allocDom(0)).state;
    const change = changedFrames(before, after);
    expect(change.runs.length).toBe(1);
    expect(change.frames.size).toBeLessThan(2 ** 9);
    const deltas = [deltaBetween(before, after)];
    expect(changedFrames(withDeltas(before, deltas), withDeltas(before, deltas)).runs).toEqual([]);
    expect(changedFrames(before, withDeltas(before, deltas))).toEqual(change);
  });

  it('[STATE-11] dirty marks and marks of a block count, its place on a list does not', () => {
    const { state } = given(host(), freed(16), freed(18), freed(20), freed(22), freed(40, 3));
    // 22 leaves the middle of its list, and 20 and 16 are linked anew.
    expect(changedFrames(state, given(state, offline(22)).state).runs).toEqual([[22, 23]]);
    const held = given(state, offline(23)).state;
    expect(changedFrames(held, given(held, freedDirty(17)).state).runs).toEqual([[16, 18]]);
    expect(changedFrames(state, given(state, offlineBroken(41)).state).runs).toEqual([[40, 48]]);
  });
});
