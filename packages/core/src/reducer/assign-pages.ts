import { NO_REFCOUNT, hasFlag } from '../call/mem-flags.ts';
import { FLAG_EXTRA, FLAG_LISTED, isInUse } from '../state/block-record.ts';
import type { DomainDraft } from '../state/domain.ts';
import { writeAppended } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';
import { orderPages } from '../units/order.ts';
import { adjustTotalPages } from './domain-account.ts';
import { E2BIG, EINVAL, EPERM } from './errno.ts';
import { forEachInUse } from './page-flags.ts';

/** Gives pages in use to a domain (DOM-6); 0 or an errno. */
export function assignPages(tx: Transaction, domain: DomainDraft, mfn: number, order: number, flags: number): number {
  const onStep = tx.probe?.onStep;
  if (onStep === undefined) return assign(tx, domain, mfn, order, flags);
  const { dying, totalPages, extraPages, maxPages } = domain;
  const errno = assign(tx, domain, mfn, order, flags);
  onStep({ step: 'assign', errno, dying, ordinaryPages: totalPages - extraPages, maxPages });
  return errno;
}

function assign(tx: Transaction, domain: DomainDraft, mfn: number, order: number, flags: number): number {
  if (domain.dying) return EINVAL;
  const pages = orderPages(order);
  const { blocks } = tx;
  const exact = blocks.metaAt(mfn, order);
  const extra = ((exact === 0 ? blocks.find(mfn) : exact) & FLAG_EXTRA) !== 0;
  const counted = extra || !hasFlag(flags, NO_REFCOUNT);
  if (extra) domain.extraPages += pages;
  else if (counted) {
    const ordinary = domain.totalPages - domain.extraPages;
    if (ordinary > domain.maxPages) return EPERM;
    if (domain.maxPages - ordinary < pages) return E2BIG;
  }
  if (counted) adjustTotalPages(tx, domain, pages);
  tx.probe?.onTouch?.(mfn, order);
  const list = extra ? domain.extra : domain.pages;
  const owner = domain.id + 1;
  if (!counted) forEachInUse(tx, mfn, order, (at, size) => blocks.setOwner(at, size, owner));
  else if (isInUse(exact)) writeAppended(list, blocks, mfn, order, (exact | FLAG_LISTED) >>> 0, owner);
  else {
    forEachInUse(tx, mfn, order, (at, size, meta) => {
      writeAppended(list, blocks, at, size, (meta | FLAG_LISTED) >>> 0, owner);
    });
  }
  return 0;
}
