import { diffStates } from '@heaplay/core';
import type { HeapState } from '@heaplay/core';
import { TraceTable, bisect, compileExpression, timelineOf } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { lastValueFrom } from 'rxjs';
import type { Group, Subject } from '../harness/subject.ts';
import { randomNumbers } from '../workloads/random.ts';
import type { Pick } from '../workloads/random.ts';
import { mixedTrace } from '../workloads/trace-files.ts';

const SEEKS = 20;

/** Seeks from which the percentile is taken. */
const MANY_SEEKS = 2000;

/** Bytes of objects and of typed arrays that somebody holds. */
function heldBytes(): number {
  // Twice: what is freed outside of V8's heap by the first is only then out of the books.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Milliseconds that 95 of 100 seeks to random records take at most. */
function seekPercentile(timeline: Timeline, random: Pick): number {
  const times = Array.from({ length: MANY_SEEKS }, () => {
    const record = random(timeline.length + 1);
    const start = performance.now();
    timeline.stateAt(record);
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(MANY_SEEKS * 0.95)] ?? NaN;
}

/** Going about in a run of a million records on a 64 GiB host. */
export const TIMELINE_GROUP: Group = {
  name: 'timeline',
  title: 'a timeline of 1,000,000 records of mixed orders, 64 GiB',
  unit: 'look',
  reference: 'seek to a random record',
  rounds: 9,
  warmup: 2,
  subjects: async (quick) => {
    const { header, records } = mixedTrace(quick ? 50_000 : 1_000_000, 64);
    const table = new TraceTable();
    for (const record of records) table.append(record);
    const before = heldBytes();
    const timeline = await timelineOf({ name: 'mixed', header, table });
    const memory = heldBytes() - before;
    const { length, spacing } = timeline;
    const random = randomNumbers(64);
    // Every look goes to records that were not looked at before: states that are remembered would cost nothing.
    const far = (): number => Math.min((1 + random(Math.floor(length / spacing))) * spacing - 1, length);
    let cursor = length;
    let neighbours: readonly [HeapState, HeapState] = [timeline.stateAt(0), timeline.stateAt(1)];
    const condition = compileExpression(`record >= ${Math.floor(length * 0.7)} && heap.freePages >= 0`);
    const subjects: Subject[] = [
      {
        name: 'seek to a random record',
        ours: true,
        events: SEEKS,
        run: () => Array.from({ length: SEEKS }, () => timeline.stateAt(random(length + 1))),
      },
      {
        name: 'seek to a record right before a checkpoint',
        ours: true,
        events: SEEKS,
        run: () => Array.from({ length: SEEKS }, () => timeline.stateAt(far() - random(99))),
      },
      {
        name: 'step back',
        ours: true,
        events: 512,
        run: () => {
          if (cursor < 1024) cursor = length;
          const end = cursor - 512;
          for (; cursor > end; cursor--) timeline.stateAt(cursor);
          return cursor;
        },
      },
      {
        name: 'bisect',
        ours: true,
        events: 1,
        async: true,
        run: () => lastValueFrom(bisect(timeline, condition)),
      },
      {
        name: 'difference of neighbours',
        ours: true,
        events: SEEKS,
        prepare: () => {
          const record = random(length - 1);
          neighbours = [timeline.stateAt(record), timeline.stateAt(record + 1)];
        },
        run: () => Array.from({ length: SEEKS }, () => diffStates(...neighbours)),
      },
    ];
    return {
      subjects,
      figures: [
        { name: 'memory above the columns', unit: 'MiB', measure: () => memory / 2 ** 20 },
        { name: 'seek, 95th percentile', unit: 'ms', measure: () => seekPercentile(timeline, random) },
      ],
    };
  },
};
