import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, SpanStatus } from '@opentelemetry/api';
import { explainCall, orderPages } from '@heaplay/core';
import type { CallRecord, Mfn, Outcome, Platform } from '@heaplay/core';
import { describeFailure } from '../analysis/describe-step.ts';
import { hasFailed, isAllocation } from '../diff/call-class.ts';
import { atRecord } from '../replay/at-record.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { HEAP_ATTRIBUTES } from './attributes.ts';
import { callAttributes, placeAttributes } from './call-attributes.ts';
import { MetricSampler } from './heap-metrics.ts';
import type { HeapMetricSample } from './heap-metrics.ts';
import { MAX_LINKS } from './heap-span.ts';
import type { HeapSpan, HeapSpanLink } from './heap-span.ts';
import { OpenAllocations } from './open-allocations.ts';
import type { OpenAllocation } from './open-allocations.ts';
import { Phases } from './phases.ts';
import type { Phase } from './phases.ts';
import { SpanIds, hex } from './span-ids.ts';
import { TraceClock } from './trace-identity.ts';
import type { TraceIdentity } from './trace-identity.ts';

/** How to make spans of a run. */
export interface RunSpanOptions {
  /** Share of the calls and lifetimes to be kept, 0..1; all unless said. What failed is kept in any case. */
  readonly sample?: number;
  /** Records between two samples of the metrics; none are taken unless said. */
  readonly metricsEvery?: number;
}

/** A moment in which whoever walks may let others have their turn. */
export interface RunPause {
  readonly kind: 'pause';
  readonly record: number;
}

/** What a walk over a run gives, one after the other. */
export type RunTelemetry = HeapSpan | HeapMetricSample | RunPause;

/** Records between two pauses. */
const PAUSE = 4096;

/**
 * Goes through a run once, as it was recorded, and tells it as spans: calls as they are made, lifetimes and phases as
 * they end, the root last. Keeps nothing but the heap and the allocations that are there. Throws `TraceError` for a
 * record that makes no sense.
 */
export function* runSpans(
  source: TimelineSource,
  identity: TraceIdentity,
  options: RunSpanOptions = {},
): Generator<RunTelemetry, void, undefined> {
  const walk = new SpanWalk(source, identity, options);
  for (let record = 1; record <= source.table.length && !walk.stopped; record++) {
    atRecord(source.name, record, () => walk.step(record));
    yield* walk.take();
    if (record % PAUSE === 0) yield { kind: 'pause', record };
  }
  yield* walk.finish();
}

interface Lifetime extends OpenAllocation {
  /** Nanoseconds since the trace began. */
  readonly start: number;
  readonly isKept: boolean;
}

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

class SpanWalk {
  /** Did Xen stop? */
  stopped = false;
  private readonly source: TimelineSource;
  private readonly identity: TraceIdentity;
  private readonly sample: number;
  private readonly metricsEvery: number;
  private readonly ids: SpanIds;
  private readonly clock: TraceClock;
  private readonly session: ReplaySession;
  private readonly phases = new Phases();
  private readonly open = new OpenAllocations<Lifetime>();
  private readonly sampler = new MetricSampler();
  private readonly counts = { allocations: 0, failures: 0 };
  private out: (HeapSpan | HeapMetricSample)[] = [];
  /** The allocations that the call being carried out takes pages of; null while nothing is watched. */
  private freed: Set<Lifetime> | null = null;
  private calls = 0;
  private records = 0;

  constructor(source: TimelineSource, identity: TraceIdentity, { sample = 1, metricsEvery = 0 }: RunSpanOptions) {
    this.source = source;
    this.identity = identity;
    this.sample = sample;
    this.metricsEvery = metricsEvery;
    this.ids = new SpanIds(identity.sha256);
    this.clock = new TraceClock(identity);
    const { machine, heap } = source.header;
    this.session = ReplaySession.powerOn(machine, heap, {
      onFree: (mfn, order) => {
        if (this.freed === null) return;
        for (const lifetime of this.open.free(mfn, order)) this.freed.add(lifetime);
      },
    });
  }

  step(record: number): void {
    const call = this.source.table.record(record);
    const at = this.clock.advance(record, call.at);
    this.records = record;
    if (!isObservation(call)) this.carryOut(record, call, at);
    if (this.metricsEvery > 0 && !this.stopped && record % this.metricsEvery === 0) this.sampleMetrics();
  }

  /** What there is to tell since it was asked last. */
  take(): readonly (HeapSpan | HeapMetricSample)[] {
    const { out } = this;
    if (out.length > 0) this.out = [];
    return out;
  }

  *finish(): Generator<RunTelemetry> {
    if (this.metricsEvery > 0 && this.records % this.metricsEvery !== 0) this.sampleMetrics();
    yield* this.take();
    if (this.phases.current !== null) yield this.phaseSpan(this.phases.current);
    for (const lifetime of this.open) if (lifetime.isKept) yield this.lifetimeSpan(lifetime, null);
    yield this.rootSpan();
  }

  private carryOut(record: number, call: CallRecord, at: number): void {
    const phase = this.enterPhase(record, call, at);
    this.freed = new Set();
    const outcome = this.session.apply(call);
    const { freed } = this;
    this.freed = null;
    const { result, bug } = outcome;
    this.calls++;
    phase.calls++;
    if (bug !== null) {
      // What this call freed before it stopped Xen counts for nothing: those lifetimes end with the trace.
      for (const lifetime of freed) if (lifetime.held <= 0) this.open.add(lifetime);
      this.stopped = true;
      this.out.push(this.callSpan(record, call, outcome, phase, stoppedStatus(outcome), {}, []));
      return;
    }
    const failed = hasFailed(call.type, result);
    if (failed) {
      phase.failures++;
      this.counts.failures++;
    }
    const started = this.startLifetime(record, call, outcome);
    const touched = [...freed];
    const kept = touched.filter(({ isKept }) => isKept);
    const isKept = failed || (started?.isKept ?? (touched.length > 0 ? kept.length > 0 : this.keeps(record)));
    if (isKept) {
      const { status, reason } = failed ? this.explain(call, outcome) : { status: UNSET, reason: {} };
      this.out.push(this.callSpan(record, call, outcome, phase, status, reason, kept));
    }
    for (const lifetime of kept) if (lifetime.held <= 0) this.out.push(this.lifetimeSpan(lifetime, record));
  }

  private enterPhase(record: number, call: CallRecord, at: number): Phase {
    const before = this.phases.current;
    const phase = this.phases.next(call, record, at);
    if (phase !== before) {
      if (before !== null) this.out.push(this.phaseSpan(before));
      this.phases.current = phase;
    }
    phase.lastRecord = record;
    phase.end = at;
    return phase;
  }

  private startLifetime(record: number, call: CallRecord, { result }: Outcome): Lifetime | null {
    const pages = allocatedPages(call);
    if (pages === 0 || typeof result !== 'number') return null;
    if (isAllocation(call.type)) this.counts.allocations++;
    const isKept = this.keeps(record);
    const lifetime = { record, mfn: result as Mfn, pages, held: pages, start: this.clock.now, isKept };
    this.open.add(lifetime);
    return lifetime;
  }

  private keeps(record: number): boolean {
    return this.sample >= 1 || this.ids.chance(record) < this.sample;
  }

  /** Why a call got nothing. The states since the last failure are all that this costs: each is published. */
  private explain(call: CallRecord, { result }: Outcome): { readonly status: SpanStatus; readonly reason: Attributes } {
    const failure = isAllocation(call.type) ? explainCall(this.session.stateBefore(), call).failure : null;
    this.session.publish();
    if (failure === null) {
      return { status: { code: SpanStatusCode.ERROR, message: `${call.type} returned ${text(result)}` }, reason: {} };
    }
    return {
      status: { code: SpanStatusCode.ERROR, message: `${failure.reason}: ${describeFailure(failure)}` },
      reason: { [HEAP_ATTRIBUTES.failureReason]: failure.reason },
    };
  }

  private callSpan(
    record: number,
    call: CallRecord,
    outcome: Outcome,
    phase: Phase,
    status: SpanStatus,
    reason: Attributes,
    freed: readonly Lifetime[],
  ): HeapSpan {
    return {
      kind: 'call',
      name: call.type,
      spanId: this.ids.spanId('call', record),
      parentSpanId: this.ids.spanId('phase', phase.number),
      start: this.clock.now,
      end: this.clock.now,
      status,
      attributes: { ...callAttributes(record, call, outcome, this.session.heap.platform), ...reason },
      links: freed.slice(0, MAX_LINKS).map(({ record: made }) => this.link('lifetime', made, 'frees')),
      droppedLinks: Math.max(0, freed.length - MAX_LINKS),
    };
  }

  private lifetimeSpan(lifetime: Lifetime, freedBy: number | null): HeapSpan {
    const { record, start } = lifetime;
    const call = this.source.table.record(record);
    const attributes = lifetimeAttributes(lifetime, call, this.session.heap.platform);
    const end = freedBy === null ? { [HEAP_ATTRIBUTES.lifetimeOpen]: true } : { [HEAP_ATTRIBUTES.freedBy]: freedBy };
    return {
      kind: 'lifetime',
      name: 'allocation',
      spanId: this.ids.spanId('lifetime', record),
      parentSpanId: this.ids.spanId('trace', 0),
      start,
      end: this.clock.now,
      status: UNSET,
      attributes: { ...attributes, ...end },
      links: [this.link('call', record, 'allocated by')],
      droppedLinks: 0,
    };
  }

  private link(kind: 'call' | 'lifetime', record: number, what: string): HeapSpanLink {
    const attributes = { [HEAP_ATTRIBUTES.link]: what, [HEAP_ATTRIBUTES.record]: record };
    return { spanId: this.ids.spanId(kind, record), attributes };
  }

  private phaseSpan(phase: Phase): HeapSpan {
    const { name, number, domain, firstRecord, lastRecord, start, end, calls, failures } = phase;
    return {
      kind: 'phase',
      name: domain === null ? name : `${name} d${domain}`,
      spanId: this.ids.spanId('phase', number),
      parentSpanId: this.ids.spanId('trace', 0),
      start,
      end,
      status: UNSET,
      attributes: {
        [HEAP_ATTRIBUTES.phase]: name,
        ...(domain === null ? {} : { [HEAP_ATTRIBUTES.domain]: domain }),
        [HEAP_ATTRIBUTES.firstRecord]: firstRecord,
        [HEAP_ATTRIBUTES.lastRecord]: lastRecord,
        [HEAP_ATTRIBUTES.calls]: calls,
        [HEAP_ATTRIBUTES.failures]: failures,
      },
      links: [],
      droppedLinks: 0,
    };
  }

  private rootSpan(): HeapSpan {
    const { sha256, clock } = this.identity;
    return {
      kind: 'trace',
      name: 'xen heap',
      spanId: this.ids.spanId('trace', 0),
      parentSpanId: null,
      start: 0,
      end: this.clock.now,
      status: UNSET,
      attributes: {
        [HEAP_ATTRIBUTES.traceName]: this.source.name,
        [HEAP_ATTRIBUTES.traceSha256]: hex(sha256),
        [HEAP_ATTRIBUTES.traceClock]: clock,
        [HEAP_ATTRIBUTES.traceRecords]: this.records,
        [HEAP_ATTRIBUTES.calls]: this.calls,
        [HEAP_ATTRIBUTES.failures]: this.counts.failures,
        [HEAP_ATTRIBUTES.freePages]: this.session.heap.totals.freePages,
        [HEAP_ATTRIBUTES.sampleRatio]: this.sample,
      },
      links: [],
      droppedLinks: 0,
    };
  }

  private sampleMetrics(): void {
    // The state is the one behind the last record that did not stop Xen.
    const record = this.stopped ? this.records - 1 : this.records;
    this.out.push(this.sampler.sample(record, this.clock.now, this.session.heap, this.counts));
  }
}

/** Pages that a call hands out if it succeeds; 0 for one that hands out none. */
function allocatedPages(call: CallRecord): number {
  if (call.type === 'alloc_boot_pages') return call.pages;
  return isAllocation(call.type) && 'order' in call ? orderPages(call.order) : 0;
}

/** What was allocated, and for whom; of the record, which is looked up again, for there may be many lifetimes at once. */
function lifetimeAttributes({ record, mfn, pages }: Lifetime, call: TraceRecord, platform: Platform): Attributes {
  return {
    [HEAP_ATTRIBUTES.record]: record,
    [HEAP_ATTRIBUTES.call]: call.type,
    [HEAP_ATTRIBUTES.pages]: pages,
    ...placeAttributes(mfn, platform),
    ...('order' in call ? { [HEAP_ATTRIBUTES.order]: call.order } : {}),
    ...('domain' in call && call.domain !== undefined ? { [HEAP_ATTRIBUTES.domain]: call.domain } : {}),
    ...(call.caller === undefined ? {} : { [HEAP_ATTRIBUTES.caller]: [...call.caller] }),
  };
}

function stoppedStatus({ bug }: Outcome): SpanStatus {
  return { code: SpanStatusCode.ERROR, message: bug === null ? '' : `${bug.kind} [${bug.rule}]: ${bug.message}` };
}

function text(result: unknown): string {
  return typeof result === 'object' ? JSON.stringify(result) : String(result);
}
