import { openState, orderPages, pageInfo } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { isObservation } from '../trace/record-kind.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { corpusSource, corpusTimeline } from '../../test/small-timeline.ts';
import { isAllocation } from '../diff/call-class.ts';
import { AllocationRecords } from './allocation-records.ts';
import { symbolOf } from './stats.ts';

const TRACES = [
  'golden/4.6.direct-map-all.1node.bootalloc.heaplay.jsonl.gz',
  'golden/4.6.direct-map-all.numa.offline.heaplay.jsonl.gz',
  'golden/4.17.separate-xenheap.numa.misc.heaplay.jsonl.gz',
  'recordings/qemu-x86-512m-core.4.17.heaplay.jsonl.gz',
];

/** What each frame was allocated by, told frame by frame, record by record. */
function* naively(timeline: Timeline): Generator<{ readonly record: number; readonly born: Map<number, number> }> {
  const born = new Map<number, number>();
  for (let record = 1; record <= timeline.length; record++) {
    const call = timeline.recordAt(record);
    const first = timeline.resultAt(record);
    if (!isObservation(call) && isAllocation(call.type) && 'order' in call && typeof first === 'number') {
      for (let page = 0; page < orderPages(call.order); page++) born.set(first + page, record);
    }
    yield { record, born };
  }
}

describe('which record allocated what is in use', () => {
  it.each(TRACES)('%s: as told frame by frame, at records all over the run', async (path) => {
    const timeline = await corpusTimeline(path);
    const records = AllocationRecords.of(timeline);
    const stride = Math.max(1, Math.floor(timeline.length / 5));
    let compared = 0;
    for (const { record, born } of naively(timeline)) {
      if (record % stride !== 0) continue;
      const heap = openState(timeline.stateAt(record));
      const wrong = [...born].filter(([mfn, allocated]) => {
        if (pageInfo(heap, mfn).state !== 'in-use') return false;
        compared++;
        return records.find(mfn, record) !== allocated;
      });
      expect(wrong).toEqual([]);
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('callers are ranked by what they allocated, and each record has its own', async () => {
    const timeline = await corpusTimeline('recordings/x86-2g.4.17.heaplay.jsonl');
    const records = AllocationRecords.of(timeline);
    const pages = new Map<string, number>();
    for (let record = 1; record <= timeline.length; record++) {
      const call = timeline.recordAt(record);
      if (isObservation(call) || !isAllocation(call.type) || !('order' in call)) continue;
      if (typeof timeline.resultAt(record) !== 'number' || call.caller === undefined) continue;
      const symbol = symbolOf(call.caller[0]);
      pages.set(symbol, (pages.get(symbol) ?? 0) + orderPages(call.order));
      expect(records.callers[records.callerOf(record)]).toBe(symbol);
    }
    expect(records.callers.length).toBe(pages.size);
    const sizes = records.callers.map((symbol) => pages.get(symbol) ?? 0);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.length).toBeGreaterThan(3);
  });

  it('under another layout it is that run whose allocations are told', async () => {
    const source = await corpusSource('golden/4.17.direct-map-all.1node.misc.heaplay.jsonl.gz');
    const timeline = await timelineOf(source, { edit: (call, record) => (record % 7 === 0 ? null : call) });
    const records = AllocationRecords.of(timeline);
    const last = timeline.length;
    const heap = openState(timeline.stateAt(last));
    let compared = 0;
    for (const { record, born } of naively(timeline)) {
      if (record !== last) continue;
      for (const [mfn, allocated] of born) {
        if (pageInfo(heap, mfn).state !== 'in-use') continue;
        compared++;
        expect(records.find(mfn, last)).toBe(allocated);
      }
    }
    expect(compared).toBeGreaterThan(20);
  });
});
