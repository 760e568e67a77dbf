import type { DomainId, NodeId } from '../units/ids.ts';
import type { CallBase } from './call-base.ts';

/** A domain comes into being. */
export interface DomainCreate extends CallBase<'domain_create'> {
  readonly domain: DomainId;
  /** Most pages that it may have. */
  readonly maxPages: number;
  /** Nodes that its memory comes from first; absent: all. */
  readonly nodeAffinity?: readonly NodeId[];
  /** Width in bits of the addresses that it can use; absent: any. */
  readonly addressBits?: number;
}

/** Changes the most pages that a domain may have. */
export interface DomainSetMaxPages extends CallBase<'domain_set_max_pages'> {
  readonly domain: DomainId;
  readonly maxPages: number;
}

/** Changes the nodes that a domain's memory comes from first (NUMA-2). */
export interface DomainSetNodeAffinity extends CallBase<'domain_set_node_affinity'> {
  readonly domain: DomainId;
  readonly nodeAffinity: readonly NodeId[];
}

/** The domain is dying from now on (DOM-9). */
export interface DomainKill extends CallBase<'domain_kill'> {
  readonly domain: DomainId;
}

/** Frees pages of a domain's ordinary list from its head, at most `pages` of them (DOM-9). */
export interface RelinquishMemory extends CallBase<'relinquish_memory'> {
  readonly domain: DomainId;
  readonly pages?: number;
}

/** Claims memory for a domain ahead of its allocation; 0 cancels the claim (CLAIM-1). */
export interface DomainSetOutstandingPages extends CallBase<'domain_set_outstanding_pages'> {
  readonly domain: DomainId;
  readonly pages: number;
}

/** Calls on a domain's account. */
export type DomainCall =
  | DomainCreate
  | DomainSetMaxPages
  | DomainSetNodeAffinity
  | DomainKill
  | RelinquishMemory
  | DomainSetOutstandingPages;

/** What {@link DomainCall}s return: pages freed, or an errno. */
export interface DomainResults {
  readonly domain_create: undefined;
  readonly domain_set_max_pages: undefined;
  readonly domain_set_node_affinity: undefined;
  readonly domain_kill: undefined;
  readonly relinquish_memory: number;
  readonly domain_set_outstanding_pages: number;
}
