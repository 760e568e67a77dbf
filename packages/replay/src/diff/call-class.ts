import { isMappingCall } from '@heaplay/core';
import type { CallType, HeapCall } from '@heaplay/core';

/** Does this call return the first frame of what it allocated, or null? */
export function isAllocation(type: CallType): boolean {
  switch (type) {
    case 'alloc_xenheap_pages':
    case 'alloc_domheap_pages':
    case 'alloc_heap_pages':
    case 'populate_physmap':
      return true;
    default:
      return false;
  }
}

/** Did the caller not get what it asked for? */
export function hasFailed(type: CallType, result: unknown): boolean {
  if (isAllocation(type)) return result === null;
  switch (type) {
    case 'assign_pages':
    case 'domain_set_outstanding_pages':
      return typeof result === 'number' && result < 0;
    case 'offline_page':
    case 'online_page':
    case 'query_page_offline':
      return typeof result === 'object' && result !== null && 'errno' in result && result.errno !== 0;
    case 'vmap':
    case 'map_domain_page_global':
    case 'mfn_to_virt':
    case 'virt_to_mfn':
      return result === null;
    case 'access':
      return result !== undefined && result !== 'ok';
    default:
      return false;
  }
}

/**
 * What is compared of a call's result between two runs. Where something is mapped is a layout's own affair: of an address,
 * and of the frame behind one, it counts only that there is one.
 */
export function comparableResult(call: HeapCall, result: unknown): unknown {
  return isMappingCall(call) && call.type !== 'access' && result !== null && result !== undefined ? true : result;
}
