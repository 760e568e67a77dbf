import type { HeapCall } from '@heaplay/core';
import { sameJson } from '../replay/difference.ts';
import { comparableResult, hasFailed, isAllocation } from './call-class.ts';

/** How a call that was carried out on both sides came out there: each is a count of a comparison's result. */
export type CallVerdict = 'same' | 'moved' | 'failedOnlyInA' | 'failedOnlyInB' | 'changed';

/** A call on one side, and what it returned. */
export interface JudgedCall {
  readonly call: HeapCall;
  readonly result: unknown;
}

/** How a call came out on the two sides of a comparison. */
export function verdictOn(a: JudgedCall, b: JudgedCall): CallVerdict {
  if (sameJson(comparableResult(a.call, a.result), comparableResult(b.call, b.result))) return 'same';
  const { type } = b.call;
  const failed = { a: hasFailed(a.call.type, a.result), b: hasFailed(type, b.result) };
  if (failed.b && !failed.a) return 'failedOnlyInB';
  if (failed.a && !failed.b) return 'failedOnlyInA';
  return isAllocation(type) || type === 'alloc_boot_pages' ? 'moved' : 'changed';
}
