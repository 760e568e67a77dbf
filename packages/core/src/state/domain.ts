import type { DomainId, NodeId } from '../units/ids.ts';
import type { ListEnds } from './page-list.ts';

/** A domain's account of memory. */
export interface Domain {
  readonly id: DomainId;
  readonly maxPages: number;
  /** Pages that count, the *extra* ones among them. */
  readonly totalPages: number;
  readonly extraPages: number;
  /** Pages claimed and not yet allocated (CLAIM-1). */
  readonly outstandingPages: number;
  /** Node that the last allocation came from; the next one starts behind it (NUMA-2). */
  readonly lastNode: NodeId;
  readonly dying: boolean;
  /** Nodes that its memory comes from first; null: all. */
  readonly nodeAffinity: readonly NodeId[] | null;
  /** Width in bits of the addresses that it can use; null: any. */
  readonly addressBits: number | null;
  /** The ordinary page list (DOM-9). */
  readonly pages: Readonly<ListEnds>;
  /** The list of the extra pages (DOM-9). */
  readonly extra: Readonly<ListEnds>;
}

/** A domain while a transaction works on it. */
export type DomainDraft = {
  -readonly [K in keyof Domain]: Domain[K] extends Readonly<ListEnds> ? ListEnds : Domain[K];
};

/** Domains by id, in two steps so that a change copies little: `[id >> 8][id & 255]`. */
export type DomainDirectory = readonly (readonly (Domain | undefined)[] | undefined)[];

/** The domain of this id, dying ones too. */
export function findDomain(domains: DomainDirectory, id: number): Domain | undefined {
  return domains[id >> 8]?.[id & 0xff];
}

/** Every domain, by rising id. */
export function* eachDomain(domains: DomainDirectory): Generator<Domain> {
  for (const group of domains) {
    if (group === undefined) continue;
    for (const domain of group) if (domain !== undefined) yield domain;
  }
}

/** A copy that may be written. */
export function draftDomain(domain: Domain): DomainDraft {
  return { ...domain, pages: { ...domain.pages }, extra: { ...domain.extra } };
}
