import { SpanStatusCode } from '@opentelemetry/api';
import { openState, pageInfo } from '@heaplay/core';
import { describe, expect, test } from 'vitest';
import { explainRecord } from '../analysis/explain.ts';
import { freeZones, sampleHeap } from '../analysis/heap-sample.ts';
import { isAllocation } from '../diff/call-class.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isObservation } from '../trace/record-kind.ts';
import { bytesOf, corpusSource, smallSource } from '../../test/small-timeline.ts';
import { HEAP_ATTRIBUTES as NAMES } from './attributes.ts';
import type { HeapMetricSample } from './heap-metrics.ts';
import type { HeapSpan } from './heap-span.ts';
import { runSpans } from './run-spans.ts';
import type { RunSpanOptions } from './run-spans.ts';
import { identifyTrace } from './trace-identity.ts';

interface Told {
  readonly spans: readonly HeapSpan[];
  readonly metrics: readonly HeapMetricSample[];
}

function tell(source: TimelineSource, options: RunSpanOptions = {}): Told {
  const spans: HeapSpan[] = [];
  const metrics: HeapMetricSample[] = [];
  for (const item of runSpans(source, identifyTrace(source), options)) {
    if (item.kind === 'metrics') metrics.push(item);
    else if (item.kind !== 'pause') spans.push(item);
  }
  return { spans, metrics };
}

function ofKind({ spans }: Told, kind: HeapSpan['kind']): readonly HeapSpan[] {
  return spans.filter((span) => span.kind === kind);
}

function numberOf({ attributes }: HeapSpan, name: string): number {
  const value = attributes[name];
  return typeof value === 'number' ? value : NaN;
}

const TRACES = [
  'recordings/x86-512m-core.4.17.heaplay.jsonl',
  'golden/4.6.separate-xenheap.1node.xenpress.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.numa.bigspan.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.bug_overlap.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.build.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.numa.offline.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.misalign.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz',
  'recordings/x86-2g.4.17.heaplay.jsonl',
];

describe.each(TRACES)('the spans of %s', (path) => {
  test('[OTEL-1] are one for each call, below the phase in which it was made, with what came of it', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const told = tell(source);
    const calls = ofKind(told, 'call');
    const made = Array.from({ length: source.table.length }, (_, at) => at + 1).filter(
      (record) => !source.table.isObservationAt(record) && record <= (timeline.bug?.record ?? Infinity),
    );
    expect(calls.map((span) => numberOf(span, NAMES.record))).toEqual(made);
    expect(calls.map(({ name }) => name)).toEqual(made.map((record) => source.table.typeAt(record)));
    const failed = made.filter((record) => record === timeline.bug?.record || timeline.hasFailed(record));
    const shown = calls.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(shown.map((span) => numberOf(span, NAMES.record))).toEqual(failed);
    const reasons = shown.map(({ attributes }) => attributes[NAMES.failureReason]);
    expect(reasons).toEqual(failed.map((record) => reasonAt(timeline, record)));
    const phases = new Map(ofKind(told, 'phase').map((span) => [span.spanId, span]));
    const misplaced = calls.filter((span) => !lies(span, phases.get(span.parentSpanId ?? '')));
    expect(misplaced).toEqual([]);
  });

  test('[OTEL-2] tell each lifetime as the heap has it, frame by frame', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const lifetimes = ofKind(tell(source), 'lifetime');
    const allocated = Array.from({ length: timeline.length }, (_, at) => at + 1).filter((record) =>
      hasAllocated(timeline, record),
    );
    expect(lifetimes.map((span) => numberOf(span, NAMES.record)).toSorted((a, b) => a - b)).toEqual(allocated);
    const wrong = lifetimes.filter((span) => !agrees(timeline, span, lifetimes));
    expect(wrong).toEqual([]);
  });

  test('[OTEL-3] have ids of their own, and every id that one names is there', async () => {
    const { spans } = tell(await corpusSource(path));
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    expect([...ids].filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([]);
    const named = spans.flatMap(({ parentSpanId, links }) => [parentSpanId, ...links.map(({ spanId }) => spanId)]);
    expect(named.filter((id) => id !== null && !ids.has(id))).toEqual([]);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === null)).toEqual([spans.at(-1)]);
  });

  test.each([0, 0.3])(
    '[OTEL-4] a share of %d keeps what failed, and leads nowhere that is not there',
    async (sample) => {
      const source = await corpusSource(path);
      const all = tell(source);
      const some = tell(source, { sample });
      const byId = new Map(all.spans.map((span) => [span.spanId, span]));
      const ids = new Set(some.spans.map(({ spanId }) => spanId));
      const isFailure = ({ status }: HeapSpan): boolean => status.code === SpanStatusCode.ERROR;
      expect(some.spans.filter(isFailure).map(({ spanId }) => spanId)).toEqual(
        all.spans.filter(isFailure).map(({ spanId }) => spanId),
      );
      expect(some.spans.flatMap(({ links }) => links).filter(({ spanId }) => !ids.has(spanId))).toEqual([]);
      expect(some.spans.filter(({ spanId }) => !byId.has(spanId))).toEqual([]);
      expect(ofKind(some, 'phase')).toEqual(ofKind(all, 'phase'));
    },
  );

  test('[OTEL-5] come with metrics that are the heap’s own at that record', async () => {
    const source = await corpusSource(path);
    const timeline = await timelineOf(source);
    const { metrics } = tell(source, { metricsEvery: 97 });
    const shown = metrics.map(figuresOf);
    expect(shown).toEqual(metrics.map(({ record }) => figuresAt(timeline, record)));
  });
});

function reasonAt(timeline: Timeline, record: number): string | undefined {
  const type = timeline.table.typeAt(record);
  const call = timeline.table.record(record);
  if (record === timeline.bug?.record || isObservation(call) || !isAllocation(call.type)) return undefined;
  return explainRecord(timeline, record).reason ?? type;
}

function lies(span: HeapSpan, phase: HeapSpan | undefined): boolean {
  if (phase === undefined) return false;
  const record = numberOf(span, NAMES.record);
  return (
    phase.start <= span.start &&
    span.end <= phase.end &&
    numberOf(phase, NAMES.firstRecord) <= record &&
    record <= numberOf(phase, NAMES.lastRecord)
  );
}

function hasAllocated(timeline: Timeline, record: number): boolean {
  const call = timeline.table.record(record);
  const allocates = !isObservation(call) && (isAllocation(call.type) || call.type === 'alloc_boot_pages');
  return allocates && typeof timeline.resultAt(record) === 'number';
}

/** Was some page of it held just before it ended, and none behind? At most so many pages are looked at. */
function agrees(timeline: Timeline, span: HeapSpan, all: readonly HeapSpan[]): boolean {
  const made = numberOf(span, NAMES.record);
  const freedBy = numberOf(span, NAMES.freedBy);
  const isOpen = span.attributes[NAMES.lifetimeOpen] === true;
  const holds = (record: number): boolean => holdsAny(timeline, record, span, all);
  if (span.links[0]?.attributes[NAMES.record] !== made) return false;
  if (isOpen) return Number.isNaN(freedBy) && holds(timeline.length);
  return made < freedBy && holds(freedBy - 1) && !holds(freedBy);
}

const MOST_PAGES = 1024;

function holdsAny(timeline: Timeline, record: number, span: HeapSpan, all: readonly HeapSpan[]): boolean {
  const heap = openState(timeline.stateAt(record));
  const first = numberOf(span, NAMES.mfn);
  const pages = numberOf(span, NAMES.pages);
  const step = Math.max(1, Math.floor(pages / MOST_PAGES));
  for (let mfn = first; mfn < first + pages; mfn += step) {
    const { state } = pageInfo(heap, mfn);
    const isHeld = state === 'in-use' || state === 'offlining' || state === 'outside';
    if (isHeld && newestOf(mfn, record, all) === numberOf(span, NAMES.record)) return true;
  }
  return false;
}

/** The record of the last allocation up to another one that got a frame. */
function newestOf(mfn: number, upTo: number, all: readonly HeapSpan[]): number {
  let newest = 0;
  for (const span of all) {
    const made = numberOf(span, NAMES.record);
    const first = numberOf(span, NAMES.mfn);
    const isCovered = first <= mfn && mfn < first + numberOf(span, NAMES.pages);
    if (isCovered && made <= upTo && made > newest) newest = made;
  }
  return newest;
}

interface Figures {
  readonly freePages: number;
  readonly freeBlocks: readonly number[];
  readonly fragmentation: readonly number[];
  readonly claims: number;
  readonly needScrub: number;
  readonly failures: number;
}

function figuresOf({ points }: HeapMetricSample): Figures {
  const values = (metric: string): number[] =>
    points.filter((point) => point.metric === metric).map(({ value }) => value);
  return {
    freePages: values('freePages').reduce((sum, pages) => sum + pages, 0),
    freeBlocks: values('freeBlocks'),
    fragmentation: values('fragmentation'),
    claims: values('claims')[0] ?? NaN,
    needScrub: values('needScrub')[0] ?? NaN,
    failures: values('failures')[0] ?? NaN,
  };
}

function figuresAt(timeline: Timeline, record: number): Figures {
  const heap = openState(timeline.stateAt(record));
  const { freeBlocksByOrder, unusableByOrder, claims, needScrub } = sampleHeap(heap);
  return {
    freePages: freeZones(heap).reduce((sum, { pages }) => sum + pages, 0),
    freeBlocks: freeBlocksByOrder,
    fragmentation: unusableByOrder,
    claims,
    needScrub,
    failures: timeline.momentAt(record).failures,
  };
}

const UNTIMED_BOOT = [
  { type: 'init_domheap_pages', ...bytesOf(256, 4096) },
  { type: 'end_boot_allocator' },
  { type: 'set_system_state', state: 'active' },
];

const BOOT = UNTIMED_BOOT.map((record, at) => ({ ...record, at: 1000 * (at + 1) }));

describe('a run by hand', () => {
  test('[OTEL-6] an allocation that is freed in parts lives until its last page is free', () => {
    const told = tell(
      smallSource([
        ...BOOT,
        { type: 'alloc_domheap_pages', order: 1, at: 4000, caller: ['a+0x10', 'b'], result: 4094 },
        { type: 'free_domheap_pages', mfn: 4095, order: 0, at: 5000 },
        { type: 'free_domheap_pages', mfn: 4094, order: 0, at: 7000 },
      ]),
    );
    const [lifetime] = ofKind(told, 'lifetime');
    expect(lifetime).toMatchObject({ name: 'allocation', start: 4000, end: 7000 });
    expect(lifetime?.attributes).toMatchObject({
      'xen.heap.record': 4,
      'xen.heap.mfn': 4094,
      'xen.heap.order': 1,
      'xen.heap.pages': 2,
      'xen.heap.caller': ['a+0x10', 'b'],
      'xen.heap.lifetime.freed_by': 6,
    });
    const links = ofKind(told, 'call').map((span) => span.links.map(({ spanId }) => spanId));
    expect(links).toEqual([[], [], [], [], [lifetime?.spanId], [lifetime?.spanId]]);
  });

  test('[OTEL-10] a call that frees more than anybody would follow counts the links that it leaves out', () => {
    const told = tell(
      smallSource([
        ...BOOT,
        { type: 'domain_create', domain: 1, maxPages: 300, at: 4000 },
        ...Array.from({ length: 200 }, () => ({ type: 'populate_physmap', domain: 1, order: 0, at: 5000 })),
        { type: 'domain_kill', domain: 1, at: 6000 },
        { type: 'relinquish_memory', domain: 1, at: 7000 },
      ]),
    );
    const last = ofKind(told, 'call').at(-1);
    expect([last?.name, last?.links.length, last?.droppedLinks]).toEqual(['relinquish_memory', 128, 72]);
    expect(ofKind(told, 'lifetime').map((span) => [span.end, numberOf(span, NAMES.freedBy)])).toEqual(
      Array.from({ length: 200 }, () => [7000, 206]),
    );
  });

  test('[OTEL-7] the phases follow one another: start-up, initialisation, each domain’s build, bursts between pauses', () => {
    const told = tell(
      smallSource([
        ...BOOT.slice(0, 2),
        { type: 'domain_create', domain: 0, maxPages: 100, at: 3000 },
        { type: 'populate_physmap', domain: 0, order: 0, at: 4000 },
        { type: 'set_system_state', state: 'active', at: 5000 },
        { type: 'alloc_xenheap_pages', order: 0, at: 6000 },
        { type: 'alloc_xenheap_pages', order: 0, at: 500_000_000 },
        { type: 'domain_create', domain: 1, maxPages: 100, at: 500_000_100 },
        { type: 'alloc_xenheap_pages', order: 0, at: 500_000_200 },
        { type: 'populate_physmap', domain: 0, order: 0, at: 500_000_300 },
      ]),
    );
    const phases = ofKind(told, 'phase').map((span) => [span.name, numberOf(span, NAMES.firstRecord), span.end]);
    expect(phases).toEqual([
      ['boot allocator', 1, 2000],
      ['domain build d0', 3, 4000],
      ['runtime burst', 5, 6000],
      ['runtime burst', 7, 500_000_000],
      ['domain build d1', 8, 500_000_200],
      ['runtime burst', 10, 500_000_300],
    ]);
  });

  test('[OTEL-8] a trace without times gets a clock of its own, and says so', () => {
    const { spans } = tell(smallSource(UNTIMED_BOOT));
    expect(spans.at(-1)).toMatchObject({ start: 0, end: 3000, attributes: { 'xen.heap.trace.clock': 'synthetic' } });
    expect(tell(smallSource(BOOT)).spans.at(-1)?.attributes['xen.heap.trace.clock']).toBe('recorded');
  });

  test('[OTEL-9] the same trace has the same ids, another one others', () => {
    const idOf = (records: Parameters<typeof smallSource>[0]): string | undefined =>
      tell(smallSource(records)).spans.at(-1)?.spanId;
    expect(idOf(BOOT)).toBe(idOf(BOOT));
    expect(idOf(BOOT)).not.toBe(idOf(BOOT.slice(1)));
  });
});
