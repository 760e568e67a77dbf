import { NO_SCRUB, withFlags } from '../call/mem-flags.ts';
import { FLAG_XEN_HEAP } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { allocateBlock } from './buddy-alloc.ts';
import { freeBlock } from './buddy-free.ts';
import { allocDomheapPages } from './dom-heap.ts';
import { changeFlags, expectUnlisted } from './page-flags.ts';
import { ANY_BITS } from './request.ts';
import type { PageRequest } from './request.ts';

/** Allocates always-mapped pages (XEN-1, XEN-3); the first frame, or {@link NIL}. */
export function allocXenheapPages(tx: Transaction, request: PageRequest): number {
  const flags = withFlags(request.flags, NO_SCRUB);
  if (tx.platform.separateXenHeap) {
    tx.probe?.onStep?.({ step: 'zones', zoneLo: 0, zoneHi: 0, purpose: 'xen-heap' });
    return allocateBlock(tx, request.withFlags(flags), 0, 0);
  }
  const { xenheapBits } = tx.totals;
  const tooWide = xenheapBits !== ANY_BITS && request.bits > xenheapBits;
  const bits = tooWide || request.bits === ANY_BITS ? xenheapBits : request.bits;
  const mfn = allocDomheapPages(tx, request.withFlagsAndBits(flags, bits));
  if (mfn !== NIL) changeFlags(tx, mfn, request.order, FLAG_XEN_HEAP, 0);
  return mfn;
}

/** Returns pages of the xen heap (XEN-1, XEN-4). */
export function freeXenheapPages(tx: Transaction, mfn: number, order: number): void {
  expectUnlisted(tx, mfn, order);
  if (tx.platform.separateXenHeap) {
    freeBlock(tx, mfn, order, false);
    return;
  }
  changeFlags(tx, mfn, order, 0, FLAG_XEN_HEAP);
  freeBlock(tx, mfn, order, true);
}
