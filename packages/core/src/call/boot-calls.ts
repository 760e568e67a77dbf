import type { Mfn, PhysicalAddress } from '../units/mfn.ts';
import type { CallBase } from './call-base.ts';

/** Gives `[start, end)`, rounded inward to whole pages, to the boot allocator (BOOT-2). Bytes. */
export interface InitBootPages extends CallBase<'init_boot_pages'> {
  readonly start: PhysicalAddress;
  readonly end: PhysicalAddress;
}

/** Takes `pages` pages whose first frame is a multiple of `align` pages, a power of two (BOOT-3). */
export interface AllocBootPages extends CallBase<'alloc_boot_pages'> {
  readonly pages: number;
  readonly align: number;
}

/** Ends the boot allocator: what is left goes to the heap (BOOT-5). */
export interface EndBootAllocator extends CallBase<'end_boot_allocator'> {}

/** Registers the always-mapped pages `[start, end)` as xen heap (XEN-2); the same as {@link InitDomheapPages} outside of MODE-1. Bytes. */
export interface InitXenheapPages extends CallBase<'init_xenheap_pages'> {
  readonly start: PhysicalAddress;
  readonly end: PhysicalAddress;
}

/** Gives `[start, end)`, rounded inward, to the dom heap (BUDDY-12). Bytes. */
export interface InitDomheapPages extends CallBase<'init_domheap_pages'> {
  readonly start: PhysicalAddress;
  readonly end: PhysicalAddress;
}

/** Tells the heap that the direct map ends with frame `mfn` (MODE-3). */
export interface XenheapMaxMfn extends CallBase<'xenheap_max_mfn'> {
  readonly mfn: Mfn;
}

/** Sets the threshold of the low-memory interrupt (VIRQ-1). */
export interface HeapInitLate extends CallBase<'heap_init_late'> {}

/** Xen is up: memory given to the heap from now on is clean (BOOT-6). */
export interface SetSystemState extends CallBase<'set_system_state'> {
  readonly state: 'active';
}

/** The calls by which an architecture's start-up lays out the heaps. */
export type BootCall =
  | InitBootPages
  | AllocBootPages
  | EndBootAllocator
  | InitXenheapPages
  | InitDomheapPages
  | XenheapMaxMfn
  | HeapInitLate
  | SetSystemState;

/** What {@link BootCall}s return. */
export interface BootResults {
  readonly init_boot_pages: undefined;
  readonly alloc_boot_pages: Mfn;
  readonly end_boot_allocator: EndBootAllocatorResult;
  readonly init_xenheap_pages: undefined;
  readonly init_domheap_pages: undefined;
  /** Width in bits of an address that the xen heap may use. */
  readonly xenheap_max_mfn: number;
  readonly heap_init_late: HeapInitLateResult;
  readonly set_system_state: undefined;
}

/** The state of the heap at the end of the boot allocator: width of the DMA zone in bits (0: none), free pages. */
export interface EndBootAllocatorResult {
  readonly dmaBits: number;
  readonly freePages: number;
}

/** Pages below which the low-memory interrupt is raised, and log2 of them. */
export interface HeapInitLateResult {
  readonly threshold: number;
  readonly order: number;
}
