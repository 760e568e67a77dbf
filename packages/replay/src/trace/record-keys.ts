import type { RecordType } from './trace-record.ts';

const RANGE = ['start', 'end'];
const PLACEMENT = ['flags', 'node', 'bits'];
const FRAME = ['mfn', 'domain', 'vcpu'];

/** The keys that are each record's own, in the order in which a trace writes them. */
export const OWN_KEYS: { readonly [T in RecordType]: readonly string[] } = {
  init_boot_pages: RANGE,
  alloc_boot_pages: ['pages', 'align'],
  end_boot_allocator: [],
  init_xenheap_pages: RANGE,
  init_domheap_pages: RANGE,
  xenheap_max_mfn: ['mfn'],
  heap_init_late: [],
  set_system_state: ['state'],
  alloc_xenheap_pages: ['order', ...PLACEMENT],
  free_xenheap_pages: ['mfn', 'order'],
  alloc_domheap_pages: ['domain', 'order', ...PLACEMENT],
  free_domheap_pages: ['mfn', 'order'],
  populate_physmap: ['domain', 'order', ...PLACEMENT],
  assign_pages: ['domain', 'mfn', 'order', 'flags'],
  alloc_heap_pages: ['domain', 'zoneLo', 'zoneHi', 'order', ...PLACEMENT],
  free_heap_pages: ['mfn', 'order', 'dirty'],
  scrub_free_pages: ['preempt', 'pages'],
  domain_create: ['domain', 'maxPages', 'nodeAffinity', 'addressBits'],
  domain_set_max_pages: ['domain', 'maxPages'],
  domain_set_node_affinity: ['domain', 'nodeAffinity'],
  domain_kill: ['domain'],
  relinquish_memory: ['domain', 'pages'],
  domain_set_outstanding_pages: ['domain', 'pages'],
  offline_page: ['mfn', 'broken'],
  online_page: ['mfn'],
  query_page_offline: ['mfn'],
  map_domain_page: FRAME,
  unmap_domain_page: ['va'],
  map_domain_page_global: FRAME,
  unmap_domain_page_global: ['va'],
  vmap: ['mfns'],
  vunmap: ['va'],
  mfn_to_virt: ['mfn'],
  virt_to_mfn: ['va'],
  access: ['va', 'write'],
  observe_digest: ['digest'],
  observe_heap: [
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
  ],
  observe_boot_regions: ['regions'],
  observe_avail: ['node', 'minBits', 'maxBits', 'pages'],
  observe_node_avail: ['node', 'pages'],
  observe_dirty: ['pages', 'runs', 'digest', 'list'],
};

/** All keys of each record, in the order in which a trace writes them. */
export const RECORD_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(OWN_KEYS).map(([type, own]) => [
    type,
    ['type', 'at', 'caller', ...own, 'result', 'virqs', 'cpu', 'freePagesBefore', 'bug'],
  ]),
);
