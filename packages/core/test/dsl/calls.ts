import type { HeapCall } from '../../src/call/call.ts';
import { memFlags } from '../../src/call/mem-flags.ts';
import type { MemFlagName } from '../../src/call/mem-flags.ts';
import type { CpuId, DomainId, NodeId, Zone } from '../../src/units/ids.ts';
import type { Mfn, PhysicalAddress } from '../../src/units/mfn.ts';
import type { Order } from '../../src/units/order.ts';

/** Where pages come from, as a test says it. */
export interface Wish {
  readonly domain?: number;
  readonly flags?: readonly MemFlagName[];
  readonly node?: number;
  readonly bits?: number;
  readonly cpu?: number;
}

interface Placed {
  domain?: DomainId;
  flags?: ReturnType<typeof memFlags>;
  node?: NodeId;
  bits?: number;
  cpu?: CpuId;
}

function placed({ domain, flags, node, bits, cpu }: Wish): Placed {
  return {
    ...(domain === undefined ? {} : { domain: domain as DomainId }),
    ...(flags === undefined ? {} : { flags: memFlags(...flags) }),
    ...(node === undefined ? {} : { node: node as NodeId }),
    ...(bits === undefined ? {} : { bits }),
    ...(cpu === undefined ? {} : { cpu: cpu as CpuId }),
  };
}

const at = (mfn: number): PhysicalAddress => (mfn * 4096) as PhysicalAddress;

/** `init_boot_pages` of the frames `[first, end)`. */
export const bootPages = (first: number, end: number): HeapCall => bootBytes(first * 4096, end * 4096);
/** `init_boot_pages` by addresses in bytes. */
export const bootBytes = (start: number, end: number): HeapCall => ({
  type: 'init_boot_pages',
  start: start as PhysicalAddress,
  end: end as PhysicalAddress,
});
/** `alloc_boot_pages`. */
export const allocBoot = (pages: number, align = 1): HeapCall => ({ type: 'alloc_boot_pages', pages, align });
/** `end_boot_allocator`. */
export const endBoot: HeapCall = { type: 'end_boot_allocator' };
/** `heap_init_late`. */
export const heapInitLate: HeapCall = { type: 'heap_init_late' };
/** `set_system_state`: booted. */
export const active: HeapCall = { type: 'set_system_state', state: 'active' };
/** `init_domheap_pages` of the frames `[first, end)`. */
export const domheap = (first: number, end: number): HeapCall => ({
  type: 'init_domheap_pages',
  start: at(first),
  end: at(end),
});
/** `init_xenheap_pages` of the frames `[first, end)`. */
export const xenheap = (first: number, end: number): HeapCall => ({
  type: 'init_xenheap_pages',
  start: at(first),
  end: at(end),
});
/** `xenheap_max_mfn`. */
export const xenheapMax = (mfn: number): HeapCall => ({ type: 'xenheap_max_mfn', mfn: mfn as Mfn });

/** `free_heap_pages`, clean: the shortest way to put a block on a list. */
export const freed = (mfn: number, order = 0): HeapCall => ({
  type: 'free_heap_pages',
  mfn: mfn as Mfn,
  order: order as Order,
  dirty: false,
});
/** `free_heap_pages`, dirty. */
export const freedDirty = (mfn: number, order = 0): HeapCall => ({
  type: 'free_heap_pages',
  mfn: mfn as Mfn,
  order: order as Order,
  dirty: true,
});
/** `alloc_heap_pages`: from any zone unless told otherwise. */
export const alloc = (
  order: number,
  wish: Wish & { readonly zones?: readonly [lo: number, hi: number] } = {},
): HeapCall => ({
  type: 'alloc_heap_pages',
  order: order as Order,
  zoneLo: (wish.zones?.[0] ?? 0) as Zone,
  zoneHi: (wish.zones?.[1] ?? 28) as Zone,
  ...placed(wish),
});
/** `alloc_domheap_pages`. */
export const allocDom = (order: number, wish: Wish = {}): HeapCall => ({
  type: 'alloc_domheap_pages',
  order: order as Order,
  ...placed(wish),
});
/** `free_domheap_pages`. */
export const freeDom = (mfn: number, order = 0): HeapCall => ({
  type: 'free_domheap_pages',
  mfn: mfn as Mfn,
  order: order as Order,
});
/** `alloc_xenheap_pages`. */
export const allocXen = (order: number, wish: Omit<Wish, 'domain'> = {}): HeapCall => ({
  type: 'alloc_xenheap_pages',
  order: order as Order,
  ...placed(wish),
});
/** `free_xenheap_pages`. */
export const freeXen = (mfn: number, order = 0): HeapCall => ({
  type: 'free_xenheap_pages',
  mfn: mfn as Mfn,
  order: order as Order,
});
/** `populate_physmap`: one extent. */
export const populate = (domain: number, order: number, wish: Wish = {}): HeapCall => ({
  type: 'populate_physmap',
  order: order as Order,
  ...placed(wish),
  domain: domain as DomainId,
});
/** `assign_pages`. */
export const assign = (domain: number, mfn: number, order = 0, flags: readonly MemFlagName[] = []): HeapCall => ({
  type: 'assign_pages',
  domain: domain as DomainId,
  mfn: mfn as Mfn,
  order: order as Order,
  flags: memFlags(...flags),
});
/** `scrub_free_pages`. */
export const scrub = (
  options: { readonly cpu?: number; readonly preempt?: boolean; readonly pages?: number } = {},
): HeapCall => ({
  type: 'scrub_free_pages',
  ...(options.preempt === undefined ? {} : { preempt: options.preempt }),
  ...(options.pages === undefined ? {} : { pages: options.pages }),
  cpu: (options.cpu ?? 0) as CpuId,
});

/** `domain_create`: with room for 100 pages unless told otherwise. */
export const domain = (
  id: number,
  options: {
    readonly maxPages?: number;
    readonly nodeAffinity?: readonly number[];
    readonly addressBits?: number;
  } = {},
): HeapCall => ({
  type: 'domain_create',
  domain: id as DomainId,
  maxPages: options.maxPages ?? 100,
  ...(options.nodeAffinity === undefined ? {} : { nodeAffinity: options.nodeAffinity as readonly NodeId[] }),
  ...(options.addressBits === undefined ? {} : { addressBits: options.addressBits }),
});
/** `domain_set_max_pages`. */
export const setMax = (id: number, maxPages: number): HeapCall => ({
  type: 'domain_set_max_pages',
  domain: id as DomainId,
  maxPages,
});
/** `domain_set_node_affinity`. */
export const setAffinity = (id: number, ...nodes: readonly number[]): HeapCall => ({
  type: 'domain_set_node_affinity',
  domain: id as DomainId,
  nodeAffinity: nodes as readonly NodeId[],
});
/** `domain_kill`. */
export const kill = (id: number): HeapCall => ({ type: 'domain_kill', domain: id as DomainId });
/** `relinquish_memory`: all ordinary pages unless told otherwise. */
export const relinquish = (id: number, pages?: number): HeapCall => ({
  type: 'relinquish_memory',
  domain: id as DomainId,
  ...(pages === undefined ? {} : { pages }),
});
/** `domain_set_outstanding_pages`. */
export const claim = (id: number, pages: number): HeapCall => ({
  type: 'domain_set_outstanding_pages',
  domain: id as DomainId,
  pages,
});

/** `offline_page`. */
export const offline = (mfn: number, broken = false): HeapCall => ({ type: 'offline_page', mfn: mfn as Mfn, broken });
/** `offline_page` of faulty memory. */
export const offlineBroken = (mfn: number): HeapCall => offline(mfn, true);
/** `online_page`. */
export const online = (mfn: number): HeapCall => ({ type: 'online_page', mfn: mfn as Mfn });
/** `query_page_offline`. */
export const queryOffline = (mfn: number): HeapCall => ({ type: 'query_page_offline', mfn: mfn as Mfn });
