import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { getNumberFromEnv } from '@opentelemetry/core';

/** How much a span may carry. */
export interface SpanLimits {
  readonly attributes: number;
  /** Characters of a text. */
  readonly valueLength: number;
  readonly links: number;
  readonly linkAttributes: number;
}

const DEFAULT_COUNT = 128;

/** The limits as the standard environment variables have them; a span's own go before the general ones. */
export function spanLimits(): SpanLimits {
  return {
    attributes: limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT') ?? DEFAULT_COUNT,
    valueLength: limit('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? Infinity,
    links: limit('OTEL_SPAN_LINK_COUNT_LIMIT') ?? DEFAULT_COUNT,
    linkAttributes: limit('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT') ?? DEFAULT_COUNT,
  };
}

function limit(...names: readonly string[]): number | undefined {
  return names.map(getNumberFromEnv).find((value) => value !== undefined && value >= 0);
}

/** Attributes within a limit, and how many were left out. */
export interface LimitedAttributes {
  readonly attributes: Attributes;
  readonly dropped: number;
}

/** Leaves out what is too much, and cuts off what is too long. */
export function limitAttributes(attributes: Attributes, count: number, valueLength: number): LimitedAttributes {
  const entries = Object.entries(attributes);
  if (entries.length <= count && valueLength === Infinity) return { attributes, dropped: 0 };
  const kept = entries.slice(0, count).map(([name, value]) => [name, cut(value, valueLength)] as const);
  return { attributes: Object.fromEntries(kept), dropped: entries.length - kept.length };
}

function cut(value: AttributeValue | undefined, length: number): AttributeValue | undefined {
  if (typeof value === 'string') return value.slice(0, length);
  if (!Array.isArray(value)) return value;
  return value.map((item) => (typeof item === 'string' ? item.slice(0, length) : item)) as AttributeValue;
}
