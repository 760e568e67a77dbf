import { CLEAN, KIND_FREE, KIND_FREE_PART, blockMeta } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import type { Transaction } from '../state/transaction.ts';
import { isAligned } from '../units/mfn.ts';
import { forEachAligned, prepare } from './block-surgery.ts';

/**
 * Puts a free block on its list: a clean one at the head, one with a first dirty page at the tail (BUDDY-3, VER-3).
 * Says at which end.
 * If it is aligned, the tables above it must be open.
 */
export function insertFree(
  tx: Transaction,
  node: number,
  zone: number,
  mfn: number,
  order: number,
  firstDirty: number,
): 'head' | 'tail' {
  const meta = isAligned(mfn, order)
    ? blockMeta(KIND_FREE, order, 0, firstDirty)
    : writeParts(tx, zone, mfn, order, firstDirty);
  if (firstDirty === CLEAN && !tx.platform.xen.insertsAtTail) {
    tx.lists.insertFirst(node, zone, order, mfn, meta);
    return 'head';
  }
  tx.lists.insertLast(node, zone, order, mfn, meta);
  return 'tail';
}

/** Writes all parts but the first of a block out of alignment (VER-2); returns word 0 of the first, which stands for the block. */
function writeParts(tx: Transaction, zone: number, mfn: number, order: number, firstDirty: number): BlockMeta {
  const { blocks } = tx;
  let first: BlockMeta = 0;
  forEachAligned(mfn, order, (at, part) => {
    prepare(tx, at, part);
    if (at === mfn) {
      first = blockMeta(KIND_FREE, part, order << 8, firstDirty);
      return;
    }
    blocks.write(at, blockMeta(KIND_FREE_PART, part), zone);
    blocks.setPrevious(at, part, mfn);
  });
  return first;
}
