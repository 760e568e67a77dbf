import { availPages, dirtyDigest, dirtyRuns, heapDigest, nodeAvailPages, observeHeap } from '@heaplay/core';
import type {
  ObserveAvail,
  ObserveBootRegions,
  ObserveDigest,
  ObserveDirty,
  ObserveHeap,
  ObserveNodeAvail,
  ResultOf,
} from '@heaplay/core';
import type { CallArguments, CallNotes, RecorderConfig } from './call-recorder.ts';
import { MappingRecorder } from './mapping-recorder.ts';

/**
 * Every call of the trace format as a function: it drives the model, is recorded, and returns what Xen would have
 * returned. Throws core's `InputError` for a call that makes no sense, `RecordingStopped` where Xen stops.
 */
export class Recorder extends MappingRecorder {
  /** Gives memory to the boot allocator (BOOT-2). */
  initBootPages(args: CallArguments<'init_boot_pages'>): void {
    this.call('init_boot_pages', args);
  }

  /** Takes pages from the boot allocator (BOOT-3). */
  allocBootPages(args: CallArguments<'alloc_boot_pages'>): ResultOf<'alloc_boot_pages'> {
    return this.call('alloc_boot_pages', args);
  }

  /** Ends the boot allocator: what is left goes to the heap (BOOT-5). */
  endBootAllocator(args: CallArguments<'end_boot_allocator'> = {}): ResultOf<'end_boot_allocator'> {
    return this.call('end_boot_allocator', args);
  }

  /** Registers always-mapped memory as xen heap (XEN-2). */
  initXenheapPages(args: CallArguments<'init_xenheap_pages'>): void {
    this.call('init_xenheap_pages', args);
  }

  /** Gives memory to the dom heap (BUDDY-12). */
  initDomheapPages(args: CallArguments<'init_domheap_pages'>): void {
    this.call('init_domheap_pages', args);
  }

  /** Says where the direct map ends; the width in bits of addresses of the xen heap (MODE-3). */
  xenheapMaxMfn(args: CallArguments<'xenheap_max_mfn'>): ResultOf<'xenheap_max_mfn'> {
    return this.call('xenheap_max_mfn', args);
  }

  /** Sets the threshold of the low-memory interrupt (VIRQ-1). */
  heapInitLate(args: CallArguments<'heap_init_late'> = {}): ResultOf<'heap_init_late'> {
    return this.call('heap_init_late', args);
  }

  /** Says that Xen is up (BOOT-6). */
  setSystemState(args: CallArguments<'set_system_state'>): void {
    this.call('set_system_state', args);
  }

  /** Allocates always-mapped pages (XEN-1, XEN-3); the first frame, or null. */
  allocXenheapPages(args: CallArguments<'alloc_xenheap_pages'>): ResultOf<'alloc_xenheap_pages'> {
    return this.call('alloc_xenheap_pages', args);
  }

  /** Returns pages of the xen heap (XEN-1, XEN-4). */
  freeXenheapPages(args: CallArguments<'free_xenheap_pages'>): void {
    this.call('free_xenheap_pages', args);
  }

  /** Allocates pages for a domain, or for nobody (DOM-1); the first frame, or null. */
  allocDomheapPages(args: CallArguments<'alloc_domheap_pages'>): ResultOf<'alloc_domheap_pages'> {
    return this.call('alloc_domheap_pages', args);
  }

  /** Returns pages of the dom heap (DOM-7). */
  freeDomheapPages(args: CallArguments<'free_domheap_pages'>): void {
    this.call('free_domheap_pages', args);
  }

  /** Gives an extent to a domain that is being built (DOM-8); the first frame, or null. */
  populatePhysmap(args: CallArguments<'populate_physmap'>): ResultOf<'populate_physmap'> {
    return this.call('populate_physmap', args);
  }

  /** Gives pages in use to a domain (DOM-6); 0 or an errno. */
  assignPages(args: CallArguments<'assign_pages'>): ResultOf<'assign_pages'> {
    return this.call('assign_pages', args);
  }

  /** The core's own allocation (BUDDY-5); the first frame, or null. */
  allocHeapPages(args: CallArguments<'alloc_heap_pages'>): ResultOf<'alloc_heap_pages'> {
    return this.call('alloc_heap_pages', args);
  }

  /** The core's own free (BUDDY-4). */
  freeHeapPages(args: CallArguments<'free_heap_pages'>): void {
    this.call('free_heap_pages', args);
  }

  /** Cleans dirty free pages in idle time (SCRUB-1); whether there is more to do. */
  scrubFreePages(args: CallArguments<'scrub_free_pages'> = {}): ResultOf<'scrub_free_pages'> {
    return this.call('scrub_free_pages', args);
  }

  /** A domain comes into being. */
  domainCreate(args: CallArguments<'domain_create'>): void {
    this.call('domain_create', args);
  }

  /** Changes the most pages that a domain may have. */
  domainSetMaxPages(args: CallArguments<'domain_set_max_pages'>): void {
    this.call('domain_set_max_pages', args);
  }

  /** Changes the nodes that a domain's memory comes from first (NUMA-2). */
  domainSetNodeAffinity(args: CallArguments<'domain_set_node_affinity'>): void {
    this.call('domain_set_node_affinity', args);
  }

  /** The domain is dying from now on (DOM-9). */
  domainKill(args: CallArguments<'domain_kill'>): void {
    this.call('domain_kill', args);
  }

  /** Frees pages of a dying domain (DOM-9); how many. */
  relinquishMemory(args: CallArguments<'relinquish_memory'>): ResultOf<'relinquish_memory'> {
    return this.call('relinquish_memory', args);
  }

  /** Claims memory for a domain (CLAIM-1); 0 or an errno. */
  domainSetOutstandingPages(
    args: CallArguments<'domain_set_outstanding_pages'>,
  ): ResultOf<'domain_set_outstanding_pages'> {
    return this.call('domain_set_outstanding_pages', args);
  }

  /** Takes a frame out of use (OFF-1). */
  offlinePage(args: CallArguments<'offline_page'>): ResultOf<'offline_page'> {
    return this.call('offline_page', args);
  }

  /** Takes an offlined frame back (OFF-3). */
  onlinePage(args: CallArguments<'online_page'>): ResultOf<'online_page'> {
    return this.call('online_page', args);
  }

  /** Asks for a frame's state. */
  queryPageOffline(args: CallArguments<'query_page_offline'>): ResultOf<'query_page_offline'> {
    return this.call('query_page_offline', args);
  }

  /** Somebody looks at the heap digest. */
  observeDigest(notes: CallNotes = {}): ObserveDigest {
    return this.observe({ type: 'observe_digest', digest: heapDigest(this.heap) }, notes);
  }

  /** Somebody looks at the whole heap. */
  observeHeap(notes: CallNotes = {}): ObserveHeap {
    return this.observe(observeHeap(this.heap), notes);
  }

  /** Somebody looks at the regions of the boot allocator. */
  observeBootRegions(notes: CallNotes = {}): ObserveBootRegions {
    return this.observe({ type: 'observe_boot_regions', regions: this.heap.bootRegions }, notes);
  }

  /** Somebody counts the free pages of a node, or of all, whose addresses have so many bits. */
  observeAvail({ node, minBits, maxBits, ...notes }: ObserveArguments<ObserveAvail>): ObserveAvail {
    const pages = availPages(this.heap, minBits, maxBits, node);
    return this.observe(
      { type: 'observe_avail', ...(node === undefined ? {} : { node }), minBits, maxBits, pages },
      notes,
    );
  }

  /** Somebody counts the free pages of a node. */
  observeNodeAvail({ node, ...notes }: ObserveArguments<ObserveNodeAvail>): ObserveNodeAvail {
    return this.observe({ type: 'observe_node_avail', node, pages: nodeAvailPages(this.heap, node) }, notes);
  }

  /** Somebody looks at which free pages are dirty. */
  observeDirty(notes: CallNotes = {}): ObserveDirty {
    const list = dirtyRuns(this.heap);
    const pages = list.reduce((sum, [, length]) => sum + length, 0);
    return this.observe({ type: 'observe_dirty', pages, runs: list.length, digest: dirtyDigest(list) }, notes);
  }
}

/** What to look at, and what else the record is to say. */
export type ObserveArguments<O extends ObserveAvail | ObserveNodeAvail> = Pick<
  O,
  keyof O & ('node' | 'minBits' | 'maxBits')
> &
  CallNotes;

/** A recorder of a machine at power-on. */
export function createRecorder(config: RecorderConfig): Recorder {
  return new Recorder(config);
}
