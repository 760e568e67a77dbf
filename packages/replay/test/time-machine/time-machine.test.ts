import { diffStates, isCallType, stateDigest, stateDigestFromScratch } from '@heaplay/core';
import type { HeapState } from '@heaplay/core';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Biographer } from '../../src/analysis/biography.ts';
import { bisect, scan } from '../../src/analysis/bisect.ts';
import { NothingToExplain, explainRecord } from '../../src/analysis/explain.ts';
import { isAllocation } from '../../src/diff/call-class.ts';
import { compileExpression } from '../../src/expression/expression.ts';
import { timelineOf } from '../../src/timeline/open-timeline.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import { loadTraceFile } from '../../src/trace/node/file.ts';
import type { LoadedTrace } from '../../src/trace/load.ts';
import { CORPUS, corpusPath } from '../corpus.ts';
import { allBlocks, digestOf, places, replayLinearly, toldOf } from './from-scratch.ts';
import type { LinearRun, SeenPage } from './from-scratch.ts';

const PLACES = 5;
const PAGES = 3;

interface Subject {
  readonly trace: LoadedTrace;
  readonly timeline: Timeline;
  readonly linear: LinearRun;
  readonly asked: readonly number[];
}

/** A timeline with few records between its checkpoints, and the same run from scratch. */
async function open(path: string, seed: number): Promise<Subject> {
  const trace = await loadTraceFile(corpusPath(path));
  const timeline = await timelineOf({ name: path, header: trace.header, table: trace.table }, { spacing: 512 });
  const asked = places(seed, PLACES, timeline.length + 1);
  const near = asked.flatMap((at) => [at - 1, at, at + 1]).filter((at) => at >= 0 && at <= timeline.length);
  const { frames } = trace.header.machine;
  const allocated = places(seed, PAGES, Math.max(1, timeline.length)).flatMap((at) => {
    const result = timeline.resultAt(at);
    return typeof result === 'number' && result > 0 ? [result] : [];
  });
  // Beside what was allocated lies what was split off and merges again.
  const beside = places(seed + 1, PAGES, 10).flatMap((order) => allocated.map((mfn) => mfn - 2 ** order));
  const mfns = [...allocated, ...beside, ...places(seed + 2, PAGES, frames)];
  const looked = mfns.filter((mfn) => mfn >= 0 && mfn < frames);
  return { trace, timeline, linear: replayLinearly(trace, near, looked), asked };
}

describe.each(CORPUS.map((path, at) => [path, at] as const))('%s', (path, at) => {
  it('[TIME-1] the run from scratch and the timeline agree, wherever somebody stands', async () => {
    const { timeline, linear, asked } = await open(path, 1000 + at);
    expect(timeline.length).toBe(linear.length);
    seekAndStep(timeline, linear, asked);
    explain(timeline, linear, asked);
    biographies(timeline, linear);
    differences(linear, asked);
    await bisections(timeline, linear, asked);
  });
});

/** To a record, a step back, two forth. */
function seekAndStep(timeline: Timeline, linear: LinearRun, asked: readonly number[]): void {
  for (const record of asked) {
    for (const near of [record, record - 1, record, record + 1]) {
      if (near < 0 || near > timeline.length) continue;
      const state = timeline.stateAt(near);
      expect(stateDigest(state)).toBe(digestOf(linear.states.get(near)));
      expect(stateDigestFromScratch(state)).toBe(stateDigest(state));
      expect(timeline.resultAt(near)).toEqual(linear.results.get(near));
    }
  }
}

function explain(timeline: Timeline, linear: LinearRun, asked: readonly number[]): void {
  const allocates = (record: number): boolean => {
    const type = record === 0 ? undefined : timeline.table.typeAt(record);
    return isCallType(type) && isAllocation(type);
  };
  for (const record of asked.filter((other) => !allocates(other))) {
    expect(() => explainRecord(timeline, record)).toThrow(NothingToExplain);
  }
  for (const record of asked.filter(allocates)) {
    const before = stateDigest(timeline.stateAt(record - 1));
    const { outcome, steps, reason } = explainRecord(timeline, record);
    expect(outcome.result).toEqual(linear.results.get(record));
    expect(reason === null).toBe(outcome.result !== null);
    expect(steps.length).toBeGreaterThan(0);
    expect(stateDigestFromScratch(timeline.stateAt(record - 1))).toBe(before);
  }
}

/** Every record at which a page or its block changed is in its biography, and every entry says what the page was. */
function biographies(timeline: Timeline, linear: LinearRun): void {
  const biographer = new Biographer(timeline);
  for (const [mfn, seen] of linear.pages) {
    const { history } = biographer.biography(mfn);
    const records = new Set(history.map(({ record }) => record));
    expect(seen.map(({ record }) => record).filter((record) => !records.has(record))).toEqual([]);
    let at = 0;
    const wrong = history.filter(({ record, state, owner, order, head }) => {
      while (at + 1 < seen.length && (seen[at + 1] as SeenPage).record <= record) at++;
      const { page } = seen[at] as SeenPage;
      return JSON.stringify(toldOf(page)) !== JSON.stringify({ state, owner, order, head });
    });
    expect(wrong).toEqual([]);
  }
}

/** What two states do not share is what a walk over all their blocks finds. */
function differences(linear: LinearRun, asked: readonly number[]): void {
  const states = asked.flatMap((record) => linear.states.get(record) ?? []);
  const [a, b] = [states[0], states.at(-1)];
  if (a === undefined || b === undefined) throw new Error('the places asked for are among those kept');
  const line = (block: ReturnType<typeof diffStates>['appeared'][number]): string =>
    `${block.mfn} ${block.order} ${block.state} ${block.owner} ${block.firstDirty}`;
  const { vanished, appeared } = diffStates(a, b);
  const [inA, inB] = [allBlocks(a), allBlocks(b)];
  expect(new Set(vanished.map(line))).toEqual(new Set([...inA].filter((block) => !inB.has(block))));
  expect(new Set(appeared.map(line))).toEqual(new Set([...inB].filter((block) => !inA.has(block))));
  const reverse = diffStates(b, a);
  expect([reverse.appeared, reverse.vanished]).toEqual([vanished, appeared]);
  expect(diffStates(a, a as HeapState)).toMatchObject({ vanished: [], appeared: [], domains: [], totals: null });
}

async function bisections(timeline: Timeline, linear: LinearRun, asked: readonly number[]): Promise<void> {
  const [place = 0] = asked;
  const failures = Math.max(1, Math.floor((linear.failures.at(-1) ?? 0) / 2));
  const reached = compileExpression(`record >= ${place}`);
  expect(await lastValueFrom(bisect(timeline, reached))).toMatchObject({ record: place });

  const failing = compileExpression(`heap.failures >= ${failures}`);
  const first = linear.failures.findIndex((count) => count >= failures);
  const record = first < 0 ? null : first;
  expect(await lastValueFrom(bisect(timeline, failing))).toMatchObject({ record });
  expect(scan(timeline, failing)).toMatchObject({ record });
}
