import { FLAG_EXTRA } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import { assertInvariant } from '../invariant/assert.ts';
import type { DomainDraft } from '../state/domain.ts';
import type { ListEnds } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';

/** The domain behind an owner field (id + 1), to be changed. */
export function ownerDomain(tx: Transaction, owner: number): DomainDraft {
  return tx.domain(owner - 1) ?? assertInvariant(`owner d${owner - 1} does not exist`);
}

/** The list of its owner that a block stands on (DOM-9). */
export function pageListOf(tx: Transaction, owner: number, meta: BlockMeta): ListEnds {
  const domain = ownerDomain(tx, owner);
  return (meta & FLAG_EXTRA) !== 0 ? domain.extra : domain.pages;
}
