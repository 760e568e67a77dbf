import type { JsonFields } from '@heaplay/core';

/** The version of the trace format that this program writes. */
export const TRACE_VERSION = 1;

/** Turns what version `from` wrote into what version `from + 1` writes. */
export interface Upcast {
  readonly from: number;
  readonly header: (header: JsonFields) => JsonFields;
  readonly record: (record: JsonFields) => JsonFields;
}

/** One step for each version before {@link TRACE_VERSION}, rising. There is none before 1. */
export const UPCASTS: readonly Upcast[] = [];

/** The oldest version that can be read. */
export const OLDEST_VERSION: number = UPCASTS[0]?.from ?? TRACE_VERSION;

/** The steps from a version to this one. */
export function upcastsFrom(version: number): readonly Upcast[] {
  return UPCASTS.filter((step) => step.from >= version);
}
