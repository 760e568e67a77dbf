import type { DomainCreate } from '../call/domain-calls.ts';
import { NIL } from '../state/block-table.ts';
import { draftDomain } from '../state/domain.ts';
import type { Domain } from '../state/domain.ts';
import type { Transaction } from '../state/transaction.ts';
import type { NodeId } from '../units/ids.ts';
import { InputError } from './input-error.ts';

/** A domain comes into being. The id of a dead one that holds no pages any more may be used again. */
export function createDomain(tx: Transaction, call: DomainCreate): void {
  const before = tx.readDomain(call.domain);
  if (before !== undefined && !(before.dying && before.totalPages === 0)) {
    throw new InputError({
      field: 'domain',
      found: `d${call.domain}`,
      expected: 'an id that no living domain has',
      hint: 'domain_kill and relinquish_memory come before an id is used again',
    });
  }
  const cancelled = before?.outstandingPages ?? 0;
  tx.totals.claims -= cancelled;
  const domain: Domain = {
    id: call.domain,
    maxPages: call.maxPages,
    totalPages: 0,
    extraPages: 0,
    outstandingPages: 0,
    lastNode: 0 as NodeId,
    dying: false,
    nodeAffinity: call.nodeAffinity ?? null,
    addressBits: call.addressBits ?? null,
    pages: { first: NIL, last: NIL },
    extra: { first: NIL, last: NIL },
  };
  tx.addDomain(call.domain, draftDomain(domain));
  // Its predecessor's page tables are gone, and the map cache with them (X86MAP-1).
  if (tx.hasMappings) tx.space.forgetDomain(call.domain);
}
