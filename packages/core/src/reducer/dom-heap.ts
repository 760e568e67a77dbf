import {
  KEEP_SCRUB,
  NO_DMA,
  NO_OWNER,
  NO_REFCOUNT,
  NO_SCRUB,
  NO_TLBFLUSH,
  NO_ICACHE_FLUSH,
  hasFlag,
  withFlags,
  withoutFlags,
} from '../call/mem-flags.ts';
import { FLAG_EXTRA, FLAG_LISTED, FLAG_XEN_HEAP, isInUse, orderOf } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { DomainDraft } from '../state/domain.ts';
import { removeBlock } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';
import { bitLength } from '../units/mfn.ts';
import { MAX_ORDER, orderPages } from '../units/order.ts';
import { assignPages } from './assign-pages.ts';
import { allocateBlock } from './buddy-alloc.ts';
import { freeBlock } from './buddy-free.ts';
import { adjustTotalPages } from './domain-account.ts';
import { changeFlags, expectUnlisted, forEachInUse } from './page-flags.ts';
import { ownerDomain } from './page-owner.ts';
import { ANY_BITS } from './request.ts';
import { hex, stop } from './xen-stop.ts';
import type { PageRequest } from './request.ts';

/** Allocates pages for a domain or for nobody (DOM-1 to DOM-5); the first frame, or {@link NIL}. */
export function allocDomheapPages(tx: Transaction, request: PageRequest): number {
  const { domain, order } = request;
  const { xen } = tx.platform;
  const owned = domain !== undefined && !hasFlag(request.flags, NO_OWNER);
  let flags = hasFlag(request.flags, NO_OWNER) ? withFlags(request.flags, NO_REFCOUNT) : request.flags;
  const mfn = searchDomheap(tx, request.withFlags(flags), highestZone(tx, request));
  if (mfn === NIL || !owned) return mfn;

  if (hasFlag(flags, NO_REFCOUNT) && xen.marksExtra) {
    changeFlags(tx, mfn, order, FLAG_EXTRA, 0);
    flags = withoutFlags(flags, NO_REFCOUNT);
  }
  if (hasFlag(flags, KEEP_SCRUB)) return mfn;
  if (assignPages(tx, domain, mfn, order, flags) !== 0) {
    freeBlock(tx, mfn, order, hasFlag(flags, NO_SCRUB));
    return NIL;
  }
  return mfn;
}

/** The highest zone that a request may use (DOM-1). */
function highestZone(tx: Transaction, request: PageRequest): number {
  const { domain, bits, flags } = request;
  const { platform } = tx;
  const limit = domain === undefined || hasFlag(flags, NO_OWNER) ? null : domain.addressBits;
  const width = Math.min(bits === ANY_BITS ? Infinity : bits, limit ?? Infinity);
  return Math.min(platform.bitsToZone(width), platform.zones - 1);
}

/** Above the DMA zone first, then everywhere (DOM-3, DOM-4). */
function searchDomheap(tx: Transaction, request: PageRequest, zoneHi: number): number {
  const { dmaBits } = tx.totals;
  const { platform } = tx;
  const onStep = tx.probe?.onStep;
  const noDma = hasFlag(request.flags, NO_DMA);
  if (dmaBits !== 0) {
    const dmaZone = platform.bitsToZone(dmaBits);
    if (dmaZone < zoneHi) {
      onStep?.({ step: 'zones', zoneLo: dmaZone + 1, zoneHi, purpose: 'above-dma' });
      const mfn = allocateBlock(tx, request, dmaZone + 1, zoneHi);
      if (mfn !== NIL) return mfn;
    }
  }
  if (noDma && (dmaBits !== 0 || platform.xen.noDmaNeedsZone)) {
    onStep?.({ step: 'dma-refused', dmaBits });
    return NIL;
  }
  onStep?.({ step: 'zones', zoneLo: 1, zoneHi, purpose: 'all' });
  return allocateBlock(tx, request, 1, zoneHi);
}

/** Returns pages of the dom heap (DOM-7). */
export function freeDomheapPages(tx: Transaction, mfn: number, order: number): void {
  const { blocks } = tx;
  // Most often the block is freed as it was allocated.
  const exact = blocks.metaAt(mfn, order);
  const meta = exact === 0 ? blocks.find(mfn) : exact;
  if ((meta & FLAG_XEN_HEAP) !== 0 || tx.platform.inXenHeapRange(mfn)) return;
  const owner = exact === 0 ? blocks.word1(blocks.head, orderOf(meta)) & 0xffff : blocks.word1(mfn, order) & 0xffff;
  if (owner === 0 || !isInUse(meta)) {
    expectUnlisted(tx, mfn, order);
    freeBlock(tx, mfn, order, true);
    return;
  }
  const domain = ownerDomain(tx, owner);
  const counted = isInUse(exact) ? disownBlock(tx, domain, mfn, order, exact) : disownParts(tx, domain, mfn, order);
  adjustTotalPages(tx, domain, -counted);
  freeBlock(tx, mfn, order, domain.dying || tx.platform.config.scrubDomheap);
}

/**
 * Takes a block that is about to be freed from its owner's lists; returns how many of its pages counted. Owner and
 * flags are forgotten with the record, when the pages are freed.
 */
function disownBlock(tx: Transaction, domain: DomainDraft, mfn: number, order: number, meta: BlockMeta): number {
  if ((meta & FLAG_EXTRA) !== 0) domain.extraPages -= orderPages(order);
  if ((meta & FLAG_LISTED) === 0) return 0;
  removeBlock((meta & FLAG_EXTRA) !== 0 ? domain.extra : domain.pages, tx.blocks, mfn, order);
  return orderPages(order);
}

/** The same for pages that are spread over several blocks, or are a part of one. */
function disownParts(tx: Transaction, domain: DomainDraft, mfn: number, order: number): number {
  let counted = 0;
  forEachInUse(tx, mfn, order, (at, size, meta) => {
    if ((tx.blocks.word1(at, size) & 0xffff) !== domain.id + 1) {
      stop('BUG', 'DOM-7', `pages of d${domain.id} and others, at ${hex(at)}, are freed as one block`);
    }
    counted += disownBlock(tx, domain, at, size, meta);
  });
  return counted;
}

/** One extent of a domain that is being built (DOM-8, VER-1). */
export function populatePhysmap(tx: Transaction, request: PageRequest, domain: DomainDraft): number {
  if (!tx.platform.xen.populateInTwoSteps) return allocDomheapPages(tx, request);
  const flags = withFlags(request.flags, NO_SCRUB, KEEP_SCRUB, NO_TLBFLUSH, NO_ICACHE_FLUSH);
  const mfn = allocDomheapPages(tx, request.withFlags(flags));
  if (mfn === NIL) return NIL;
  tx.dirty.assign(mfn, request.order, false);
  if (assignPages(tx, domain, mfn, request.order, withoutFlags(flags, NO_SCRUB | KEEP_SCRUB)) !== 0) {
    freeDomheapPages(tx, mfn, request.order);
    return NIL;
  }
  return mfn;
}

/** Frees the ordinary pages of a domain one by one from the head of its list, at most `limit`; returns how many (DOM-9, REL-1). */
export function relinquishMemory(tx: Transaction, domain: DomainDraft, limit: number): number {
  let freed = 0;
  while (freed < limit && domain.pages.first !== NIL) {
    const mfn = domain.pages.first;
    const whole = tx.blocks.orderAt(mfn);
    const order = Math.min(whole, bitLength(Math.min(limit - freed, orderPages(MAX_ORDER))) - 1);
    freeDomheapPages(tx, mfn, order);
    freed += orderPages(order);
  }
  return freed;
}
