import type { Attributes } from '@opentelemetry/api';
import type { Setup } from '../rebase/reconfigure.ts';
import { RUN_ATTRIBUTES } from './run-attributes.ts';

/** Which trace, under which configuration. */
export function setupAttributes(trace: string, { heap }: Setup): Attributes {
  return {
    [RUN_ATTRIBUTES.traceName]: trace,
    [RUN_ATTRIBUTES.mode]: heap.mode,
    [RUN_ATTRIBUTES.xenVersion]: heap.xen,
  };
}

/** Where a run stopped, if it did. */
export function bugAttributes(bug: { readonly kind: string; readonly record: number } | null): Attributes {
  return bug === null ? {} : { [RUN_ATTRIBUTES.bugKind]: bug.kind, [RUN_ATTRIBUTES.bugRecord]: bug.record };
}
