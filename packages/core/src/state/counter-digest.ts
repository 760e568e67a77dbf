import type { Lanes } from '../memory/state-digest.ts';
import { SequenceHash } from '../memory/sequence-hash.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { Domain } from './domain.ts';
import type { HeapTotals, NodeHeap } from './heap-state.ts';
import type { ListEnds } from './page-list.ts';

/** Salts that keep the parts of the state apart in the digest. */
const COUNTERS = 1;
const DOMAIN = 2;

/** The parts of a state that are few and change with every call. */
export interface CounterView {
  readonly totals: HeapTotals;
  readonly nodes: readonly (NodeHeap | undefined)[];
  readonly bootRegions: readonly MfnRange[];
  readonly offlined: Readonly<ListEnds>;
  readonly broken: Readonly<ListEnds>;
}

/** What the counters of a state count for in the digest. The number of calls is no part of what a heap is. */
export function countersHash(view: CounterView): Lanes {
  const { totals, nodes, bootRegions, offlined, broken } = view;
  const { virq } = totals;
  const hash = new SequenceHash(COUNTERS);
  hash.add(totals.freePages);
  hash.add(totals.claims);
  hash.add(totals.dmaBits * 128 + totals.xenheapBits * 2 + (totals.active ? 1 : 0));
  hash.add(virq.threshold);
  hash.add(virq.high ?? -1);
  hash.add(virq.original);
  hash.add(virq.order);
  hash.add(totals.bootTable ?? -1);
  hash.add(offlined.first);
  hash.add(offlined.last);
  hash.add(broken.first);
  hash.add(broken.last);
  for (let id = 0; id < nodes.length; id++) {
    const node = nodes[id];
    if (node === undefined) continue;
    hash.add(id);
    hash.add(node.freePages);
    hash.add(node.needScrub * 2 + (node.ready ? 1 : 0));
  }
  // An index, not an iterator: there is none of them after boot, and this is asked after every call.
  for (let at = 0; at < bootRegions.length; at++) {
    const [start, end] = bootRegions[at] as MfnRange;
    hash.add(start);
    hash.add(end);
  }
  return hash;
}

/** What a domain counts for in the digest. */
export function domainHash(domain: Domain): Lanes {
  const hash = new SequenceHash(DOMAIN);
  hash.add(domain.id);
  hash.add(domain.maxPages);
  hash.add(domain.totalPages);
  hash.add(domain.extraPages);
  hash.add(domain.outstandingPages);
  hash.add(domain.lastNode * 2 + (domain.dying ? 1 : 0));
  hash.add(domain.addressBits ?? -1);
  hash.add(domain.pages.first);
  hash.add(domain.pages.last);
  hash.add(domain.extra.first);
  hash.add(domain.extra.last);
  const affinity = domain.nodeAffinity;
  // A set: the order in which its nodes were named is no part of what a domain is.
  if (affinity !== null) for (const node of affinity.toSorted((a, b) => a - b)) hash.add(node);
  return hash;
}
