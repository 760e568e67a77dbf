import type { CallResult, HeapCall } from '../call/call.ts';
import type { DomainId } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';
import { NIL } from '../state/block-table.ts';
import type { DomainDraft } from '../state/domain.ts';
import type { Transaction } from '../state/transaction.ts';
import { assertUnreachable } from '../invariant/assert.ts';
import { assignPages } from './assign-pages.ts';
import {
  allocBootPages,
  endBootAllocator,
  heapInitLate,
  initBootPages,
  initDomheapPages,
  initXenheapPages,
  xenheapMaxMfn,
} from './boot.ts';
import { allocateBlock } from './buddy-alloc.ts';
import { freeBlock } from './buddy-free.ts';
import { InputError, checkBlock } from './input-error.ts';
import { setOutstandingPages } from './claims.ts';
import { allocDomheapPages, freeDomheapPages, populatePhysmap, relinquishMemory } from './dom-heap.ts';
import { createDomain } from './domains.ts';
import { ensureNodeHeap } from './heap-range.ts';
import { mapDomainPage, mapDomainPageGlobal, unmapDomainPage, unmapDomainPageGlobal } from './map-domain-page.ts';
import { vmap, vunmap } from './vmap.ts';
import { accessFault, frameAt, mfnToVirt } from '../mapping/translate.ts';
import { offlinePage, onlinePage, queryPageOffline } from './offline.ts';
import { expectUnlisted } from './page-flags.ts';
import { PageRequest } from './request.ts';
import { scrubFreePages } from './scrub.ts';
import { allocXenheapPages, freeXenheapPages } from './xen-heap.ts';

/** Carries out one call on a transaction and returns its result. Throws `XenStop` where Xen would stop. */
export function reduceCall(tx: Transaction, call: HeapCall): CallResult {
  switch (call.type) {
    // The calls that make up nearly all of a trace come first: the cases are tried in their order.
    case 'alloc_domheap_pages': {
      const domain = call.domain === undefined ? undefined : knownDomain(tx, call.domain);
      return frameOrNull(allocDomheapPages(tx, PageRequest.of(call, domain)));
    }
    case 'free_domheap_pages':
      checkBlock(tx.platform, call.mfn, call.order);
      return freeDomheapPages(tx, call.mfn, call.order) as undefined;
    case 'alloc_xenheap_pages':
      return frameOrNull(allocXenheapPages(tx, PageRequest.of(call, undefined)));
    case 'free_xenheap_pages':
      checkBlock(tx.platform, call.mfn, call.order);
      return freeXenheapPages(tx, call.mfn, call.order) as undefined;
    case 'populate_physmap': {
      const domain = knownDomain(tx, call.domain);
      return frameOrNull(populatePhysmap(tx, PageRequest.of(call, domain), domain));
    }
    case 'assign_pages':
      checkBlock(tx.platform, call.mfn, call.order);
      return assignPages(tx, knownDomain(tx, call.domain), call.mfn, call.order, call.flags ?? 0);
    case 'alloc_heap_pages': {
      const domain = call.domain === undefined ? undefined : knownDomain(tx, call.domain);
      const { zoneLo, zoneHi } = call;
      tx.probe?.onStep?.({ step: 'zones', zoneLo, zoneHi, purpose: 'asked' });
      return frameOrNull(allocateBlock(tx, PageRequest.of(call, domain), zoneLo, zoneHi));
    }
    case 'free_heap_pages':
      checkBlock(tx.platform, call.mfn, call.order);
      ensureNodeHeap(tx, call.mfn);
      expectUnlisted(tx, call.mfn, call.order);
      return freeBlock(tx, call.mfn, call.order, call.dirty) as undefined;
    case 'scrub_free_pages':
      return scrubFreePages(tx, call.cpu ?? 0, call.preempt ?? false, call.pages);
    case 'init_boot_pages':
      return initBootPages(tx, call.start, call.end) as undefined;
    case 'alloc_boot_pages':
      return allocBootPages(tx, call.pages, call.align) as Mfn;
    case 'end_boot_allocator':
      return endBootAllocator(tx);
    case 'init_xenheap_pages':
      return initXenheapPages(tx, call.start, call.end) as undefined;
    case 'init_domheap_pages':
      return initDomheapPages(tx, call.start, call.end) as undefined;
    case 'xenheap_max_mfn':
      return xenheapMaxMfn(tx, call.mfn);
    case 'heap_init_late':
      return heapInitLate(tx);
    case 'set_system_state':
      tx.totals.active = true;
      return undefined;
    case 'domain_create':
      return createDomain(tx, call) as undefined;
    case 'domain_set_max_pages':
      knownDomain(tx, call.domain).maxPages = call.maxPages;
      return undefined;
    case 'domain_set_node_affinity':
      knownDomain(tx, call.domain).nodeAffinity = call.nodeAffinity;
      return undefined;
    case 'domain_kill':
      knownDomain(tx, call.domain).dying = true;
      return undefined;
    case 'relinquish_memory':
      return relinquishMemory(tx, knownDomain(tx, call.domain), call.pages ?? Infinity);
    case 'domain_set_outstanding_pages':
      return setOutstandingPages(tx, knownDomain(tx, call.domain), call.pages);
    case 'offline_page':
      return offlinePage(tx, call.mfn, call.broken);
    case 'online_page':
      return onlinePage(tx, call.mfn);
    case 'query_page_offline':
      return queryPageOffline(tx, call.mfn);
    case 'map_domain_page':
      return mapDomainPage(tx, call);
    case 'unmap_domain_page':
      return unmapDomainPage(tx, call) as undefined;
    case 'map_domain_page_global':
      return mapDomainPageGlobal(tx, call);
    case 'unmap_domain_page_global':
      return unmapDomainPageGlobal(tx, call.va) as undefined;
    case 'vmap':
      return vmap(tx, call.mfns, call.cpu ?? 0, call.result);
    case 'vunmap':
      return vunmap(tx, call.va) as undefined;
    case 'mfn_to_virt':
      return mfnToVirt(tx, call.mfn);
    case 'virt_to_mfn':
      return frameAt(tx, call.va, call.cpu ?? 0);
    case 'access':
      return accessFault(tx, call.va, call.cpu ?? 0) ?? 'ok';
    default:
      return assertUnreachable(call);
  }
}

function frameOrNull(mfn: number): Mfn | null {
  return mfn === NIL ? null : (mfn as Mfn);
}

function knownDomain(tx: Transaction, id: DomainId): DomainDraft {
  const domain = tx.domain(id);
  if (domain === undefined) {
    throw new InputError({
      field: 'domain',
      found: `d${id}`,
      expected: 'a domain that an earlier domain_create made',
      hint: 'is the beginning of the trace missing?',
    });
  }
  return domain;
}
