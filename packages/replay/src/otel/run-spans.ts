import type { Attributes } from '@opentelemetry/api';
import { PairedRun } from '../rebase/paired-run.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import { HEAP_ATTRIBUTES } from './attributes.ts';
import type { HeapMetricSample } from './heap-metrics.ts';
import type { HeapSpan } from './heap-span.ts';
import { Lifetimes } from './lifetimes.ts';
import { tellPaired } from './paired-step.ts';
import { SpanIds } from './span-ids.ts';
import { SpanTeller } from './span-teller.ts';
import { TraceClock } from './trace-identity.ts';
import type { TraceIdentity } from './trace-identity.ts';

/** How to make spans of a run. */
export interface RunSpanOptions {
  /** Share of the calls and lifetimes to be kept, 0..1; all unless said. What failed is kept in any case. */
  readonly sample?: number;
  /** Records between two samples of the metrics; none are taken unless said. */
  readonly metricsEvery?: number;
  /** The configuration to run it under; the recorded one unless said. The identity must be that of such a run. */
  readonly to?: Setup;
}

/** A moment in which whoever walks may let others have their turn. */
export interface RunPause {
  readonly kind: 'pause';
  readonly record: number;
}

/** What a walk over a run gives, one after the other. */
export type RunTelemetry = HeapSpan | HeapMetricSample | RunPause;

/** Records between two pauses. */
export const PAUSE = 4096;

/**
 * Goes through a run once and tells it as spans: calls as they are made, lifetimes and phases as they end, the root last.
 * Under another configuration the recorded run goes along, and each call says how it came out against the recorded one.
 * Keeps nothing but heaps and the allocations that are there. Throws `TraceError` for a record that makes no sense, and
 * `BootPanic` if the machine does not boot with the layout.
 */
export function* runSpans(
  source: TimelineSource,
  identity: TraceIdentity,
  options: RunSpanOptions = {},
): Generator<RunTelemetry, void, undefined> {
  const { to } = options;
  const isRebased = to !== undefined && !sameSetup(source.header, to);
  const walk = isRebased ? rebasedWalk(source, identity, to, options) : recordedWalk(source, identity, options);
  const { teller } = walk;
  const clock = new TraceClock(identity);
  for (let record = 1; record <= source.table.length && !teller.stopped; record++) {
    teller.advance(record, clock.advance(record, source.table.atAt(record)));
    atRecord(source.name, record, () => walk.step(record));
    teller.sampleIfDue();
    yield* teller.take();
    if (record % PAUSE === 0) yield { kind: 'pause', record };
  }
  yield* teller.finish();
}

interface Walk {
  readonly teller: SpanTeller;
  readonly step: (record: number) => void;
}

function recordedWalk(source: TimelineSource, identity: TraceIdentity, options: RunSpanOptions): Walk {
  const { sample = 1, metricsEvery = 0 } = options;
  const { machine, heap } = source.header;
  const lifetimes = new Lifetimes();
  const session = ReplaySession.powerOn(machine, heap, lifetimes.probe);
  const teller = new SpanTeller({ source, identity, session, lifetimes, sample, metricsEvery });
  const ids = new SpanIds(identity.seed);
  const step = (record: number): void => {
    const call = source.table.record(record);
    if (isObservation(call)) return;
    teller.tell(teller.note({ record, call, outcome: session.apply(call), chance: ids.chance(record) }));
  };
  return { teller, step };
}

function rebasedWalk(source: TimelineSource, identity: TraceIdentity, to: Setup, options: RunSpanOptions): Walk {
  const { sample = 1, metricsEvery = 0 } = options;
  const lifetimes = new Lifetimes();
  const paired = new PairedRun(source.header, to, { probes: { b: lifetimes.probe } });
  const attributes = rebasedAttributes(source.header, paired.to);
  const common = { source, identity, sample, metricsEvery };
  const teller = new SpanTeller({ ...common, session: paired.b, lifetimes, attributes });
  const ids = new SpanIds(identity.seed);
  const planned = { count: 0 };
  const step = (record: number): void => {
    const call = source.table.record(record);
    if (isObservation(call)) return;
    tellPaired({ record, call, step: paired.step(call, record), chance: ids.chance(record), planned }, null, teller);
  };
  return { teller, step };
}

/** What a run under another configuration says of itself as a whole: what it was recorded under, and what differs. */
export function rebasedAttributes(from: Setup, to: Setup): Attributes {
  const changed = (['machine', 'heap'] as const).flatMap((part) =>
    Object.entries(to[part]).flatMap(([key, value]) => {
      const [before, now] = [JSON.stringify(from[part][key as never]), JSON.stringify(value)];
      return before === now ? [] : [`${part}.${key}=${typeof value === 'string' ? value : now}`];
    }),
  );
  return {
    [HEAP_ATTRIBUTES.recordedMode]: from.heap.mode,
    [HEAP_ATTRIBUTES.recordedXenVersion]: from.heap.xen,
    [HEAP_ATTRIBUTES.changedKeys]: changed,
  };
}
