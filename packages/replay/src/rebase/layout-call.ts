import type { CallRecord } from '@heaplay/core';

/** A call by which start-up lays out the heap. */
export type LayoutCall = Extract<
  CallRecord,
  { type: 'init_boot_pages' | 'init_domheap_pages' | 'init_xenheap_pages' | 'end_boot_allocator' | 'xenheap_max_mfn' }
>;

/** Does this call lay out the heap? */
export function isLayoutCall(record: CallRecord): record is LayoutCall {
  switch (record.type) {
    case 'init_boot_pages':
    case 'init_domheap_pages':
    case 'init_xenheap_pages':
    case 'end_boot_allocator':
    case 'xenheap_max_mfn':
      return true;
    default:
      return false;
  }
}
