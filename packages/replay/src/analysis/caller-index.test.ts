import { openState, orderPages, usedBlocks } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { corpusSource, corpusTimeline } from '../../test/small-timeline.ts';
import { isAllocation } from '../diff/call-class.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import { atOnce } from '../timeline/stepwise.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isObservation } from '../trace/record-kind.ts';
import { statsOf } from './stats.ts';
import { CallerIndex } from './caller-index.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const NUMA = 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz';
const ARM32 = 'recordings/qemu-arm32-1g.4.17.heaplay.jsonl.gz';
const MIXED = 'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz';
const OFFLINE = 'golden/4.17.direct-map-all.1node.offline.heaplay.jsonl.gz';
const BUILD = 'golden/4.17.direct-map-all.1node.build.heaplay.jsonl.gz';

/** Some records of a run: its ends, and others by a fixed step. */
function someRecords({ length }: Timeline, many = 23): number[] {
  const step = Math.max(1, Math.floor(length / many));
  return [0, ...Array.from({ length: many }, (_, at) => at * step + 7).filter((record) => record < length), length];
}

function sum(column: Float64Array): number {
  return column.reduce((total, value) => total + value, 0);
}

/** Pages by stack, page by page: who allocated each page that is in use, by what each call says that it returned. */
function naive(timeline: Timeline, upTo: number): Map<string, number> {
  const by = new Uint32Array(timeline.setup.machine.frames);
  for (let record = 1; record <= upTo; record++) {
    const call = timeline.recordAt(record);
    const result = timeline.resultAt(record);
    if (isObservation(call) || !isAllocation(call.type) || !('order' in call) || typeof result !== 'number') continue;
    by.fill(record, result, result + orderPages(call.order));
  }
  const pages = new Uint32Array(upTo + 1);
  for (const { mfn, order } of usedBlocks(timeline.stateAt(upTo))) {
    for (const record of by.subarray(mfn, mfn + orderPages(order))) pages[record] = (pages[record] ?? 0) + 1;
  }
  const held = new Map<string, number>();
  pages.forEach((value, record) => {
    if (value === 0) return;
    const caller = record === 0 ? '' : (timeline.recordAt(record).caller ?? []).join('\n');
    held.set(caller, (held.get(caller) ?? 0) + value);
  });
  return held;
}

describe('held memory by caller', () => {
  it.each([X86, NUMA, ARM32, MIXED, OFFLINE, BUILD])(
    '[CALLERS-1] of %s is what its pages say, at any record',
    async (path) => {
      const timeline = await corpusTimeline(path);
      const index = atOnce(CallerIndex.ofStepwise(timeline));
      for (const record of someRecords(timeline, 9)) {
        const { held } = index.at(record);
        const told = index.stacks.flatMap((stack, at) =>
          (held[at] ?? 0) === 0 ? [] : [[stack.join('\n'), held[at]] as const],
        );
        expect(new Map(told)).toEqual(naive(timeline, record));
      }
    },
  );

  it('[CALLERS-2] adds up to all pages that are in use, in a run under another layout too', async () => {
    const source = await corpusSource(NUMA);
    const to = resolveSetup(source.header, { mode: 'separate-xenheap' });
    const timeline = await timelineOf(source, { to });
    const index = atOnce(CallerIndex.ofStepwise(timeline));
    for (const record of someRecords(timeline)) {
      const used = usedBlocks(timeline.stateAt(record)).reduce((pages, { order }) => pages + orderPages(order), 0);
      expect(sum(index.at(record).held)).toBe(used);
    }
    expect(openState(timeline.stateAt(timeline.length)).platform.separateXenHeap).toBe(true);
  });

  it('[CALLERS-3] what was asked for is counted from the records', async () => {
    const timeline = await corpusTimeline('golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz');
    const index = atOnce(CallerIndex.ofStepwise(timeline));
    for (const record of someRecords(timeline)) {
      const numbers = Array.from({ length: record }, (_, at) => at + 1).filter((number) => {
        const call = timeline.recordAt(number);
        return !isObservation(call) && isAllocation(call.type);
      });
      const { calls, failed, allocated } = index.at(record);
      const totals = Object.values(statsOf(timeline, record).byCaller);
      expect(sum(calls)).toBe(numbers.length);
      expect(sum(failed)).toBe(numbers.filter((number) => timeline.resultAt(number) === null).length);
      expect(sum(allocated)).toBe(totals.reduce((pages, caller) => pages + caller.pages, 0));
    }
    expect(sum(index.at(timeline.length).failed)).toBeGreaterThan(0);
  });
});
