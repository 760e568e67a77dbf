import { stateDigest } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { corpusSource } from '../../test/small-timeline.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import { TraceTable } from '../trace/table.ts';
import { GrowingTimeline } from './growing-timeline.ts';
import { timelineOf } from './open-timeline.ts';
import type { TimelineOptions } from './timeline-source.ts';

const MIXED = 'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz';

function replayAll(growing: GrowingTimeline): void {
  while (growing.advance());
}

describe('a timeline that grows', () => {
  it('[TIME-1] is, behind each piece, what a timeline of all records says of those', async () => {
    const whole = await corpusSource(MIXED);
    const changed = resolveSetup(whole.header, { heap: { mode: 'direct-map-partial', xenheapMaxMfn: 0x3ffff } });
    for (const options of [{}, { to: changed }] satisfies TimelineOptions[]) {
      const expected = await timelineOf(whole, options);
      const table = new TraceTable();
      const growing = new GrowingTimeline({ ...whole, table }, options);
      const taken = [];
      for (let record = 1; record <= whole.table.length; record++) {
        table.append(whole.table.record(record));
        // Pieces of many sizes, shorter and longer than what lies between two checkpoints.
        if (record % 701 !== 0 && record % 5000 > 3 && record !== whole.table.length) continue;
        replayAll(growing);
        expect(growing.record).toBe(Math.min(record, expected.length));
        if (record % 3 === 0) taken.push(growing.timeline());
      }
      taken.push(growing.timeline());
      // Those taken on the way are asked at the end: they have stayed what they were.
      for (const timeline of taken) {
        for (const record of [0, 1, timeline.length >> 1, timeline.length - 1, timeline.length]) {
          expect(stateDigest(timeline.stateAt(record))).toEqual(stateDigest(expected.stateAt(record)));
          expect(timeline.resultAt(record)).toEqual(expected.resultAt(record));
          expect(timeline.timeAt(record)).toBe(expected.timeAt(record));
          expect(timeline.hasFailed(record)).toBe(expected.hasFailed(record));
        }
        expect(() => timeline.stateAt(timeline.length + 1)).toThrow(RangeError);
      }
      expect(taken.at(-1)?.length).toBe(expected.length);
      expect(taken.length).toBeGreaterThan(4);
    }
  });
});
