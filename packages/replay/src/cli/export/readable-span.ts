import { SpanKind, TraceFlags } from '@opentelemetry/api';
import type { Link, SpanContext } from '@opentelemetry/api';
import { hrTimeDuration } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { HeapSpan, HeapSpanLink } from '../../otel/heap-span.ts';
import { limitAttributes } from './span-limits.ts';
import type { SpanLimits } from './span-limits.ts';
import { timeOf } from './telemetry-frame.ts';
import type { TelemetryFrame } from './telemetry-frame.ts';

/** Spans of a request, or of an entry in a file: the standard's own default. */
export const SPANS_A_BATCH = 512;

/** A span as the serializers of the SDK take it. */
export function readableSpan(span: HeapSpan, frame: TelemetryFrame, limits: SpanLimits): ReadableSpan {
  const context = contextOf(frame, span.spanId);
  const parent = span.parentSpanId === null ? frame.parent : contextOf(frame, span.parentSpanId);
  const startTime = timeOf(frame, span.start);
  const endTime = timeOf(frame, span.end);
  const { attributes, dropped } = limitAttributes(span.attributes, limits.attributes, limits.valueLength);
  const links = span.links.slice(0, limits.links).map((link) => linkOf(link, frame, limits));
  return {
    name: span.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parent === null ? {} : { parentSpanContext: parent }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    status: span.status,
    attributes,
    links,
    events: [],
    resource: frame.resource,
    instrumentationScope: frame.scope,
    droppedAttributesCount: dropped,
    droppedEventsCount: 0,
    droppedLinksCount: span.droppedLinks + span.links.length - links.length,
  };
}

function linkOf({ run, spanId, attributes: all }: HeapSpanLink, frame: TelemetryFrame, limits: SpanLimits): Link {
  const { attributes, dropped } = limitAttributes(all, limits.linkAttributes, limits.valueLength);
  const traceId = run === 'own' ? frame.traceId : frame.otherTraceId;
  return { context: contextOf({ traceId }, spanId), attributes, droppedAttributesCount: dropped };
}

function contextOf({ traceId }: Pick<TelemetryFrame, 'traceId'>, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}
