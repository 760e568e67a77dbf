import type { SideName } from './comparison.ts';
import type { HeapMetricSample } from './heap-metrics.ts';
import type { HeapSpan } from './heap-span.ts';
import type { RunPause } from './run-spans.ts';
import type { SpanTeller } from './span-teller.ts';
import type { TraceIdentity } from './trace-identity.ts';

/** What one side tells. */
export interface SideTelemetry {
  readonly kind: 'side';
  readonly side: SideName;
  readonly item: HeapSpan | HeapMetricSample;
}

/** What a walk over two runs gives, one after the other. */
export type BothTelemetry = SideTelemetry | RunPause;

/** Whom each side is told as. The seeds must differ. */
export type BothIdentities = Readonly<Record<SideName, TraceIdentity>>;

/** Whoever tells each side. */
export type BothTellers = Readonly<Record<SideName, SpanTeller>>;

const SIDES: readonly SideName[] = ['a', 'b'];

/** What there is to tell of both since it was asked last. */
export function* takeBoth(sides: BothTellers): Generator<SideTelemetry, void, undefined> {
  for (const side of SIDES) for (const item of sides[side].take()) yield { kind: 'side', side, item };
}

/** Tells the rest of both. */
export function* finishBoth(sides: BothTellers): Generator<SideTelemetry, void, undefined> {
  for (const side of SIDES) for (const item of sides[side].finish()) yield { kind: 'side', side, item };
}
