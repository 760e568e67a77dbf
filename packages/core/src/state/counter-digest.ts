import { StateDigest, placeHash } from '../memory/state-digest.ts';
import type { Lanes } from '../memory/state-digest.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { Domain } from './domain.ts';
import type { HeapTotals, NodeHeap } from './heap-state.ts';
import type { ListEnds } from './page-list.ts';

/** The parts of a state that are few and change with every call. */
export interface CounterView {
  readonly totals: HeapTotals;
  readonly nodes: readonly (NodeHeap | undefined)[];
  readonly bootRegions: readonly MfnRange[];
  readonly offlined: Readonly<ListEnds>;
  readonly broken: Readonly<ListEnds>;
}

/** Salts that keep the parts of the state apart in the digest; 0 is the paged word memory. */
const TOTALS = placeHash(1, 0);
const VIRQ = placeHash(2, 0);
const WIDTHS = placeHash(3, 0);
const OFFLINE = placeHash(4, 0);
const BOOT = 5;
const NODE = 6;
const DOMAIN = 7;

/** Numbers that a group holds. */
const GROUP = 4;
const FIXED_GROUPS = 4;

/**
 * What the counters of a state count for in the digest, kept up to date: in groups of four numbers, of which those that
 * did not change since the last time are not hashed again. The number of calls is no part of what a heap is.
 */
export class CounterDigest implements Lanes {
  private readonly sum = new StateDigest(0, 0);
  private readonly seen: number[];
  /** Where each node's group stands in the digest. */
  private readonly nodePlaces: readonly number[];
  private regions: readonly MfnRange[] = [];

  constructor(view: CounterView) {
    this.nodePlaces = view.nodes.map((_, id) => placeHash(NODE, id));
    this.seen = new Array<number>((FIXED_GROUPS + view.nodes.length) * GROUP).fill(0);
    this.settle(view);
  }

  get low(): number {
    return this.sum.low;
  }

  get high(): number {
    return this.sum.high;
  }

  /** Brings it up to date. */
  settle(view: CounterView): void {
    const { totals, nodes, offlined, broken } = view;
    const { virq } = totals;
    const flags = totals.xenheapBits * 2 + (totals.active ? 1 : 0);
    this.group(0, TOTALS, totals.freePages, totals.claims, 0, 0);
    this.group(1, VIRQ, virq.threshold, virq.high ?? -1, virq.original, virq.order);
    this.group(2, WIDTHS, totals.dmaBits, flags, totals.bootTable ?? -1, 0);
    this.group(3, OFFLINE, offlined.first, offlined.last, broken.first, broken.last);
    for (let id = 0; id < nodes.length; id++) {
      const node = nodes[id];
      if (node === undefined) continue;
      const place = this.nodePlaces[id] as number;
      this.group(FIXED_GROUPS + id, place, node.freePages, node.needScrub, node.ready ? 1 : 0, 0);
    }
    if (view.bootRegions !== this.regions) this.settleRegions(view.bootRegions);
  }

  private group(index: number, place: number, a: number, b: number, c: number, d: number): void {
    const { seen, sum } = this;
    const at = index * GROUP;
    const p = seen[at] as number;
    const q = seen[at + 1] as number;
    const r = seen[at + 2] as number;
    const s = seen[at + 3] as number;
    if (a === p && b === q && c === r && d === s) return;
    sum.toggleNumbers(place, p, q, r, s);
    sum.toggleNumbers(place, a, b, c, d);
    seen[at] = a;
    seen[at + 1] = b;
    seen[at + 2] = c;
    seen[at + 3] = d;
  }

  private settleRegions(regions: readonly MfnRange[]): void {
    for (const list of [this.regions, regions]) {
      list.forEach(([start, end], at) => this.sum.toggleNumbers(placeHash(BOOT, at), start + 1, end, 0, 0));
    }
    this.regions = regions;
  }
}

/** What the counters of a state count for in the digest, from scratch. */
export function countersHash(view: CounterView): Lanes {
  return new CounterDigest(view);
}

/** What a domain counts for in the digest. */
export function domainHash(domain: Domain): Lanes {
  const hash = new StateDigest(0, 0);
  const place = placeHash(DOMAIN, domain.id);
  const { pages, extra, nodeAffinity } = domain;
  // The affinity is a set: the order in which its nodes were named is no part of what a domain is.
  const nodes = nodeAffinity === null ? -1 : nodeAffinity.reduce((bits, node) => bits ^ placeHash(NODE, node), 0) >>> 0;
  const last = domain.lastNode * 2 + (domain.dying ? 1 : 0);
  hash.toggleNumbers(place, domain.maxPages + 1, domain.totalPages, domain.extraPages, domain.outstandingPages);
  hash.toggleNumbers(place + 1, last, domain.addressBits ?? -1, nodes, 0);
  hash.toggleNumbers(place + 2, pages.first, pages.last, extra.first, extra.last);
  return hash;
}
