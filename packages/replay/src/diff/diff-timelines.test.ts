import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { corpusSource } from '../../test/small-timeline.ts';
import { changeRecord, editRecords, whatIf } from '../analysis/what-if.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import { atOnce } from '../timeline/stepwise.ts';
import { batchesOf } from '../trace/batches-of.ts';
import { isObservation } from '../trace/record-kind.ts';
import { diffConfigurations } from './diff-configurations.ts';
import type { DiffResult } from './diff-result.ts';
import { diffCalls, metricsStepwise } from './diff-timelines.ts';
import type { CallDiff } from './diff-timelines.ts';
import { diffTraces } from './diff-traces.ts';
import { CALL_CLASSES } from './differing-calls.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const NUMA = 'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz';
const STOPS = 'golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz';
const SCARCE = 'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz';
const CLAIMS = 'golden/4.17.direct-map-all.numa.claims.heaplay.jsonl.gz';

/** The list of differing calls has as many of each class as were counted. */
function expectCounted({ result, differing }: CallDiff): void {
  const counted = CALL_CLASSES.map((_, at) => differing.classes.filter((kind) => kind === at).length);
  expect(counted).toEqual(CALL_CLASSES.map((name) => result[name]));
  expect([...differing.b].filter((record) => record > 0)).toEqual(
    [...differing.b].filter((record) => record > 0).toSorted((x, y) => x - y),
  );
}

describe('timelines', () => {
  it.each<[string, ConfigChange]>([
    [X86, { mode: 'separate-xenheap' }],
    [X86, { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0x3ffff } }],
    [NUMA, { mode: 'separate-xenheap' }],
    [NUMA, { xen: '4.17' }],
    [STOPS, { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0xfff } }],
    [STOPS, { xen: '4.23' }],
    [SCARCE, { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0xfff } }],
    [CLAIMS, { mode: 'direct-map-on-demand', xen: '4.6' }],
  ])('[DIFF-9] of %s under %j say what comparing from the start says', async (path, change) => {
    const source = await corpusSource(path);
    const to = resolveSetup(source.header, change);
    const options = { moves: 1_000_000 };
    const batches = from(batchesOf(source.table.records()));
    const expected = await lastValueFrom(batches.pipe(diffConfigurations(path, source.header, to, options)));
    const [a, b] = [await timelineOf(source), await timelineOf(source, { to })];
    const diff = atOnce(diffCalls(a, b, { pairing: 'records', layout: expected.b.layout, ...options }));
    const metrics = { a: atOnce(metricsStepwise(a, diff.end.a)), b: atOnce(metricsStepwise(b, diff.end.b)) };
    expect({ ...diff.result, metrics }).toEqual(expected satisfies DiffResult);
    expectCounted(diff);
  });

  it('[DIFF-9] with records left out and changed', async () => {
    const source = await corpusSource(NUMA);
    for (const seed of [3, 7, 11]) {
      const without = new Set(Array.from({ length: 40 }, (_, at) => ((at * seed * 131) % 5000) + 1));
      const changed = new Map(
        Array.from({ length: 100 }, (_, at) => 1001 + at).flatMap((number) => {
          const record = source.table.record(number);
          const other = isObservation(record) || !('order' in record) ? null : changeRecord(record, { order: 1 });
          return other?.ok === true ? [[number, other.value] as const] : [];
        }),
      );
      expect(changed.size).toBeGreaterThan(0);
      const edits = { without, changed };
      const expected = await lastValueFrom(whatIf(source, edits, { moves: 1_000_000 }));
      const [a, b] = [await timelineOf(source), await timelineOf(source, { edit: editRecords(edits) })];
      const diff = atOnce(diffCalls(a, b, { pairing: 'records', layout: 'edited', moves: 1_000_000 }));
      const metrics = { a: atOnce(metricsStepwise(a, diff.end.a)), b: atOnce(metricsStepwise(b, diff.end.b)) };
      expect({ ...diff.result, metrics }).toEqual(expected);
      expect(diff.result.orphaned).toBeGreaterThan(0);
      expectCounted(diff);
    }
  });

  it.each([
    [X86, 'recordings/qemu-x86-2g.4.17.heaplay.jsonl.gz'],
    [X86, 'recordings/x86-512m-core.4.17.heaplay.jsonl'],
    [SCARCE, STOPS],
    [STOPS, SCARCE],
    [CLAIMS, 'golden/4.23.direct-map-all.numa.claims.heaplay.jsonl.gz'],
  ])('[DIFF-10] of two traces, %s and %s, too', async (first, second) => {
    const sources = { a: await corpusSource(first), b: await corpusSource(second) };
    const [inA, inB] = [sources.a, sources.b].map(({ name, header, table }) => ({
      name,
      header,
      batches: from(batchesOf(table.records())),
    })) as [Parameters<typeof diffTraces>[0], Parameters<typeof diffTraces>[0]];
    const expected = await lastValueFrom(diffTraces(inA, inB, { moves: 1_000_000 }));
    const [a, b] = [await timelineOf(sources.a), await timelineOf(sources.b)];
    const pairs: (readonly [number, number])[] = [];
    const diff = atOnce(diffCalls(a, b, { pairing: 'calls', moves: 1_000_000, onPair: (...pair) => pairs.push(pair) }));
    const metrics = { a: atOnce(metricsStepwise(a, diff.end.a)), b: atOnce(metricsStepwise(b, diff.end.b)) };
    expect({ ...diff.result, metrics }).toEqual(expected);
    expectCounted(diff);
    expect(pairs.filter(([x, y]) => x > 0 && y > 0)).toHaveLength(expected.calls);
  });
});
