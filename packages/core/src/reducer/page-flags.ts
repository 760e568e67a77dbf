import { FLAG_LISTED, isInUse, orderOf } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import type { BlockTable } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { orderPages } from '../units/order.ts';
import { forEachAligned, isolate } from './block-surgery.ts';
import { hex, stop } from './xen-stop.ts';

/**
 * Calls `visit` for every block in use that lies within the `2^order` pages at `mfn`, rising; a larger block is cut
 * first, so that none reaches beyond. Blocks that are not in use are passed over.
 */
export function forEachInUse(
  tx: Transaction,
  mfn: number,
  order: number,
  visit: (mfn: number, order: number, meta: BlockMeta) => void,
): void {
  const { blocks } = tx;
  forEachAligned(mfn, order, (first, part) => {
    const exact = blocks.metaAt(first, part);
    if (exact !== 0 && isInUse(exact)) {
      visit(first, part, exact);
      return;
    }
    const end = first + orderPages(part);
    for (let at = first; at < end;) {
      const meta = blocks.find(at);
      const size = Math.min(orderOf(meta), part);
      if (isInUse(meta)) visit(at, size, isolate(tx, at, size));
      at += orderPages(size);
    }
  });
}

/** Stops where pages are about to be freed that stand on a domain's page list: they would stay there (DOM-9). */
export function expectUnlisted(tx: Transaction, mfn: number, order: number): void {
  forEachInUse(tx, mfn, order, refuseListed);
}

function refuseListed(mfn: number, _order: number, meta: BlockMeta): void {
  if ((meta & FLAG_LISTED) !== 0) stop('BUG', 'DOM-9', `page ${hex(mfn)} is freed, but stands on a domain's page list`);
}

/** Sets and clears flags of pages in use. */
export function changeFlags(tx: Transaction, mfn: number, order: number, set: number, clear: number): void {
  const { blocks } = tx;
  tx.probe?.onTouch?.(mfn, order);
  const exact = blocks.metaAt(mfn, order);
  if (isInUse(exact)) changeMeta(blocks, mfn, exact, set, clear);
  else forEachInUse(tx, mfn, order, (at, _size, meta) => changeMeta(blocks, at, meta, set, clear));
}

function changeMeta(blocks: BlockTable, mfn: number, meta: BlockMeta, set: number, clear: number): void {
  const next = (meta | set) & ~clear;
  if (next !== meta) blocks.setMeta(mfn, next >>> 0);
}
