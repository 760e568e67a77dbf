/**
 * The naive second implementation: mutable, one state a page, nothing kept that could be computed.
 * It works on the wire format, so that it shares no line with what it is there to check.
 */
import { allocHeapPages, freeHeapPages } from './buddy.ts';
import { log2Floor } from './config.ts';
import { digestText, fnv1a64 } from './digest.ts';
import { Domain } from './domains.ts';
import {
  allocDomheapPages,
  assignPages,
  freeDomheapPages,
  populatePhysmap,
  relinquishMemory,
  setOutstandingPages,
} from './domheap.ts';
import { requestOf } from './flags.ts';
import { Heap } from './heap.ts';
import { endBootAllocator, initDomheapPages, initXenheapPages } from './init.ts';
import { initLowMemory } from './low-memory.ts';
import { observeAvail, observeDirty, observeHeap } from './observe.ts';
import { offlinePage, onlinePage, queryPageOffline } from './offline.ts';
import { scrubFreePages } from './scrub.ts';
import { Stop, addressOf, numberOf, optionalNumber } from './wire.ts';
import type { Outcome, WireHeader, WireRecord } from './wire.ts';
import { allocXenheapPages, freeXenheapPages } from './xenheap.ts';

/** Calls that this model does not know, and that do not touch the heap. */
const IGNORED = /^(map_domain_page|unmap_domain_page|vmap|vunmap|mfn_to_virt|virt_to_mfn|access)/;

export class NaiveHeap {
  readonly heap: Heap;

  constructor(header: WireHeader) {
    this.heap = new Heap(header);
  }

  get freePages(): number {
    return this.heap.freePages;
  }

  /** Carries out a call; observations and mappings do nothing. */
  apply(record: WireRecord): Outcome {
    this.heap.virqs = 0;
    if (record.type.startsWith('observe_') || IGNORED.test(record.type)) {
      return { virqs: 0, bug: null };
    }
    try {
      const result = this.#call(record);
      const { virqs } = this.heap;
      return result === undefined ? { virqs, bug: null } : { result, virqs, bug: null };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { virqs: this.heap.virqs, bug: error.kind };
    }
  }

  /** The heap digest. */
  digest(): string {
    return fnv1a64(digestText(this.heap));
  }

  observeHeap(): Record<string, unknown> {
    return observeHeap(this.heap);
  }

  observeDirty(): Record<string, unknown> {
    return observeDirty(this.heap);
  }

  observeBootRegions(): Record<string, unknown> {
    const regions = this.heap.boot.regions.map(({ start, end }) => [start, end]);
    return { type: 'observe_boot_regions', regions };
  }

  observeAvail(node: number | undefined, minBits: number, maxBits: number): number {
    return observeAvail(this.heap, node, minBits, maxBits);
  }

  observeNodeAvail(node: number): number {
    return this.heap.nodes.get(node)?.freePages ?? 0;
  }

  #call(record: WireRecord): unknown {
    const { heap } = this;
    const request = requestOf(record);
    switch (record.type) {
      case 'init_boot_pages':
        heap.boot.init(addressOf(record, 'start'), addressOf(record, 'end'));
        return undefined;
      case 'init_xenheap_pages':
        initXenheapPages(heap, addressOf(record, 'start'), addressOf(record, 'end'));
        return undefined;
      case 'init_domheap_pages':
        initDomheapPages(heap, addressOf(record, 'start'), addressOf(record, 'end'));
        return undefined;
      case 'alloc_boot_pages':
        return heap.boot.alloc(numberOf(record, 'pages'), numberOf(record, 'align'));
      case 'xenheap_max_mfn': {
        const { paddrBits } = heap.config.header.heap;
        heap.xenheapBits = Math.min(log2Floor(numberOf(record, 'mfn') + 1) + 12, paddrBits);
        return heap.xenheapBits;
      }
      case 'end_boot_allocator':
        endBootAllocator(heap);
        return { dmaBits: heap.dmaBits, freePages: heap.freePages };
      case 'heap_init_late':
        return initLowMemory(heap);
      case 'set_system_state':
        heap.active = record['state'] === 'active';
        return undefined;
      case 'alloc_xenheap_pages':
        return allocXenheapPages(heap, request);
      case 'free_xenheap_pages':
        freeXenheapPages(heap, numberOf(record, 'mfn'), request.order);
        return undefined;
      case 'alloc_domheap_pages':
        return allocDomheapPages(heap, request, this.#domainOf(record));
      case 'free_domheap_pages':
        freeDomheapPages(heap, numberOf(record, 'mfn'), request.order);
        return undefined;
      case 'alloc_heap_pages': {
        const zones = [numberOf(record, 'zoneLo'), numberOf(record, 'zoneHi')] as const;
        return allocHeapPages(heap, zones[0], zones[1], request, this.#domainOf(record));
      }
      case 'free_heap_pages':
        freeHeapPages(heap, numberOf(record, 'mfn'), request.order, record['dirty'] === true);
        return undefined;
      case 'offline_page':
        return offlinePage(heap, numberOf(record, 'mfn'), record['broken'] === true);
      case 'online_page':
        return onlinePage(heap, numberOf(record, 'mfn'));
      case 'query_page_offline':
        return queryPageOffline(heap, numberOf(record, 'mfn'));
      case 'scrub_free_pages':
        return scrubFreePages(heap, request.cpu, {
          preempt: record['preempt'] === true,
          pages: optionalNumber(record, 'pages') ?? null,
        });
      case 'domain_create':
        this.#createDomain(record);
        return undefined;
      default:
        return this.#domainCall(record);
    }
  }

  #domainCall(record: WireRecord): unknown {
    const { heap } = this;
    const request = requestOf(record);
    const domain = this.#domainOf(record);
    if (domain === null) throw new Error(`${record.type}: unknown call, or no domain`);
    switch (record.type) {
      case 'domain_set_max_pages':
        domain.maxPages = numberOf(record, 'maxPages');
        return undefined;
      case 'domain_set_node_affinity':
        domain.affinity = affinityOf(record);
        return undefined;
      case 'domain_kill':
        domain.dying = true;
        return undefined;
      case 'relinquish_memory':
        return relinquishMemory(heap, domain, optionalNumber(record, 'pages') ?? Infinity);
      case 'domain_set_outstanding_pages':
        return setOutstandingPages(heap, domain, numberOf(record, 'pages'));
      case 'populate_physmap':
        return populatePhysmap(heap, request, domain);
      case 'assign_pages': {
        const mfn = numberOf(record, 'mfn');
        return assignPages(heap, domain, mfn, request.order, request.noRefcount);
      }
      default:
        throw new Error(`unknown call ${record.type}`);
    }
  }

  #createDomain(record: WireRecord): void {
    const id = numberOf(record, 'domain');
    const maxPages = numberOf(record, 'maxPages');
    const bits = optionalNumber(record, 'addressBits') ?? null;
    this.heap.domains.set(id, new Domain(id, maxPages, affinityOf(record), bits));
  }

  #domainOf(record: WireRecord): Domain | null {
    const id = optionalNumber(record, 'domain');
    if (id === undefined) return null;
    const domain = this.heap.domains.get(id);
    if (domain === undefined) throw new Error(`${record.type}: no domain ${id}`);
    return domain;
  }
}

function affinityOf(record: WireRecord): readonly number[] | null {
  const nodes = record['nodeAffinity'];
  return Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'number') : null;
}
