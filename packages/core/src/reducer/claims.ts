import type { DomainDraft } from '../state/domain.ts';
import type { Transaction } from '../state/transaction.ts';
import { EINVAL, ENOMEM } from './errno.ts';

/** Claims memory for a domain, so that in the end it has `pages` (CLAIM-1); 0 or an errno. */
export function setOutstandingPages(tx: Transaction, domain: DomainDraft, pages: number): number {
  const { totals } = tx;
  if (pages === 0) {
    totals.claims -= domain.outstandingPages;
    domain.outstandingPages = 0;
    return 0;
  }
  if (domain.outstandingPages > 0) return EINVAL;
  const owned = domain.totalPages - domain.extraPages;
  if (pages <= owned || pages > domain.maxPages) return EINVAL;
  const claim = pages - owned;
  if (claim > totals.freePages - totals.claims) return ENOMEM;
  domain.outstandingPages = claim;
  totals.claims += claim;
  return 0;
}
