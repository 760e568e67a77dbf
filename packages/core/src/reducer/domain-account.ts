import type { DomainDraft } from '../state/domain.ts';
import type { Transaction } from '../state/transaction.ts';

/** Changes a domain's total; in older versions its outstanding claim follows, down to 0 and up again (VER-1). */
export function adjustTotalPages(tx: Transaction, domain: DomainDraft, pages: number): void {
  domain.totalPages += pages;
  if (!tx.platform.xen.claimFollowsTotal || domain.outstandingPages === 0) return;
  const next = Math.max(domain.outstandingPages - pages, 0);
  tx.totals.claims += next - domain.outstandingPages;
  domain.outstandingPages = next;
}
