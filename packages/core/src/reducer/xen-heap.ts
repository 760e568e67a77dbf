import { NO_SCRUB, withFlags } from '../call/mem-flags.ts';
import { FLAG_XEN_HEAP } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { allocateBlock } from './buddy-alloc.ts';
import { freeBlock } from './buddy-free.ts';
import { allocDomheapPages } from './dom-heap.ts';
import { changeFlags } from './page-flags.ts';

/** A request for pages of the xen heap. */
export interface XenheapRequest {
  readonly order: number;
  readonly flags: number;
  readonly node: number;
  readonly bits: number | undefined;
  readonly cpu: number;
}

/** Allocates always-mapped pages (XEN-1, XEN-3); the first frame, or {@link NIL}. */
export function allocXenheapPages(tx: Transaction, request: XenheapRequest): number {
  const flags = withFlags(request.flags, NO_SCRUB);
  if (tx.platform.separateXenHeap) {
    return allocateBlock(tx, { ...request, flags, zoneLo: 0, zoneHi: 0, domain: undefined });
  }
  const { xenheapBits } = tx.totals;
  const asked = request.bits !== undefined && xenheapBits !== 0 && request.bits > xenheapBits ? undefined : request.bits;
  const bits = asked ?? (xenheapBits === 0 ? undefined : xenheapBits);
  const mfn = allocDomheapPages(tx, { ...request, flags, bits, domain: undefined });
  if (mfn !== NIL) changeFlags(tx, mfn, request.order, FLAG_XEN_HEAP, 0);
  return mfn;
}

/** Returns pages of the xen heap (XEN-1, XEN-4). */
export function freeXenheapPages(tx: Transaction, mfn: number, order: number): void {
  if (tx.platform.separateXenHeap) {
    freeBlock(tx, mfn, order, false);
    return;
  }
  changeFlags(tx, mfn, order, 0, FLAG_XEN_HEAP);
  freeBlock(tx, mfn, order, true);
}
