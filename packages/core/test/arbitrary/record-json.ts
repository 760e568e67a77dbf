import fc from 'fast-check';

/*
 * Records as the JSON of a trace has them, over the whole range of what is legal there.
 * What comes out has been through text once: no -0, no undefined.
 */

const mfn = fc.integer({ min: 0, max: 2 ** 40 - 1 });
const order = fc.integer({ min: 0, max: 63 });
const domain = fc.integer({ min: 0, max: 0x7fef });
const node = fc.integer({ min: 0, max: 255 });
const bits = fc.integer({ min: 0, max: 255 });
const count = fc.maxSafeNat();
const zone = fc.integer({ min: 0, max: 63 });
const errno = fc.integer({ min: -4095, max: 0 }).map((value) => (value === 0 ? 0 : value));
const bool = fc.boolean();
const physicalAddress = fc.bigInt({ min: 0n, max: 2n ** 52n }).map((address) => `0x${address.toString(16)}`);
const virtualAddress = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((address) => `0x${address.toString(16)}`);
const digest = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const flags = fc.subarray([
  'no_refcount',
  'no_dma',
  'exact_node',
  'no_owner',
  'no_tlbflush',
  'no_icache_flush',
  'no_scrub',
  'keep_scrub',
]);
const mfnOrNull = fc.oneof({ weight: 9, arbitrary: mfn }, { weight: 1, arbitrary: fc.constant(null) });
const pageResult = fc.record({ errno, status: fc.integer({ min: 0, max: 0xffff_ffff }) });
const anyJson = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

type Fields = Record<string, fc.Arbitrary<unknown>>;

const envelope: Fields = {
  at: count,
  cpu: fc.integer({ min: 0, max: 65_535 }),
  caller: fc.array(fc.string(), { maxLength: 3 }),
  freePagesBefore: count,
  virqs: count,
  bug: fc.constantFrom('BUG', 'ASSERT', 'PANIC', 'FAULT'),
};

const extensions = fc
  .dictionary(
    fc.string({ maxLength: 5 }).map((name) => `x-${name}`),
    anyJson,
    { maxKeys: 2 },
  )
  .map((found): object => ({ ...found }));

/** A record of a type: required keys, optional keys, any part of the envelope, now and then `x-` keys. */
function recordOf(type: string, required: Fields, optional: Fields = {}): fc.Arbitrary<Record<string, unknown>> {
  const shape: Fields = { type: fc.constant(type), ...required, ...optional, ...envelope };
  return fc
    .tuple(
      fc.record(shape, { requiredKeys: ['type', ...Object.keys(required)] }),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extensions }),
    )
    .map(([fields, extra]) => ({ ...fields, ...extra }));
}

const placement: Fields = { flags, node, bits };
const range: Fields = { start: physicalAddress, end: physicalAddress };
const addressOrNull = fc.oneof(virtualAddress, fc.constant(null));
const frame: Fields = { domain, vcpu: fc.integer({ min: 0, max: 65_535 }) };

/** For each call, its records. */
export const CALL_JSON: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  init_boot_pages: recordOf('init_boot_pages', range),
  alloc_boot_pages: recordOf(
    'alloc_boot_pages',
    { pages: count, align: fc.integer({ min: 0, max: 40 }).map((exponent) => 2 ** exponent) },
    { result: mfn },
  ),
  end_boot_allocator: recordOf(
    'end_boot_allocator',
    {},
    { result: fc.record({ dmaBits: fc.integer({ min: 0, max: 64 }), freePages: count }) },
  ),
  init_xenheap_pages: recordOf('init_xenheap_pages', range),
  init_domheap_pages: recordOf('init_domheap_pages', range),
  xenheap_max_mfn: recordOf('xenheap_max_mfn', { mfn }, { result: fc.integer({ min: 0, max: 64 }) }),
  heap_init_late: recordOf('heap_init_late', {}, { result: fc.record({ threshold: count, order }) }),
  set_system_state: recordOf('set_system_state', { state: fc.constant('active') }),
  alloc_xenheap_pages: recordOf('alloc_xenheap_pages', { order }, { ...placement, result: mfnOrNull }),
  free_xenheap_pages: recordOf('free_xenheap_pages', { mfn, order }),
  alloc_domheap_pages: recordOf('alloc_domheap_pages', { order }, { domain, ...placement, result: mfnOrNull }),
  free_domheap_pages: recordOf('free_domheap_pages', { mfn, order }),
  populate_physmap: recordOf('populate_physmap', { domain, order }, { ...placement, result: mfnOrNull }),
  assign_pages: recordOf('assign_pages', { domain, mfn, order }, { flags, result: errno }),
  alloc_heap_pages: recordOf(
    'alloc_heap_pages',
    { zoneLo: zone, zoneHi: zone, order },
    { domain, ...placement, result: mfnOrNull },
  ),
  free_heap_pages: recordOf('free_heap_pages', { mfn, order, dirty: bool }),
  scrub_free_pages: recordOf('scrub_free_pages', {}, { preempt: bool, pages: count, result: bool }),
  domain_create: recordOf(
    'domain_create',
    { domain, maxPages: count },
    { nodeAffinity: fc.array(node, { maxLength: 4 }), addressBits: bits },
  ),
  domain_set_max_pages: recordOf('domain_set_max_pages', { domain, maxPages: count }),
  domain_set_node_affinity: recordOf('domain_set_node_affinity', {
    domain,
    nodeAffinity: fc.array(node, { maxLength: 4 }),
  }),
  domain_kill: recordOf('domain_kill', { domain }),
  relinquish_memory: recordOf('relinquish_memory', { domain }, { pages: count, result: count }),
  domain_set_outstanding_pages: recordOf('domain_set_outstanding_pages', { domain, pages: count }, { result: errno }),
  offline_page: recordOf('offline_page', { mfn, broken: bool }, { result: pageResult }),
  online_page: recordOf('online_page', { mfn }, { result: pageResult }),
  query_page_offline: recordOf('query_page_offline', { mfn }, { result: pageResult }),
  map_domain_page: recordOf('map_domain_page', { mfn }, { ...frame, result: virtualAddress }),
  unmap_domain_page: recordOf('unmap_domain_page', { va: virtualAddress }),
  map_domain_page_global: recordOf('map_domain_page_global', { mfn }, { ...frame, result: addressOrNull }),
  unmap_domain_page_global: recordOf('unmap_domain_page_global', { va: virtualAddress }),
  vmap: recordOf('vmap', { mfns: fc.array(mfn, { maxLength: 4 }) }, { result: addressOrNull }),
  vunmap: recordOf('vunmap', { va: virtualAddress }),
  mfn_to_virt: recordOf('mfn_to_virt', { mfn }, { result: addressOrNull }),
  virt_to_mfn: recordOf('virt_to_mfn', { va: virtualAddress }, { result: fc.oneof(mfn, fc.constant(null)) }),
  access: recordOf('access', { va: virtualAddress, write: bool }, { result: fc.string({ maxLength: 9 }) }),
};

const block = fc.tuple(mfn, fc.oneof(fc.constant(null), count));
const someMfns = fc.array(mfn, { maxLength: 3 });

const observedNode = fc.record(
  {
    node,
    freePages: count,
    needScrub: count,
    zones: fc.array(fc.tuple(zone, count), { maxLength: 3 }),
    lists: fc.array(fc.tuple(zone, order, fc.array(block, { maxLength: 3 })), { maxLength: 3 }),
  },
  { requiredKeys: ['node'] },
);

const observedDomain = fc.record(
  {
    domain,
    totalPages: count,
    extraPages: count,
    maxPages: count,
    outstandingPages: count,
    lastNode: node,
    dying: bool,
  },
  { requiredKeys: ['domain'] },
);

const virq = fc.record({
  threshold: count,
  high: fc.oneof(fc.constant(null), count),
  original: count,
  order,
});

/** For each observation, its records. */
export const OBSERVATION_JSON: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  observe_digest: recordOf('observe_digest', { digest }),
  observe_heap: recordOf(
    'observe_heap',
    {},
    {
      freePages: count,
      claims: count,
      dmaBits: bits,
      xenheapBits: bits,
      virq,
      nodes: fc.array(observedNode, { maxLength: 2 }),
      offlined: someMfns,
      broken: someMfns,
      domains: fc.array(observedDomain, { maxLength: 2 }),
      digest,
    },
  ),
  observe_boot_regions: recordOf('observe_boot_regions', { regions: fc.array(fc.tuple(mfn, mfn), { maxLength: 3 }) }),
  observe_avail: recordOf('observe_avail', { minBits: bits, maxBits: bits, pages: count }, { node }),
  observe_node_avail: recordOf('observe_node_avail', { node, pages: count }),
  observe_dirty: recordOf(
    'observe_dirty',
    { pages: count, runs: count, digest },
    { list: fc.array(fc.tuple(mfn, count), { maxLength: 3 }) },
  ),
};

/** The record of any call. */
export const callJson: fc.Arbitrary<Record<string, unknown>> = fc.oneof(...Object.values(CALL_JSON));

/** Any record. */
export const recordJson: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  ...Object.values(CALL_JSON),
  ...Object.values(OBSERVATION_JSON),
);

const junk = fc.oneof(
  anyJson,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    '0x',
    '0x10',
    [],
    {},
    -1,
    0.5,
    64,
    2 ** 40,
    2 ** 53,
    0x7ff0,
    256,
    65_536,
  ),
);

/** A record that somebody has spoilt, or perhaps not: a value replaced, a key renamed, added or taken out. */
export const spoiltRecordJson: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(recordJson, fc.nat(), junk, fc.constantFrom('replace', 'remove', 'add', 'rename'), fc.string({ maxLength: 6 }))
  .map(([record, pick, value, how, name]) => {
    const keys = Object.keys(record).filter((key) => key !== 'type');
    const key = keys[pick % Math.max(1, keys.length)] ?? name;
    const { [key]: old, ...rest } = record;
    switch (how) {
      case 'replace':
        return { ...record, [key]: value };
      case 'remove':
        return rest;
      case 'add':
        return { ...record, [name]: value };
      default:
        return { ...rest, [`${key}${name}`]: old };
    }
  });
