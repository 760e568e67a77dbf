import { orderPages } from '@heaplay/core';
import type { DomainCreate, DomainId, Mfn, Order, Placement } from '@heaplay/core';
import { Bag } from './bag.ts';
import { order } from './host.ts';
import type { Host } from './host.ts';

/** Order of a superpage of 2 MiB. */
export const SUPERPAGE: Order = order(9);
/** Order of a single page. */
export const SINGLE: Order = order(0);
/** Pages that Xen gives back of a dying domain before it looks whether other work waits. */
const RELINQUISH_STEP = 4096;
/** Orders of what Xen keeps for each domain: its own structure, two vCPUs, page tables, grant tables. */
const XEN_ORDERS = [0, 0, 0, 1, 2];

/** A block of some domain, or of Xen. */
export interface Block {
  readonly mfn: Mfn;
  readonly order: Order;
}

/** What else may be said of a domain that is created. */
export type DomainOptions = Pick<DomainCreate, 'nodeAffinity'>;

/** A domain of a workload: built extent by extent, run, and destroyed. */
export class BuiltDomain {
  readonly id: DomainId;
  readonly wanted: number;
  /** Single pages that it may give back. */
  readonly singles: Bag<Mfn> = new Bag();
  /** Superpages that it has in one piece. */
  readonly superpages: Bag<Mfn> = new Bag();
  pages = 0;
  /** It did not get all that it wanted. */
  failed = false;
  private readonly host: Host;
  private readonly placement: Placement;
  private readonly ofXen: Block[] = [];
  /** Single pages to come before a superpage is tried again. */
  private fallback = 0;

  /** Creates a domain that wants so many pages, with what Xen needs for it. */
  constructor(host: Host, id: DomainId, wanted: number, options: DomainOptions = {}, placement: Placement = {}) {
    this.host = host;
    this.id = id;
    this.wanted = wanted;
    this.placement = placement;
    host.recorder.domainCreate({ domain: id, maxPages: wanted, ...options });
    for (const size of XEN_ORDERS) {
      const mfn = host.recorder.allocXenheapPages({ order: order(size) });
      if (mfn !== null) this.ofXen.push({ mfn, order: order(size) });
    }
  }

  /** Has it got what it wanted, or given up? */
  get built(): boolean {
    return this.failed || this.pages >= this.wanted;
  }

  /** One more extent: a superpage, or a single page where there was none. Gives up where there is not even that. */
  buildStep(): void {
    const { recorder } = this.host;
    const { id, placement } = this;
    if (this.fallback === 0 && this.wanted - this.pages >= orderPages(SUPERPAGE)) {
      const mfn = recorder.populatePhysmap({ domain: id, order: SUPERPAGE, ...placement });
      if (mfn !== null) {
        this.superpages.add(mfn);
        this.pages += orderPages(SUPERPAGE);
        return;
      }
      this.fallback = orderPages(SUPERPAGE);
    }
    if (this.fallback > 0) this.fallback--;
    if (!this.populateSingle()) this.failed = true;
  }

  /** Balloons up by a page; false if it got none. */
  populateSingle(): boolean {
    const mfn = this.host.recorder.populatePhysmap({ domain: this.id, order: SINGLE, ...this.placement });
    if (mfn === null) return false;
    this.singles.add(mfn);
    this.pages++;
    return true;
  }

  /** Balloons down by a page, out of a superpage if it has no single ones; false if it has none at all. */
  giveBackSingle(): boolean {
    const { recorder, random } = this.host;
    if (this.singles.size === 0) this.shatter();
    const mfn = this.singles.takeAny(random);
    if (mfn === undefined) return false;
    recorder.freeDomheapPages({ mfn, order: SINGLE });
    this.pages--;
    return true;
  }

  /** Dies: gives its memory back in steps, then Xen what it kept for it. */
  *die(): Generator<void> {
    const { recorder } = this.host;
    recorder.domainKill({ domain: this.id });
    while (recorder.relinquishMemory({ domain: this.id, pages: RELINQUISH_STEP }) !== 0) yield;
    for (const block of this.ofXen.splice(0)) recorder.freeXenheapPages(block);
    yield;
  }

  /** One of its superpages is from now on single pages, as far as it is concerned. */
  private shatter(): void {
    const first = this.superpages.takeAny(this.host.random);
    if (first === undefined) return;
    for (let at = 0; at < orderPages(SUPERPAGE); at++) this.singles.add((first + at) as Mfn);
  }
}
