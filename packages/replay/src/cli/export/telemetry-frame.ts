import { TraceFlags } from '@opentelemetry/api';
import type { HrTime, SpanContext } from '@opentelemetry/api';
import { getStringFromEnv, parseTraceParent } from '@opentelemetry/core';
import type { InstrumentationScope } from '@opentelemetry/core';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import { InvariantError } from '@heaplay/core';
import { HEAP_ATTRIBUTES } from '../../otel/attributes.ts';
import { SpanIds } from '../../otel/span-ids.ts';
import type { SideName } from '../../otel/comparison.ts';
import { UsageError } from '../exit.ts';
import { VERSION } from '../../version.ts';
import type { ExportedRun, ExportedSide } from './exported-run.ts';

const NANOS_PER_SECOND = 1_000_000_000;

/** What all telemetry of an export has in common: whom it is of, which trace it belongs to, when that began. */
export interface TelemetryFrame {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly traceId: string;
  /** The trace that the run on the other side belongs to; the same if there is none. */
  readonly otherTraceId: string;
  /** The span of somebody else that the root belongs to, from `TRACEPARENT`; null if there is none. */
  readonly parent: SpanContext | null;
  /** When the trace began, since 1970. */
  readonly start: HrTime;
}

/** The frame of each side. Throws `UsageError` for a `TRACEPARENT` that is none. */
export function telemetryFrames({ sides }: ExportedRun, start: Date): readonly TelemetryFrame[] {
  const named = parentFromEnv();
  // To export is to want it.
  const parent = named === null ? null : { ...named, traceFlags: TraceFlags.SAMPLED };
  const milliseconds = start.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const traceIds = sides.map(({ identity }) => parent?.traceId ?? new SpanIds(identity.seed).traceId);
  return sides.map((side, at) => {
    const [traceId = '', otherTraceId = ''] = [traceIds[at], traceIds[sides.length - 1 - at]];
    return {
      resource: resourceOf(side, sides.length === 1 ? null : at === 0 ? 'a' : 'b'),
      scope: { name: 'heaplay', version: VERSION },
      traceId,
      otherTraceId,
      parent,
      start: [seconds, (milliseconds - seconds * 1000) * 1_000_000],
    };
  });
}

/** The frame of one of them. */
export function frameOf(frames: readonly TelemetryFrame[], side: number): TelemetryFrame {
  const frame = frames[side];
  if (frame === undefined) throw new InvariantError('each side has a frame');
  return frame;
}

function resourceOf({ setup: { machine, heap }, identity }: ExportedSide, name: SideName | null): Resource {
  const own = resourceFromAttributes({
    'service.name': 'xen-heap',
    'telemetry.sdk.name': 'heaplay',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': VERSION,
    [HEAP_ATTRIBUTES.arch]: machine.arch,
    [HEAP_ATTRIBUTES.frames]: machine.frames,
    [HEAP_ATTRIBUTES.xenVersion]: heap.xen,
    [HEAP_ATTRIBUTES.mode]: heap.mode,
    [HEAP_ATTRIBUTES.pdx]: heap.pdx,
    [HEAP_ATTRIBUTES.traceClock]: identity.clock,
    ...(name === null ? {} : { [HEAP_ATTRIBUTES.side]: name }),
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}

/** A time of the trace, in nanoseconds since it began, as time since 1970: exact, where one number would not be. */
export function timeOf({ start }: TelemetryFrame, at: number): HrTime {
  const nanos = start[1] + (at % NANOS_PER_SECOND);
  const carry = nanos >= NANOS_PER_SECOND ? 1 : 0;
  return [start[0] + Math.floor(at / NANOS_PER_SECOND) + carry, nanos - carry * NANOS_PER_SECOND];
}

/** The span of somebody else that the environment names. Throws `UsageError` for a `TRACEPARENT` that is none. */
export function parentFromEnv(): SpanContext | null {
  const text = getStringFromEnv('TRACEPARENT');
  if (text === undefined) return null;
  const parent = parseTraceParent(text);
  if (parent === null) {
    throw new UsageError(
      `TRACEPARENT: found "${text}", expected a W3C trace context as 00-<32 hex digits>-<16 hex digits>-01. Next: correct or unset it`,
    );
  }
  return { ...parent, isRemote: true };
}
