import { callSignature } from '../diff/call-signature.ts';
import { pairCalls } from '../diff/pair-calls.ts';
import { atRecord } from '../replay/at-record.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import type { TraceTable } from '../trace/table.ts';
import { finishBoth, takeBoth } from './both-runs.ts';
import type { BothIdentities, BothTelemetry } from './both-runs.ts';
import { ALONE } from './comparison.ts';
import type { SideName } from './comparison.ts';
import { Lifetimes } from './lifetimes.ts';
import { tellBoth } from './paired-step.ts';
import type { NotedOn } from './paired-step.ts';
import { PAUSE } from './run-spans.ts';
import type { RunSpanOptions } from './run-spans.ts';
import { SpanIds } from './span-ids.ts';
import { SpanTeller } from './span-teller.ts';
import { TraceClock } from './trace-identity.ts';
import type { TraceIdentity } from './trace-identity.ts';

/**
 * Goes once through two recorded runs, side by side, their calls paired as a diff of two traces pairs them, and tells
 * both, in the same way.
 */
export function* traceSpans(
  sources: Readonly<Record<SideName, TimelineSource>>,
  identities: BothIdentities,
  options: Omit<RunSpanOptions, 'to'> = {},
): Generator<BothTelemetry, void, undefined> {
  const a = new TraceWalk(sources.a, identities.a, identities.b, options);
  const b = new TraceWalk(sources.b, identities.b, identities.a, options);
  const sides = { a: a.teller, b: b.teller };
  const signatures = new Map<string, number>();
  const calls = { a: callsOf(sources.a.table, signatures), b: callsOf(sources.b.table, signatures) };
  const isSame = (i: number, j: number): boolean => calls.a.signatures[i] === calls.b.signatures[j];
  let passed = 0;
  for (const [i, j] of pairCalls(calls.a.signatures, calls.b.signatures, isSame)) {
    const inA = i === null ? null : (calls.a.records[i] ?? null);
    const inB = j === null ? null : (calls.b.records[j] ?? null);
    // Of a pair both are kept, or none.
    const chance = inA === null ? undefined : a.chance(inA);
    const notedA = inA === null ? null : a.goTo(inA, chance);
    const notedB = inB === null ? null : b.goTo(inB, chance);
    if (notedA !== null && notedB !== null) tellBoth(notedA, notedB);
    else for (const alone of [notedA, notedB]) alone?.teller.tell(alone.noted, undefined, ALONE);
    yield* takeBoth(sides);
    passed++;
    if (passed % PAUSE === 0) yield { kind: 'pause', record: Math.max(a.reached, b.reached) };
  }
  a.passObservations(sources.a.table.length);
  b.passObservations(sources.b.table.length);
  yield* finishBoth(sides);
}

/** One of two traces, on its way. */
class TraceWalk {
  readonly teller: SpanTeller;
  /** The last record that was come to. */
  reached = 0;
  private readonly source: TimelineSource;
  private readonly session: ReplaySession;
  private readonly ids: SpanIds;
  private readonly clock: TraceClock;

  constructor(
    source: TimelineSource,
    identity: TraceIdentity,
    other: TraceIdentity,
    { sample = 1, metricsEvery = 0 }: Omit<RunSpanOptions, 'to'>,
  ) {
    const { machine, heap } = source.header;
    const lifetimes = new Lifetimes();
    this.source = source;
    this.session = ReplaySession.powerOn(machine, heap, lifetimes.probe);
    this.ids = new SpanIds(identity.seed);
    this.clock = new TraceClock(identity);
    const { session } = this;
    const common = { source, identity, session, lifetimes, sample, metricsEvery };
    this.teller = new SpanTeller({ ...common, otherSeed: other.seed });
  }

  /** The chance of a record by itself. */
  chance(record: number): number {
    return this.ids.chance(record);
  }

  /** Carries out the next call, which is this record's; null if Xen has stopped. */
  goTo(record: number, chance: number = this.chance(record)): NotedOn | null {
    this.passObservations(record - 1);
    const { teller, source } = this;
    if (teller.stopped) return null;
    this.arrive(record);
    const call = source.table.record(record);
    if (isObservation(call)) return null;
    const outcome = atRecord(source.name, record, () => this.session.apply(call));
    const noted = teller.note({ record, call, outcome, chance });
    teller.sampleIfDue();
    return { teller, noted };
  }

  /** Goes past what is no call, up to a record. */
  passObservations(upTo: number): void {
    while (this.reached < upTo && !this.teller.stopped) {
      this.arrive(this.reached + 1);
      this.teller.sampleIfDue();
    }
  }

  private arrive(record: number): void {
    this.reached = record;
    this.teller.advance(record, this.clock.advance(record, this.source.table.atAt(record)));
  }
}

interface CallColumns {
  readonly records: Uint32Array;
  /** A number for each signature, the same on both sides. */
  readonly signatures: Uint32Array;
}

function callsOf(table: TraceTable, numbers: Map<string, number>): CallColumns {
  const records = new Uint32Array(table.length);
  const signatures = new Uint32Array(table.length);
  let calls = 0;
  for (let record = 1; record <= table.length; record++) {
    const call = table.record(record);
    if (isObservation(call)) continue;
    const signature = callSignature(call);
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    records[calls] = record;
    signatures[calls] = number;
    calls++;
  }
  return { records: records.subarray(0, calls), signatures: signatures.subarray(0, calls) };
}
