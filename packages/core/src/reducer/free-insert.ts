import { CLEAN } from '../state/block-record.ts';
import type { Transaction } from '../state/transaction.ts';
import { writeFree } from './block-surgery.ts';

/** Puts a free block on its list: a clean one at the head, one with a first dirty page at the tail (BUDDY-3, VER-3). */
export function insertFree(
  tx: Transaction,
  node: number,
  zone: number,
  mfn: number,
  order: number,
  firstDirty: number,
): void {
  writeFree(tx, mfn, order, zone, firstDirty);
  if (firstDirty === CLEAN && !tx.platform.xen.insertsAtTail) tx.lists.pushFirst(node, zone, order, mfn);
  else tx.lists.pushLast(node, zone, order, mfn);
}
