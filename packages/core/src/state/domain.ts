import type { DomainId, NodeId } from '../units/ids.ts';
import { copyEnds } from './page-list.ts';
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

const GROUP_BITS = 5;
const GROUP_MASK: number = (1 << GROUP_BITS) - 1;

/** Domains by id, in two steps so that a change copies little: `[id >> 5][id & 31]`. */
export type DomainDirectory = readonly (readonly (Domain | undefined)[] | undefined)[];

/** The domain of this id, dying ones too. */
export function findDomain(domains: DomainDirectory, id: number): Domain | undefined {
  return domains[id >> GROUP_BITS]?.[id & GROUP_MASK];
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
  // Field by field, here and nowhere else, so that all domains have one shape: V8 compiles the reducer for it.
  return {
    id: domain.id,
    maxPages: domain.maxPages,
    totalPages: domain.totalPages,
    extraPages: domain.extraPages,
    outstandingPages: domain.outstandingPages,
    lastNode: domain.lastNode,
    dying: domain.dying,
    nodeAffinity: domain.nodeAffinity,
    addressBits: domain.addressBits,
    pages: copyEnds(domain.pages),
    extra: copyEnds(domain.extra),
  };
}

/** The directory with domains put in their places; groups that do not change are shared. */
export function withDomains(domains: DomainDirectory, changed: Iterable<Domain>): DomainDirectory {
  let directory: (DomainDirectory[number] | undefined)[] | undefined;
  const groups = new Map<number, (Domain | undefined)[]>();
  for (const domain of changed) {
    const at = domain.id >> GROUP_BITS;
    let group = groups.get(at);
    if (group === undefined) {
      group = domains[at]?.slice() ?? [];
      groups.set(at, group);
      directory ??= domains.slice();
      directory[at] = group;
    }
    group[domain.id & GROUP_MASK] = domain;
  }
  return directory ?? domains;
}
