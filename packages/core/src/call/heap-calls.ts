import type { DomainId, NodeId, Zone } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';
import type { Order } from '../units/order.ts';
import type { CallBase } from './call-base.ts';
import type { MemFlags } from './mem-flags.ts';

/** What every allocation may say about where its pages come from. */
export interface Placement {
  readonly flags?: MemFlags;
  /** Node to start from; absent or 255: any (NUMA-2). */
  readonly node?: NodeId;
  /** Width in bits of an address that the pages may have; absent: any (DOM-1). */
  readonly bits?: number;
}

/** Allocates `2^order` always-mapped pages (XEN-1, XEN-3). */
export interface AllocXenheapPages extends CallBase<'alloc_xenheap_pages'>, Placement {
  readonly order: Order;
}

/** Returns pages of the xen heap; a part of an allocation may be freed (XEN-1, XEN-4). */
export interface FreeXenheapPages extends CallBase<'free_xenheap_pages'> {
  readonly mfn: Mfn;
  readonly order: Order;
}

/** Allocates `2^order` pages that must be mapped before use, for a domain or for nobody (DOM-1). */
export interface AllocDomheapPages extends CallBase<'alloc_domheap_pages'>, Placement {
  /** Absent: anonymous. */
  readonly domain?: DomainId;
  readonly order: Order;
}

/** Returns pages of the dom heap; a part of an allocation may be freed (DOM-7). */
export interface FreeDomheapPages extends CallBase<'free_domheap_pages'> {
  readonly mfn: Mfn;
  readonly order: Order;
}

/** One extent of a domain's memory while it is being built (DOM-8). */
export interface PopulatePhysmap extends CallBase<'populate_physmap'>, Placement {
  readonly domain: DomainId;
  readonly order: Order;
}

/** Gives pages in use, without owner, to a domain (DOM-6). */
export interface AssignPages extends CallBase<'assign_pages'> {
  readonly domain: DomainId;
  readonly mfn: Mfn;
  readonly order: Order;
  readonly flags?: MemFlags;
}

/** The core's own allocation, from zones `zoneHi` down to `zoneLo` (BUDDY-5). Seen in recordings that watch the core alone. */
export interface AllocHeapPages extends CallBase<'alloc_heap_pages'>, Placement {
  readonly zoneLo: Zone;
  readonly zoneHi: Zone;
  readonly order: Order;
  readonly domain?: DomainId;
}

/** The core's own free (BUDDY-4). Seen in recordings that watch the core alone. */
export interface FreeHeapPages extends CallBase<'free_heap_pages'> {
  readonly mfn: Mfn;
  readonly order: Order;
  readonly dirty: boolean;
}

/**
 * Cleans dirty free pages in idle time (SCRUB-1). `preempt`: other work waits during the whole call.
 * `pages`: how many dirty pages this call scrubbed, as a recording saw it.
 */
export interface ScrubFreePages extends CallBase<'scrub_free_pages'> {
  readonly preempt?: boolean;
  readonly pages?: number;
}

/** Calls that take from and give to the heap. */
export type HeapPageCall =
  | AllocXenheapPages
  | FreeXenheapPages
  | AllocDomheapPages
  | FreeDomheapPages
  | PopulatePhysmap
  | AssignPages
  | AllocHeapPages
  | FreeHeapPages
  | ScrubFreePages;

/** What {@link HeapPageCall}s return: the first MFN or null, an errno, or whether there is more to scrub. */
export interface HeapPageResults {
  readonly alloc_xenheap_pages: Mfn | null;
  readonly free_xenheap_pages: undefined;
  readonly alloc_domheap_pages: Mfn | null;
  readonly free_domheap_pages: undefined;
  readonly populate_physmap: Mfn | null;
  readonly assign_pages: number;
  readonly alloc_heap_pages: Mfn | null;
  readonly free_heap_pages: undefined;
  readonly scrub_free_pages: boolean;
}
