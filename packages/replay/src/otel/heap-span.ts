import type { Attributes, SpanStatus } from '@opentelemetry/api';
import type { HeapSpanKind } from './span-ids.ts';

/** A span of a run, as a plain value: what an exporter makes of it is its own affair. */
export interface HeapSpan {
  readonly kind: HeapSpanKind;
  readonly name: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Null for the root. */
  readonly parentSpanId: string | null;
  /** Nanoseconds since the trace began. */
  readonly start: number;
  /** Not before `start`. */
  readonly end: number;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: readonly HeapSpanLink[];
  /** Links beyond {@link MAX_LINKS}, of which only the count was kept. */
  readonly droppedLinks: number;
}

/** A link to another span. */
export interface HeapSpanLink {
  /** Which run that is of: this one, or the one on the other side of a comparison. */
  readonly run: 'own' | 'other';
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** Most links of one span to what it frees: to relinquish a domain's memory frees more than anybody would follow. The SDK's own limit. */
export const MAX_LINKS = 128;
