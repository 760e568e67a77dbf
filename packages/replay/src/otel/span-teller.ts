import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, SpanStatus } from '@opentelemetry/api';
import { explainCall, orderPages } from '@heaplay/core';
import type { CallRecord, Mfn } from '@heaplay/core';
import { describeFailure } from '../analysis/describe-step.ts';
import { hasFailed, isAllocation } from '../diff/call-class.ts';
import { HEAP_ATTRIBUTES } from './attributes.ts';
import type { Counterpart } from './comparison.ts';
import { MetricSampler } from './heap-metrics.ts';
import type { HeapMetricSample } from './heap-metrics.ts';
import type { HeapSpan } from './heap-span.ts';
import type { Lifetime } from './lifetimes.ts';
import { Phases } from './phases.ts';
import type { Phase } from './phases.ts';
import { SpanShapes } from './span-shapes.ts';
import type { CarriedOutCall, NotedCall, ToldRun } from './told-run.ts';

type Told = HeapSpan | HeapMetricSample;

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

/** Tells one run as spans: calls as they are made, lifetimes and phases as they end, the root last. */
export class SpanTeller {
  /** Did Xen stop? */
  stopped = false;
  private readonly run: ToldRun;
  private readonly shapes: SpanShapes;
  private readonly phases = new Phases();
  private readonly sampler = new MetricSampler();
  private readonly counts = { allocations: 0, failures: 0 };
  private out: Told[] = [];
  private now = 0;
  private calls = 0;
  private orphans = 0;
  private records = 0;

  constructor(run: ToldRun) {
    this.run = run;
    this.shapes = new SpanShapes(run);
  }

  /** Goes on to a record, at a time in nanoseconds since the trace began. */
  advance(record: number, at: number): void {
    this.records = record;
    this.now = at;
  }

  /** Takes note of a call, before the session goes on to the next one. */
  note(made: CarriedOutCall): NotedCall {
    const { record, call, outcome, chance, isFollowed = false } = made;
    const phase = this.enterPhase(record, call);
    this.calls++;
    phase.calls++;
    const freed = isFollowed ? [] : this.run.lifetimes.takeFreed();
    if (outcome.bug !== null) {
      this.run.lifetimes.giveBack(freed);
      this.stopped = true;
      return { ...made, phase, hasFailed: true, started: null, freed: [], isWanted: true };
    }
    const failed = hasFailed(call.type, outcome.result);
    if (failed) {
      phase.failures++;
      this.counts.failures++;
    }
    const started = this.startLifetime(made);
    const kept = freed.filter(({ isKept }) => isKept);
    const byChance = freed.length > 0 ? kept.length > 0 : this.keeps(chance);
    const isWanted = failed || (started?.isKept ?? byChance);
    return { ...made, phase, hasFailed: failed, started, freed: kept, isWanted };
  }

  /** Tells a call that was taken note of, if it is to be kept, and the lifetimes that it ended. */
  tell(noted: NotedCall, isKept: boolean = noted.isWanted, counterpart: Counterpart | null = null): void {
    const { started, freed, record } = noted;
    if (started !== null) started.counterpart = counterpart;
    if (isKept) {
      const { status, reason } = this.statusOf(noted);
      this.out.push(this.shapes.call(noted, this.now, status, reason, counterpart));
    }
    for (const lifetime of freed)
      if (lifetime.held <= 0) this.out.push(this.shapes.lifetime(lifetime, record, this.now));
  }

  /** Tells a call that this run cannot make. */
  tellOrphan(record: number, call: CallRecord, isKept: boolean, counterpart: Counterpart): void {
    const phase = this.enterPhase(record, call);
    this.orphans++;
    if (isKept) this.out.push(this.shapes.orphan(record, call, phase, this.now, counterpart));
  }

  /** Does a share keep what has this chance? */
  keeps(chance: number): boolean {
    return chance < this.run.sample || this.run.sample >= 1;
  }

  /** Takes the figures, if it is time for it. */
  sampleIfDue(): void {
    const { metricsEvery } = this.run;
    if (metricsEvery > 0 && !this.stopped && this.records % metricsEvery === 0) this.sampleMetrics();
  }

  /** What there is to tell since it was asked last. */
  take(): readonly Told[] {
    const { out } = this;
    if (out.length > 0) this.out = [];
    return out;
  }

  /** Tells the rest. */
  *finish(): Generator<Told, void, undefined> {
    const { metricsEvery, lifetimes } = this.run;
    if (metricsEvery > 0 && (this.stopped || this.records % metricsEvery !== 0)) this.sampleMetrics();
    yield* this.take();
    if (this.phases.current !== null) yield this.shapes.phase(this.phases.current);
    for (const lifetime of lifetimes) if (lifetime.isKept) yield this.shapes.lifetime(lifetime, null, this.now);
    const { records, calls, orphans, counts } = this;
    yield this.shapes.root(this.now, { records, calls, orphans, failures: counts.failures });
  }

  private enterPhase(record: number, call: CallRecord): Phase {
    const before = this.phases.current;
    const phase = this.phases.next(call, record, this.now);
    if (phase !== before) {
      if (before !== null) this.out.push(this.shapes.phase(before));
      this.phases.current = phase;
    }
    phase.lastRecord = record;
    phase.end = this.now;
    return phase;
  }

  private startLifetime({ record, call, outcome: { result }, chance }: CarriedOutCall): Lifetime | null {
    const pages = allocatedPages(call);
    if (pages === 0 || typeof result !== 'number') return null;
    if (isAllocation(call.type)) this.counts.allocations++;
    return this.run.lifetimes.start(record, result as Mfn, pages, this.now, this.keeps(chance));
  }

  /** Why a call got nothing. The states since the last failure are all that this costs: each is published. */
  private statusOf({ call, outcome, hasFailed: failed }: NotedCall): { status: SpanStatus; reason: Attributes } {
    const { bug, result } = outcome;
    if (bug !== null) {
      const message = `${bug.kind} [${bug.rule}]: ${bug.message}`;
      return { status: { code: SpanStatusCode.ERROR, message }, reason: {} };
    }
    if (!failed) return { status: UNSET, reason: {} };
    const { session } = this.run;
    const failure = isAllocation(call.type) ? explainCall(session.stateBefore(), call).failure : null;
    session.publish();
    if (failure === null) {
      return { status: { code: SpanStatusCode.ERROR, message: `${call.type} returned ${text(result)}` }, reason: {} };
    }
    return {
      status: { code: SpanStatusCode.ERROR, message: `${failure.reason}: ${describeFailure(failure)}` },
      reason: { [HEAP_ATTRIBUTES.failureReason]: failure.reason },
    };
  }

  private sampleMetrics(): void {
    // The state is the one behind the last record that did not stop Xen.
    const record = this.stopped ? this.records - 1 : this.records;
    this.out.push(this.sampler.sample(record, this.now, this.run.session.heap, this.counts));
  }
}

/** Pages that a call hands out if it succeeds; 0 for one that hands out none. */
function allocatedPages(call: CallRecord): number {
  if (call.type === 'alloc_boot_pages') return call.pages;
  return isAllocation(call.type) && 'order' in call ? orderPages(call.order) : 0;
}

function text(result: unknown): string {
  return typeof result === 'object' ? JSON.stringify(result) : String(result);
}
