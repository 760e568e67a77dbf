// The names of the spans that heaplay makes of its own runs.
export { RUN_ATTRIBUTES, RUN_SPANS } from './instrument/run-attributes.ts';
export type { RunSpanName } from './instrument/run-attributes.ts';

// A run as OpenTelemetry spans and metrics: plain values. What sends them needs Node.js, and lies with the command.
export { ARGUMENT_PREFIX, HEAP_ATTRIBUTES, HEAP_METRICS } from './otel/attributes.ts';
export type { BothIdentities, BothTelemetry, SideTelemetry } from './otel/both-runs.ts';
export { ChromeTracks } from './otel/chrome-events.ts';
export type { ChromeEvent } from './otel/chrome-events.ts';
export type { Comparison, SideName } from './otel/comparison.ts';
export { configurationSpans } from './otel/configuration-spans.ts';
export { RISING_METRICS } from './otel/heap-metrics.ts';
export type { HeapMetricKey, HeapMetricPoint, HeapMetricSample } from './otel/heap-metrics.ts';
export { MAX_LINKS } from './otel/heap-span.ts';
export type { HeapSpan, HeapSpanLink } from './otel/heap-span.ts';
export { runSpans } from './otel/run-spans.ts';
export type { RunPause, RunSpanOptions, RunTelemetry } from './otel/run-spans.ts';
export { SpanIds } from './otel/span-ids.ts';
export type { HeapSpanKind } from './otel/span-ids.ts';
export { identifyOther, identifyRebased, identifyTrace } from './otel/trace-identity.ts';
export type { TraceIdentity } from './otel/trace-identity.ts';
export { traceSpans } from './otel/trace-pair-spans.ts';
