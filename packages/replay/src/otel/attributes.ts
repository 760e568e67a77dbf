/** Every name that the export gives to something of a heap, in one place: docs/opentelemetry.md says what each holds. */
export const HEAP_ATTRIBUTES = {
  traceSha256: 'xen.heap.trace.sha256',
  traceRecords: 'xen.heap.trace.records',
  traceClock: 'xen.heap.trace.clock',
  traceName: 'xen.heap.trace.name',
  sampleRatio: 'xen.heap.sample.ratio',
  xenVersion: 'xen.heap.xen_version',
  mode: 'xen.heap.mode',
  arch: 'xen.heap.arch',
  pdx: 'xen.heap.pdx',
  frames: 'xen.heap.frames',
  phase: 'xen.heap.phase',
  firstRecord: 'xen.heap.first_record',
  lastRecord: 'xen.heap.last_record',
  calls: 'xen.heap.calls',
  failures: 'xen.heap.failures',
  freePages: 'xen.heap.free_pages',
  record: 'xen.heap.record',
  call: 'xen.heap.call',
  cpu: 'xen.heap.cpu',
  caller: 'xen.heap.caller',
  order: 'xen.heap.order',
  pages: 'xen.heap.pages',
  mfn: 'xen.heap.mfn',
  node: 'xen.heap.node',
  zone: 'xen.heap.zone',
  domain: 'xen.heap.domain',
  flags: 'xen.heap.flags',
  result: 'xen.heap.result',
  failureReason: 'xen.heap.failure.reason',
  virqs: 'xen.heap.virqs',
  bugKind: 'xen.heap.bug.kind',
  bugRule: 'xen.heap.bug.rule',
  requestedNode: 'xen.heap.requested.node',
  requestedBits: 'xen.heap.requested.bits',
  lifetimeOpen: 'xen.heap.lifetime.open',
  freedBy: 'xen.heap.lifetime.freed_by',
  link: 'xen.heap.link',
} as const;

/** The prefix of an argument that has no name of its own in {@link HEAP_ATTRIBUTES}: `xen.heap.argument.max_pages`. */
export const ARGUMENT_PREFIX = 'xen.heap.argument.';

/** Name, unit and meaning of every metric. Gauges, but for the two that only rise. */
export const HEAP_METRICS = {
  freePages: { name: 'xen.heap.free_pages', unit: '{page}', description: 'Free pages by node and zone' },
  freeBlocks: { name: 'xen.heap.free_blocks', unit: '{block}', description: 'Free blocks by order' },
  fragmentation: {
    name: 'xen.heap.fragmentation',
    unit: '1',
    description: 'Share of the free memory that a request of an order cannot use',
  },
  claims: { name: 'xen.heap.claims', unit: '{page}', description: 'Pages that domains have claimed' },
  needScrub: { name: 'xen.heap.need_scrub', unit: '{page}', description: 'Free pages that are to be scrubbed' },
  allocations: { name: 'xen.heap.allocations', unit: '{call}', description: 'Allocations that got their pages' },
  failures: {
    name: 'xen.heap.call_failures',
    unit: '{call}',
    description: 'Calls that did not get what they asked for',
  },
} as const;
