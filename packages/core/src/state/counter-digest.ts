import { placeHash } from '../memory/state-digest.ts';
import type { StateDigest } from '../memory/state-digest.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { Domain } from './domain.ts';
import type { HeapTotals, NodeHeap } from './heap-state.ts';
import type { ListEnds } from './page-list.ts';

/** Salts that keep the parts of the state apart in the digest; 0 is the paged word memory. */
const SALT = { totals: 1, nodes: 2, boot: 3, offline: 4, domains: 5 } as const;

/** Takes a number below 2^53, which may be -1 for "none", into the digest or out of it. */
function toggleNumber(digest: StateDigest, place: number, value: number): void {
  const shifted = value + 1;
  digest.toggle(place, shifted | 0);
  digest.toggle(place ^ 0x5bd1e995, Math.floor(shifted / 0x100000000));
}

/** The parts of a state that are few and change with every call. */
export interface CounterView {
  readonly totals: HeapTotals;
  readonly nodes: readonly (NodeHeap | undefined)[];
  readonly bootRegions: readonly MfnRange[];
  readonly offlined: Readonly<ListEnds>;
  readonly broken: Readonly<ListEnds>;
}

/** Takes the counters of a state into the digest, or out of it. The number of calls is no part of what a heap is. */
export function toggleCounters(digest: StateDigest, view: CounterView): void {
  const { totals, nodes, bootRegions, offlined, broken } = view;
  const totalsPlace = placeHash(SALT.totals, 0);
  toggleNumber(digest, totalsPlace + 1, totals.freePages);
  toggleNumber(digest, totalsPlace + 2, totals.claims);
  toggleNumber(digest, totalsPlace + 3, totals.dmaBits * 128 + totals.xenheapBits * 2 + (totals.active ? 1 : 0));
  toggleNumber(digest, totalsPlace + 4, totals.virq.threshold);
  toggleNumber(digest, totalsPlace + 5, totals.virq.high ?? -1);
  toggleNumber(digest, totalsPlace + 6, totals.virq.original);
  toggleNumber(digest, totalsPlace + 7, totals.virq.order);
  toggleNumber(digest, totalsPlace + 8, totals.bootTable ?? -1);
  for (const node of nodes) {
    if (node === undefined) continue;
    const place = placeHash(SALT.nodes, node.id);
    toggleNumber(digest, place + 1, node.freePages);
    toggleNumber(digest, place + 2, node.needScrub);
    toggleNumber(digest, place + 3, node.ready ? 1 : 0);
  }
  for (let at = 0; at < bootRegions.length; at++) {
    const place = placeHash(SALT.boot, at);
    const [start, end] = bootRegions[at] as MfnRange;
    toggleNumber(digest, place + 1, start);
    toggleNumber(digest, place + 2, end);
  }
  const offlinePlace = placeHash(SALT.offline, 0);
  toggleNumber(digest, offlinePlace + 1, offlined.first);
  toggleNumber(digest, offlinePlace + 2, offlined.last);
  toggleNumber(digest, offlinePlace + 3, broken.first);
  toggleNumber(digest, offlinePlace + 4, broken.last);
}

/** Takes a domain into the digest, or out of it. */
export function toggleDomain(digest: StateDigest, domain: Domain): void {
  const place = placeHash(SALT.domains, domain.id);
  toggleNumber(digest, place + 1, domain.maxPages);
  toggleNumber(digest, place + 2, domain.totalPages);
  toggleNumber(digest, place + 3, domain.extraPages);
  toggleNumber(digest, place + 4, domain.outstandingPages);
  toggleNumber(digest, place + 5, domain.lastNode * 2 + (domain.dying ? 1 : 0));
  toggleNumber(digest, place + 6, domain.addressBits ?? -1);
  toggleNumber(digest, place + 7, domain.pages.first);
  toggleNumber(digest, place + 8, domain.pages.last);
  toggleNumber(digest, place + 9, domain.extra.first);
  toggleNumber(digest, place + 10, domain.extra.last);
  const affinity = domain.nodeAffinity;
  if (affinity !== null) for (const node of affinity) toggleNumber(digest, place + 32 + node, 1);
}
