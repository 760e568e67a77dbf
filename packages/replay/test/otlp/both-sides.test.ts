import { from as batchesFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { diffConfigurations } from '../../src/diff/diff-configurations.ts';
import type { DiffResult } from '../../src/diff/diff-result.ts';
import { diffTraces } from '../../src/diff/diff-traces.ts';
import {
  HEAP_ATTRIBUTES as NAMES,
  configurationSpans,
  identifyOther,
  identifyRebased,
  identifyTrace,
  runSpans,
  traceSpans,
} from '../../src/otel.ts';
import type { BothTelemetry, HeapSpan, RunSpanOptions, RunTelemetry, SideName } from '../../src/otel.ts';
import { resolveSetup } from '../../src/rebase/resolve-setup.ts';
import type { ConfigChange, Setup } from '../../src/rebase/reconfigure.ts';
import { timelineOf } from '../../src/timeline/open-timeline.ts';
import type { TimelineSource } from '../../src/timeline/timeline-source.ts';
import { corpusSource } from '../small-timeline.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const CHANGES: readonly (readonly [path: string, change: ConfigChange])[] = [
  [X86, { mode: 'separate-xenheap' }],
  [X86, { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0x5ffff } }],
  [X86, { xen: '4.23' }],
  ['recordings/arm32-1g.4.17.heaplay.jsonl', { mode: 'direct-map-all' }],
  [
    'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
    { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0xfff } },
  ],
  ['golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz', { xen: '4.23' }],
  ['golden/4.17.direct-map-all.numa.scrub.heaplay.jsonl.gz', { xen: '4.6' }],
];
const PAIRS: readonly (readonly [a: string, b: string])[] = [
  [X86, X86],
  [
    'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
    'golden/4.23.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
  ],
  [
    'golden/4.17.direct-map-all.1node.build.heaplay.jsonl.gz',
    'golden/4.17.direct-map-all.1node.scrub.heaplay.jsonl.gz',
  ],
];

type BySide = Readonly<Record<SideName, readonly HeapSpan[]>>;

function spansOf(told: Iterable<RunTelemetry>): HeapSpan[] {
  return [...told].filter((item): item is HeapSpan => item.kind !== 'pause' && item.kind !== 'metrics');
}

function bySide(told: Iterable<BothTelemetry>): BySide {
  const items = [...told].flatMap((item) => (item.kind === 'side' ? [item] : []));
  const of = (wanted: SideName): HeapSpan[] =>
    items.flatMap(({ side, item }) => (side === wanted && item.kind !== 'metrics' ? [item] : []));
  return { a: of('a'), b: of('b') };
}

async function rebased(path: string, change: ConfigChange): Promise<{ source: TimelineSource; to: Setup }> {
  const source = await corpusSource(path);
  return { source, to: resolveSetup(source.header, change) };
}

function bothOf(source: TimelineSource, to: Setup, options: RunSpanOptions = {}): BySide {
  const a = identifyTrace(source);
  const b = identifyRebased(a, { from: source.header, to });
  return bySide(configurationSpans(source, to, { a, b }, options));
}

const ACROSS: ReadonlySet<string> = new Set([NAMES.comparison, NAMES.counterpartMfn]);

/** A span as it would be if there were no other side. */
function alone(span: HeapSpan): HeapSpan {
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([name]) => !ACROSS.has(name)));
  return { ...span, attributes, links: span.links.filter(({ run }) => run === 'own') };
}

/** How often each comparison is told, by the calls of a side. */
function comparisons(spans: readonly HeapSpan[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, attributes } of spans) {
    if (kind !== 'call') continue;
    const told = String(attributes[NAMES.comparison]);
    counts[told] = (counts[told] ?? 0) + 1;
  }
  return counts;
}

/** What a diff counts, by what side `b` must tell. */
function counted(diff: DiffResult): Readonly<Record<string, number>> {
  return {
    same: diff.same,
    moved: diff.moved,
    changed: diff.changed,
    'failed only here': diff.failedOnlyInB,
    'failed only there': diff.failedOnlyInA,
    orphaned: diff.orphaned,
  };
}

function judged(spans: readonly HeapSpan[]): Readonly<Record<string, number>> {
  const counts = comparisons(spans);
  const names = ['same', 'moved', 'changed', 'failed only here', 'failed only there', 'orphaned'];
  return Object.fromEntries(names.map((name) => [name, counts[name] ?? 0]));
}

/** Where a link leads across, both ways: pairs of ids. */
function crossings(spans: readonly HeapSpan[], isForward: boolean): string[] {
  return spans
    .flatMap(({ spanId, links }) =>
      links
        .filter(({ run }) => run === 'other')
        .map((link) => (isForward ? [spanId, link.spanId] : [link.spanId, spanId])),
    )
    .map((pair) => pair.join(' → '))
    .toSorted();
}

function expectLinked({ a, b }: BySide): void {
  const ids = { a: new Set(a.map(({ spanId }) => spanId)), b: new Set(b.map(({ spanId }) => spanId)) };
  expect([...ids.a].filter((id) => ids.b.has(id))).toEqual([]);
  const forward = crossings(a, true);
  expect(forward).toEqual(crossings(b, false));
  expect(new Set(forward).size).toBe(forward.length);
  const ends = forward.map((pair) => pair.split(' → '));
  expect(ends.filter(([from = '', to = '']) => !ids.a.has(from) || !ids.b.has(to))).toEqual([]);
}

describe.each(CHANGES)('%s under %j', (path, change) => {
  it('[OTEL-11] is told as the run under that configuration is, call by call', async () => {
    const { source, to } = await rebased(path, change);
    const timeline = await timelineOf(source, { to });
    const identity = identifyRebased(identifyTrace(source), { from: source.header, to });
    const spans = spansOf(runSpans(source, identity, { to }));
    const calls = spans.filter(({ kind, attributes }) => kind === 'call' && attributes[NAMES.planned] !== true);
    const isMade = ({ attributes }: HeapSpan): boolean => attributes[NAMES.orphaned] !== true;
    const recordOf = ({ attributes }: HeapSpan): number => Number(attributes[NAMES.record]);
    const made = Array.from({ length: timeline.length }, (_, at) => at + 1).filter(
      (record) => !source.table.isObservationAt(record) && !timeline.isSkipped(record),
    );
    const stops = timeline.bug === null ? [] : [timeline.bug.record];
    expect(calls.filter(isMade).map(recordOf)).toEqual([...made, ...stops]);
    const failed = calls.filter((span) => isMade(span) && span.status.code === 2).map(recordOf);
    expect(failed).toEqual([...made.filter((record) => timeline.hasFailed(record)), ...stops]);
    const moved = calls.filter((span) => isMade(span) && Number.isInteger(span.attributes[NAMES.result]));
    expect(moved.filter((span) => timeline.resultAt(recordOf(span)) !== span.attributes[NAMES.result])).toEqual([]);
  });

  it('[OTEL-12] says how each call came out as a diff counts it', async () => {
    const { source, to } = await rebased(path, change);
    const batches = batchesFrom([{ first: 1, records: [...source.table.records(1, source.table.length)] }]);
    const diff = await lastValueFrom(batches.pipe(diffConfigurations(path, source.header, to, { moves: 1e6 })));
    const { a, b } = bothOf(source, to);
    expect(judged(b)).toEqual(counted(diff));
    const mirrored = judged(a);
    expect({
      ...mirrored,
      'failed only here': mirrored['failed only there'],
      'failed only there': mirrored['failed only here'],
    }).toEqual(counted(diff));
    const moves = b
      .filter(({ kind, attributes }) => kind === 'call' && attributes[NAMES.comparison] === 'moved')
      .map(({ attributes }) => [attributes[NAMES.record], attributes[NAMES.counterpartMfn], attributes[NAMES.mfn]]);
    expect(moves).toEqual(diff.moves.map(({ record, a: before, b: now }) => [record, before, now]));
  });

  it('[OTEL-13] beside the recorded run is told as each by itself, with links both ways', async () => {
    const { source, to } = await rebased(path, change);
    const both = bothOf(source, to);
    const recorded = identifyTrace(source);
    const identity = identifyRebased(recorded, { from: source.header, to });
    expect(both.a.map(alone)).toEqual(spansOf(runSpans(source, recorded)));
    expect(both.b.map(alone)).toEqual(spansOf(runSpans(source, identity, { to })).map(alone));
    expectLinked(both);
  });

  it('[OTEL-14] a share keeps both ends of a link, or none', async () => {
    const { source, to } = await rebased(path, change);
    const some = bothOf(source, to, { sample: 0.3 });
    expectLinked(some);
    const { a } = bothOf(source, to);
    expect(some.a.length).toBeLessThan(a.length);
  });
});

describe.each(PAIRS)('%s beside %s', (first, second) => {
  it('[OTEL-15] is told as each by itself, paired as a diff pairs them', async () => {
    const sources = { a: await corpusSource(first), b: await corpusSource(second) };
    const a = identifyTrace(sources.a);
    const own = identifyTrace(sources.b);
    const b = first === second ? identifyOther(own) : own;
    const both = bySide(traceSpans(sources, { a, b }));
    expect(both.a.map(alone)).toEqual(spansOf(runSpans(sources.a, a)));
    expect(both.b.map(alone)).toEqual(spansOf(runSpans(sources.b, b)));
    expectLinked(both);
    const side = ({ name, header, table }: TimelineSource): Parameters<typeof diffTraces>[0] => ({
      name,
      header,
      batches: batchesFrom([{ first: 1, records: [...table.records(1, table.length)] }]),
    });
    const diff = await lastValueFrom(diffTraces(side(sources.a), side(sources.b)));
    expect(judged(both.b)).toEqual(counted(diff));
    expect(comparisons(both.a)['only here'] ?? 0).toBe(diff.onlyInA);
    expect(comparisons(both.b)['only here'] ?? 0).toBe(diff.onlyInB);
    expectLinked(bySide(traceSpans(sources, { a, b }, { sample: 0.3 })));
  });
});

describe('ids', () => {
  it('[OTEL-16] of a run under another configuration follow from trace and configuration', async () => {
    const { source, to } = await rebased(X86, { mode: 'separate-xenheap' });
    const recorded = identifyTrace(source);
    const seedOf = (wanted: Setup): string =>
      Buffer.from(identifyRebased(recorded, { from: source.header, to: wanted }).seed).toString('hex');
    const other = resolveSetup(source.header, { xen: '4.23' });
    const again = resolveSetup(source.header, { mode: 'separate-xenheap' });
    expect(seedOf(to)).toBe(seedOf(again));
    expect(new Set([seedOf(to), seedOf(other), seedOf(source.header)]).size).toBe(3);
    expect(seedOf(source.header)).toBe(Buffer.from(recorded.sha256).toString('hex'));
  });
});
