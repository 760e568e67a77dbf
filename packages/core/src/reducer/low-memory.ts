import type { Transaction } from '../state/transaction.ts';

/** Raises the low-memory interrupt if it is due, and moves its threshold (VIRQ-2). */
export function checkLowMemory(tx: Transaction): void {
  const { totals } = tx;
  const { virq } = totals;
  const unclaimed = totals.freePages - totals.claims;
  // The difference is unsigned: while claims exceed what is free, it is huge.
  const available = unclaimed < 0 ? Infinity : unclaimed;
  if (available <= virq.threshold) {
    tx.virqs++;
    virq.high = 2 ** (virq.order + 1);
    if (virq.order > 0) {
      virq.order--;
      virq.threshold = 2 ** virq.order;
    }
    return;
  }
  if (virq.high !== null && available >= virq.high) {
    virq.order++;
    virq.threshold = 2 ** virq.order;
    virq.high = virq.threshold === virq.original ? null : 2 ** (virq.order + 2);
  }
}
