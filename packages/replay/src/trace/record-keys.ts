import type { RecordType } from './trace-record.ts';

const BEFORE = ['at', 'caller'];
const BEHIND = ['result', 'virqs', 'cpu', 'freePagesBefore', 'bug'];
const RANGE = ['start', 'end'];
const PLACEMENT = ['flags', 'node', 'bits'];
const FRAME = ['mfn', 'domain', 'vcpu'];

/** The keys of each record behind `type`, in the order in which a trace writes them. */
export const RECORD_KEYS: { readonly [T in RecordType]: readonly string[] } = {
  init_boot_pages: keys(RANGE),
  alloc_boot_pages: keys(['pages', 'align']),
  end_boot_allocator: keys([]),
  init_xenheap_pages: keys(RANGE),
  init_domheap_pages: keys(RANGE),
  xenheap_max_mfn: keys(['mfn']),
  heap_init_late: keys([]),
  set_system_state: keys(['state']),
  alloc_xenheap_pages: keys(['order', ...PLACEMENT]),
  free_xenheap_pages: keys(['mfn', 'order']),
  alloc_domheap_pages: keys(['domain', 'order', ...PLACEMENT]),
  free_domheap_pages: keys(['mfn', 'order']),
  populate_physmap: keys(['domain', 'order', ...PLACEMENT]),
  assign_pages: keys(['domain', 'mfn', 'order', 'flags']),
  alloc_heap_pages: keys(['domain', 'zoneLo', 'zoneHi', 'order', ...PLACEMENT]),
  free_heap_pages: keys(['mfn', 'order', 'dirty']),
  scrub_free_pages: keys(['preempt', 'pages']),
  domain_create: keys(['domain', 'maxPages', 'nodeAffinity', 'addressBits']),
  domain_set_max_pages: keys(['domain', 'maxPages']),
  domain_set_node_affinity: keys(['domain', 'nodeAffinity']),
  domain_kill: keys(['domain']),
  relinquish_memory: keys(['domain', 'pages']),
  domain_set_outstanding_pages: keys(['domain', 'pages']),
  offline_page: keys(['mfn', 'broken']),
  online_page: keys(['mfn']),
  query_page_offline: keys(['mfn']),
  map_domain_page: keys(FRAME),
  unmap_domain_page: keys(['va']),
  map_domain_page_global: keys(FRAME),
  unmap_domain_page_global: keys(['va']),
  vmap: keys(['mfns']),
  vunmap: keys(['va']),
  mfn_to_virt: keys(['mfn']),
  virt_to_mfn: keys(['va']),
  access: keys(['va', 'write']),
  observe_digest: keys(['digest']),
  observe_heap: keys([
    'freePages',
    'claims',
    'dmaBits',
    'xenheapBits',
    'virq',
    'nodes',
    'offlined',
    'broken',
    'domains',
    'digest',
  ]),
  observe_boot_regions: keys(['regions']),
  observe_avail: keys(['node', 'minBits', 'maxBits', 'pages']),
  observe_node_avail: keys(['node', 'pages']),
  observe_dirty: keys(['pages', 'runs', 'digest', 'list']),
};

function keys(own: readonly string[]): readonly string[] {
  return [...BEFORE, ...own, ...BEHIND];
}
