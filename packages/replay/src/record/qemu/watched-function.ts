import type {
  DomainId,
  HeapCall,
  MemFlags,
  Mfn,
  NodeId,
  Order,
  PhysicalAddress,
  VirtualAddress,
  Zone,
} from '@heaplay/core';

/** How a parameter is to be read. */
export type ParameterKind =
  /** A count or the number of a frame, as wide as a register. */
  | 'word'
  /** A count, an order, a zone, a truth: 32 bits, whatever else is in the register. */
  | 'int'
  /** A physical address: 64 bits on every architecture. */
  | 'physical'
  /** A virtual address, of anything. */
  | 'virtual'
  /** The record of a frame. */
  | 'page'
  /** A domain, or none. */
  | 'domain'
  /** Memory flags, with node and width. */
  | 'flags';

/** What a call was made with, read as its parameters say. Parameters are counted from 0. */
export interface Arguments {
  /** Nothing: to free it does nothing. */
  readonly isNull: (parameter: number) => boolean;
  readonly number: (parameter: number) => number;
  readonly physical: (parameter: number) => PhysicalAddress;
  readonly virtual: (parameter: number) => VirtualAddress;
  /** The frame of a page record. */
  readonly page: (parameter: number) => Mfn;
  /** The frame at an address of the xen heap. */
  readonly xenHeapFrame: (parameter: number) => Mfn;
  /** The domain as a field of a call; nothing for none, or for one of Xen's own. */
  readonly domain: (parameter: number) => { readonly domain?: DomainId };
  readonly flags: (parameter: number) => { readonly flags?: MemFlags; readonly node?: NodeId; readonly bits?: number };
  /** Frame numbers from an array in memory. */
  readonly frames: (parameter: number, count: number) => Promise<Mfn[]>;
}

/** What came of a call. */
export interface Returned {
  /** The frame of the page record, or null. */
  readonly page: () => Mfn | null;
  /** The frame at the address of the xen heap, or null. */
  readonly xenHeapFrame: () => Mfn | null;
  readonly number: () => number;
  readonly errno: () => number;
  readonly truth: () => boolean;
  readonly virtual: () => VirtualAddress;
  /** A number of 32 bits in memory, where a parameter says. */
  readonly numberAt: (parameter: number) => Promise<number>;
  /** Pages that were scrubbed during the call. */
  readonly scrubbed: () => Promise<number>;
  /** Width of the DMA zone, free pages. */
  readonly heapTotals: () => Promise<{ readonly dmaBits: number; readonly freePages: number }>;
}

/**
 * Which calls are recorded: those of the allocator's core, or those by which the rest of Xen uses it. Both have those by
 * which the heap comes into being.
 */
export type FunctionSet = 'core' | 'full';

/** A function of Xen's whose calls become records. */
export interface WatchedFunction {
  readonly symbol: string;
  readonly sets: readonly FunctionSet[];
  readonly parameters: readonly ParameterKind[];
  /** Does it work on the heap? Then what it calls inside follows from the model, and is no record. */
  readonly onHeap: boolean;
  /** The calls as records, without their results. Most often one. */
  readonly calls: (given: Arguments) => HeapCall[] | Promise<HeapCall[]>;
  /** What is known only when it has returned. */
  readonly outcome?: (returned: Returned) => object | Promise<object>;
}

const BOTH: readonly FunctionSet[] = ['core', 'full'];
const CORE: readonly FunctionSet[] = ['core'];
const FULL: readonly FunctionSet[] = ['full'];

/** Every function that can be watched. Not every build has all of them. */
export const WATCHED_FUNCTIONS: readonly WatchedFunction[] = [
  {
    symbol: 'init_boot_pages',
    sets: BOTH,
    parameters: ['physical', 'physical'],
    onHeap: true,
    calls: (given) => [{ type: 'init_boot_pages', start: given.physical(0), end: given.physical(1) }],
  },
  {
    symbol: 'alloc_boot_pages',
    sets: BOTH,
    parameters: ['word', 'word'],
    onHeap: true,
    calls: (given) => [{ type: 'alloc_boot_pages', pages: given.number(0), align: given.number(1) }],
    outcome: (returned) => ({ result: returned.number() }),
  },
  {
    symbol: 'xenheap_max_mfn',
    sets: BOTH,
    parameters: ['word'],
    onHeap: true,
    calls: (given) => [{ type: 'xenheap_max_mfn', mfn: given.number(0) as Mfn }],
  },
  {
    symbol: 'end_boot_allocator',
    sets: BOTH,
    parameters: [],
    onHeap: true,
    calls: () => [{ type: 'end_boot_allocator' }],
    outcome: async (returned) => ({ result: await returned.heapTotals() }),
  },
  {
    symbol: 'alloc_heap_pages',
    sets: CORE,
    parameters: ['int', 'int', 'int', 'flags', 'domain'],
    onHeap: true,
    calls: (given) => [
      {
        type: 'alloc_heap_pages',
        zoneLo: given.number(0) as Zone,
        zoneHi: given.number(1) as Zone,
        order: given.number(2) as Order,
        ...given.flags(3),
        ...given.domain(4),
      },
    ],
    outcome: (returned) => ({ result: returned.page() }),
  },
  {
    symbol: 'free_heap_pages',
    sets: CORE,
    parameters: ['page', 'int', 'int'],
    onHeap: true,
    calls: (given) => [
      {
        type: 'free_heap_pages',
        mfn: given.page(0),
        order: given.number(1) as Order,
        // A bool: only the lowest byte counts.
        dirty: given.number(2) % 256 !== 0,
      },
    ],
  },
  {
    symbol: 'init_xenheap_pages',
    sets: BOTH,
    parameters: ['physical', 'physical'],
    onHeap: true,
    calls: (given) => [{ type: 'init_xenheap_pages', start: given.physical(0), end: given.physical(1) }],
  },
  {
    symbol: 'init_domheap_pages',
    sets: BOTH,
    parameters: ['physical', 'physical'],
    onHeap: true,
    calls: (given) => [{ type: 'init_domheap_pages', start: given.physical(0), end: given.physical(1) }],
  },
  {
    symbol: 'alloc_xenheap_pages',
    sets: FULL,
    parameters: ['int', 'flags'],
    onHeap: true,
    calls: (given) => [{ type: 'alloc_xenheap_pages', order: given.number(0) as Order, ...given.flags(1) }],
    outcome: (returned) => ({ result: returned.xenHeapFrame() }),
  },
  {
    symbol: 'free_xenheap_pages',
    sets: FULL,
    parameters: ['virtual', 'int'],
    onHeap: true,
    calls: (given) =>
      given.isNull(0)
        ? []
        : [{ type: 'free_xenheap_pages', mfn: given.xenHeapFrame(0), order: given.number(1) as Order }],
  },
  {
    symbol: 'alloc_domheap_pages',
    sets: FULL,
    parameters: ['domain', 'int', 'flags'],
    onHeap: true,
    calls: (given) => [
      { type: 'alloc_domheap_pages', ...given.domain(0), order: given.number(1) as Order, ...given.flags(2) },
    ],
    outcome: (returned) => ({ result: returned.page() }),
  },
  {
    symbol: 'free_domheap_pages',
    sets: FULL,
    parameters: ['page', 'int'],
    onHeap: true,
    calls: (given) =>
      given.isNull(0) ? [] : [{ type: 'free_domheap_pages', mfn: given.page(0), order: given.number(1) as Order }],
  },
  {
    symbol: 'assign_pages',
    sets: FULL,
    parameters: ['page', 'int', 'domain', 'flags'],
    onHeap: true,
    calls: (given) => assignments(given),
    outcome: (returned) => ({ result: returned.errno() }),
  },
  {
    symbol: 'domain_set_outstanding_pages',
    sets: FULL,
    parameters: ['domain', 'int'],
    onHeap: true,
    calls: (given) => {
      const { domain } = given.domain(0);
      return domain === undefined ? [] : [{ type: 'domain_set_outstanding_pages', domain, pages: given.number(1) }];
    },
    outcome: (returned) => ({ result: returned.errno() }),
  },
  {
    symbol: 'domain_kill',
    sets: FULL,
    parameters: ['domain'],
    onHeap: false,
    calls: (given) => {
      const { domain } = given.domain(0);
      return domain === undefined ? [] : [{ type: 'domain_kill', domain }];
    },
  },
  {
    symbol: 'offline_page',
    sets: FULL,
    parameters: ['word', 'int', 'virtual'],
    onHeap: true,
    calls: (given) => [{ type: 'offline_page', mfn: given.number(0) as Mfn, broken: given.number(1) !== 0 }],
    outcome: async (returned) => ({ result: { errno: returned.errno(), status: await returned.numberAt(2) } }),
  },
  {
    symbol: 'online_page',
    sets: FULL,
    parameters: ['word', 'virtual'],
    onHeap: true,
    calls: (given) => [{ type: 'online_page', mfn: given.number(0) as Mfn }],
    outcome: async (returned) => ({ result: { errno: returned.errno(), status: await returned.numberAt(1) } }),
  },
  {
    symbol: 'scrub_free_pages',
    sets: BOTH,
    parameters: [],
    onHeap: true,
    calls: () => [{ type: 'scrub_free_pages' }],
    outcome: async (returned) => ({ pages: await returned.scrubbed(), result: returned.truth() }),
  },
  {
    symbol: 'map_domain_page_global',
    sets: FULL,
    parameters: ['word'],
    onHeap: false,
    calls: (given) => [{ type: 'map_domain_page_global', mfn: given.number(0) as Mfn }],
    outcome: (returned) => ({ result: returned.virtual() }),
  },
  {
    symbol: '__vmap',
    sets: FULL,
    parameters: ['virtual', 'int', 'int'],
    onHeap: false,
    calls: (given) => mapping(given),
    outcome: (returned) => ({ result: returned.virtual() === 0n ? null : returned.virtual() }),
  },
  {
    symbol: 'vunmap',
    sets: FULL,
    parameters: ['virtual'],
    onHeap: false,
    calls: (given) => [{ type: 'vunmap', va: given.virtual(0) }],
  },
];

/** A number of pages is given as powers of two, which are what a record can say. */
function assignments(given: Arguments): HeapCall[] {
  const { domain } = given.domain(2);
  if (domain === undefined) return [];
  const { flags } = given.flags(3);
  const calls: HeapCall[] = [];
  let mfn: number = given.page(0);
  for (let left = given.number(1); left > 0;) {
    const order = Math.floor(Math.log2(left));
    calls.push({
      type: 'assign_pages',
      domain,
      mfn: mfn as Mfn,
      order: order as Order,
      ...(flags === undefined ? {} : { flags }),
    });
    mfn += 2 ** order;
    left -= 2 ** order;
  }
  return calls;
}

/** Pieces of `granularity` frames that lie side by side, one entry of the array each. */
async function mapping(given: Arguments): Promise<HeapCall[]> {
  const granularity = given.number(1);
  const firsts = await given.frames(0, given.number(2));
  const mfns = firsts.flatMap((first) => Array.from({ length: granularity }, (_, index) => (first + index) as Mfn));
  return [{ type: 'vmap', mfns }];
}
