import type { RecordType } from '@heaplay/replay';

/** Kinds of calls whose density is drawn, in the order of their rows. */
export const CALL_GROUPS = [
  'dom alloc',
  'xen alloc',
  'free',
  'domains',
  'boot',
  'mapping',
  'scrub etc.',
  'observed',
] as const;

/** One of {@link CALL_GROUPS}. */
export type CallGroup = (typeof CALL_GROUPS)[number];

/** The group of a record, as its place in {@link CALL_GROUPS}. */
export function callGroupOf(type: RecordType): number {
  return CALL_GROUPS.indexOf(nameOf(type));
}

function nameOf(type: RecordType): CallGroup {
  switch (type) {
    case 'alloc_domheap_pages':
    case 'populate_physmap':
      return 'dom alloc';
    case 'alloc_xenheap_pages':
    case 'alloc_heap_pages':
      return 'xen alloc';
    case 'free_xenheap_pages':
    case 'free_domheap_pages':
    case 'free_heap_pages':
    case 'relinquish_memory':
      return 'free';
    case 'assign_pages':
    case 'domain_create':
    case 'domain_kill':
    case 'domain_set_max_pages':
    case 'domain_set_node_affinity':
    case 'domain_set_outstanding_pages':
      return 'domains';
    case 'init_boot_pages':
    case 'alloc_boot_pages':
    case 'end_boot_allocator':
    case 'init_xenheap_pages':
    case 'init_domheap_pages':
    case 'xenheap_max_mfn':
    case 'heap_init_late':
    case 'set_system_state':
      return 'boot';
    case 'scrub_free_pages':
    case 'offline_page':
    case 'online_page':
    case 'query_page_offline':
      return 'scrub etc.';
    case 'observe_digest':
    case 'observe_heap':
    case 'observe_boot_regions':
    case 'observe_avail':
    case 'observe_node_avail':
    case 'observe_dirty':
      return 'observed';
    default:
      return 'mapping';
  }
}
