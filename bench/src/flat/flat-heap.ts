import { NODE_ANY } from '@heaplay/core';
import type { CallResult, HeapCall, HeapConfig, Machine, Mfn } from '@heaplay/core';
import { allocBootPages, endBootAllocator, heapInitLate, initBootPages, initXenheapPages } from './flat-boot.ts';
import { freeBlock } from './flat-buddy.ts';
import { allocDomheap, allocXenheap, freeDomheap, populatePhysmap, relinquishMemory } from './flat-dom-heap.ts';
import type { FlatDomain } from './flat-domain.ts';
import { scrubFreePages } from './flat-scrub.ts';
import { FlatState } from './flat-state.ts';
import { FrameTable, NIL } from './frame-table.ts';

/**
 * The yardstick: the same allocator over flat typed arrays, one entry a frame, written in place. It decides as the
 * model does, for the calls that the benchmarks make, and keeps no history, no digest and no promise.
 */
export class FlatHeap {
  state: FlatState;
  private readonly machine: Machine;
  private readonly config: HeapConfig;

  constructor(machine: Machine, config: HeapConfig) {
    this.machine = machine;
    this.config = config;
    this.state = new FlatState(machine, config, new FrameTable(machine.frames));
  }

  /** Back to power-on. */
  restart(): void {
    const { frames } = this.state;
    frames.clear();
    this.state = new FlatState(this.machine, this.config, frames);
  }

  /** Low-memory interrupts raised by the last call. */
  get virqs(): number {
    return this.state.virqs;
  }

  /** Carries out a call. Throws for a call that the benchmarks do not make. */
  apply(call: HeapCall): CallResult {
    const { state } = this;
    state.virqs = 0;
    switch (call.type) {
      case 'alloc_domheap_pages': {
        const { order, flags = 0, node = NODE_ANY, bits = 0, cpu = 0 } = call;
        const domain = call.domain === undefined ? undefined : this.domain(call.domain);
        return frameOrNull(allocDomheap(state, order, flags, node, bits, domain, cpu));
      }
      case 'free_domheap_pages':
        return freeDomheap(state, call.mfn, call.order) as undefined;
      case 'alloc_xenheap_pages': {
        const { order, flags = 0, node = NODE_ANY, bits = 0, cpu = 0 } = call;
        return frameOrNull(allocXenheap(state, order, flags, node, bits, cpu));
      }
      case 'free_xenheap_pages':
        return freeBlock(state, call.mfn, call.order, !state.platform.separateXenHeap) as undefined;
      case 'populate_physmap': {
        const { order, flags = 0, node = NODE_ANY, bits = 0, cpu = 0, domain } = call;
        return frameOrNull(populatePhysmap(state, order, flags, node, bits, this.domain(domain), cpu));
      }
      case 'scrub_free_pages':
        return scrubFreePages(state, call.cpu ?? 0, call.preempt ?? false, call.pages ?? Infinity);
      case 'domain_create':
        state.domains.set(call.domain, newDomain(call));
        return undefined;
      case 'domain_kill':
        this.domain(call.domain).dying = true;
        return undefined;
      case 'relinquish_memory':
        return relinquishMemory(state, this.domain(call.domain), call.pages ?? Infinity);
      default:
        return this.boot(call);
    }
  }

  private boot(call: HeapCall): CallResult {
    const { state } = this;
    switch (call.type) {
      case 'init_boot_pages':
        return initBootPages(state, call.start, call.end) as undefined;
      case 'init_xenheap_pages':
        return initXenheapPages(state, call.start, call.end) as undefined;
      case 'alloc_boot_pages':
        return allocBootPages(state, call.pages, call.align) as Mfn;
      case 'end_boot_allocator':
        endBootAllocator(state);
        return { dmaBits: state.dmaBits, freePages: state.freePages };
      case 'heap_init_late':
        return heapInitLate(state);
      case 'xenheap_max_mfn':
        state.xenheapBits = Math.min(Math.floor(Math.log2(call.mfn + 1)) + 12, state.platform.config.paddrBits);
        return state.xenheapBits;
      case 'set_system_state':
        state.active = true;
        return undefined;
      default:
        throw new Error(`the flat heap does not know ${call.type}`);
    }
  }

  private domain(id: number): FlatDomain {
    const domain = this.state.domains.get(id);
    if (domain === undefined) throw new Error(`no domain ${id}`);
    return domain;
  }
}

function newDomain(call: Extract<HeapCall, { readonly type: 'domain_create' }>): FlatDomain {
  return {
    id: call.domain,
    nodeAffinity: call.nodeAffinity ?? null,
    addressBits: call.addressBits ?? null,
    maxPages: call.maxPages,
    totalPages: 0,
    extraPages: 0,
    lastNode: 0,
    dying: false,
    pages: { first: NIL, last: NIL },
    extra: { first: NIL, last: NIL },
  };
}

function frameOrNull(mfn: number): Mfn | null {
  return mfn === NIL ? null : (mfn as Mfn);
}
