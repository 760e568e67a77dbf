import { checkInvariants } from '@heaplay/core';
import type { CallRecord } from '@heaplay/core';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { changeRecord, editRecords, whatIf } from '../src/analysis/what-if.ts';
import type { RecordEdits } from '../src/analysis/what-if.ts';
import { isAllocation } from '../src/diff/call-class.ts';
import { isObservation } from '../src/trace/record-kind.ts';
import { timelineOf } from '../src/timeline/open-timeline.ts';
import type { TimelineSource } from '../src/timeline/timeline-source.ts';
import { corpusSource } from './small-timeline.ts';
import { places } from './time-machine/from-scratch.ts';

const TRACES: readonly string[] = [
  'golden/4.17.direct-map-all.numa.boot.heaplay.jsonl.gz',
  'golden/4.17.separate-xenheap.1node.offline.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.1node.bootalloc.heaplay.jsonl.gz',
  'golden/4.23.direct-map-partial.numa.claims.heaplay.jsonl.gz',
  'golden/4.6.direct-map-all.1node.claims.heaplay.jsonl.gz',
  'recordings/arm32-1g.4.17.heaplay.jsonl',
];

/** Some calls to leave out, and some allocations that are to ask for another order. */
function someEdits({ table }: TimelineSource, seed: number): RecordEdits {
  const calls = places(seed, 8, table.length)
    .map((at) => at + 1)
    .filter((record) => !isObservation(table.record(record)));
  const changed = new Map<number, CallRecord>();
  for (const record of calls.slice(2)) {
    const call = table.record(record);
    if (isObservation(call) || !isAllocation(call.type)) continue;
    const read = changeRecord(call, { order: record % 6 });
    if (read.ok) changed.set(record, read.value);
  }
  return { without: new Set(calls.slice(0, 2)), changed };
}

describe.each(TRACES)('%s', (path) => {
  it('[WHAT-IF-11] whatever is left out, and whatever order is asked for: a sound heap, and one answer', async () => {
    const source = await corpusSource(path);
    for (const seed of [1, 2, 3]) {
      const edits = someEdits(source, seed);
      const timeline = await timelineOf(source, { edit: editRecords(edits) });
      const diff = await lastValueFrom(whatIf(source, edits));
      expect(checkInvariants(timeline.stateAt(timeline.length))).toEqual([]);
      expect(diff.bugs.b?.record ?? null).toBe(timeline.bug?.record ?? null);
      for (const { record, b } of diff.moves) expect(timeline.resultAt(record)).toBe(b);
      expect(diff.metrics.b.freePages).toBe(timeline.momentAt(timeline.length).heap.totals.freePages);
    }
  });
});
