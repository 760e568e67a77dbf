import type { CallType } from '@heaplay/core';

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
    default:
      return false;
  }
}
