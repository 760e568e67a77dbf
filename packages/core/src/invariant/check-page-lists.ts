import {
  FLAG_EXTRA,
  FLAG_LISTED,
  FLAG_OFFLINING,
  KIND_IN_USE,
  KIND_OFFLINED,
  flagsOf,
  isFree,
  isInUse,
  kindOf,
} from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { BlockRecord } from '../state/each-block.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { ListEnds } from '../state/page-list.ts';
import { orderPages } from '../units/order.ts';
import { hex } from './violation.ts';
import type { ReportViolation } from './violation.ts';

/** The part of the invariants that concerns pages which are not free: domains' lists and accounts, offlined pages. */
export class PageListCheck {
  private readonly heap: HeapReader;
  private readonly blocks: readonly BlockRecord[];
  private readonly report: ReportViolation;

  constructor(heap: HeapReader, blocks: readonly BlockRecord[], report: ReportViolation) {
    this.heap = heap;
    this.blocks = blocks;
    this.report = report;
  }

  /** Reports what does not hold. */
  run(): void {
    this.checkDomains();
    this.checkOffline();
  }

  private checkDomains(): void {
    const { heap } = this;
    const listed = new Map<number, number>();
    for (const { mfn, order, meta, owner } of this.blocks) {
      if (!isInUse(meta) || (flagsOf(meta) & FLAG_LISTED) === 0) continue;
      if (owner === 0) this.report('domains', `block ${hex(mfn)} stands on a page list but has no owner`);
      else listed.set(owner - 1, (listed.get(owner - 1) ?? 0) + orderPages(order));
    }
    let claims = 0;
    for (const domain of heap.eachDomain()) {
      if (domain.outstandingPages < 0) this.report('claims', `d${domain.id} claims ${domain.outstandingPages} pages`);
      claims += domain.outstandingPages;
      const ordinary = this.walkPages(domain.pages, domain.id, 0);
      const extra = this.walkPages(domain.extra, domain.id, FLAG_EXTRA);
      if (extra !== domain.extraPages) {
        this.report('domains', `d${domain.id} counts ${domain.extraPages} extra pages, its list holds ${extra}`);
      }
      if (ordinary + extra !== domain.totalPages) {
        this.report('domains', `d${domain.id} counts ${domain.totalPages} pages, its lists hold ${ordinary + extra}`);
      }
      const marked = listed.get(domain.id) ?? 0;
      if (ordinary + extra !== marked) {
        this.report(
          'domains',
          `d${domain.id} has ${marked} pages that say they are listed, its lists hold ${ordinary + extra}`,
        );
      }
    }
    if (claims !== heap.totals.claims) {
      this.report('claims', `the heap counts ${heap.totals.claims} claimed pages, the domains claim ${claims}`);
    }
  }

  /** Pages on a page list, while its links hold; `kind`: the flag of the extra pages, or 0. */
  private walkPages(list: Readonly<ListEnds>, owner: number, kind: number): number {
    const { blocks } = this.heap;
    const seen = new Set<number>();
    let pages = 0;
    let before = NIL;
    for (let mfn = list.first; mfn !== NIL;) {
      const order = blocks.orderAt(mfn);
      const meta = blocks.metaAt(mfn, order);
      if (!isInUse(meta) || (flagsOf(meta) & FLAG_LISTED) === 0 || (blocks.word1(mfn, order) & 0xffff) !== owner + 1) {
        this.report('domains', `block ${hex(mfn)} stands on a page list of d${owner} but is not its own`);
        return pages;
      }
      if (seen.has(mfn)) {
        this.report('list-links', `${hex(mfn)} stands on a page list of d${owner} twice`);
        return pages;
      }
      seen.add(mfn);
      if ((meta & FLAG_EXTRA) !== kind)
        this.report('domains', `block ${hex(mfn)} stands on the wrong list of d${owner}`);
      if (blocks.previous(mfn, order) !== before)
        this.report('list-links', `${hex(mfn)} of d${owner} does not point back`);
      pages += orderPages(order);
      before = mfn;
      mfn = blocks.next(mfn, order);
    }
    if (list.last !== before) this.report('list-links', `a page list of d${owner} does not end at its last block`);
    return pages;
  }

  private checkOffline(): void {
    const { heap } = this;
    const listed = new Set<number>();
    for (const list of [heap.offlined, heap.broken]) {
      let last = NIL;
      for (let mfn = list.first; mfn !== NIL; mfn = heap.blocks.next(mfn, 0)) {
        if (listed.has(mfn)) {
          this.report('offline-lists', `page ${hex(mfn)} stands on the lists of offlined pages twice`);
          break;
        }
        listed.add(mfn);
        last = mfn;
      }
      if (list.last !== last)
        this.report('offline-lists', `a list of offlined pages does not end at ${hex(list.last)}`);
    }
    for (const { mfn, order, meta } of this.blocks) {
      const offlined = kindOf(meta) === KIND_OFFLINED;
      if (offlined !== listed.has(mfn)) {
        this.report('offline-lists', `page ${hex(mfn)} is ${offlined ? '' : 'not '}offlined, its list says otherwise`);
      }
      if (offlined && order !== 0) this.report('offline-lists', `offlined block ${hex(mfn)} has order ${order}`);
      if (!isFree(meta) && (flagsOf(meta) & FLAG_OFFLINING) !== 0 && (order !== 0 || kindOf(meta) > KIND_IN_USE)) {
        this.report('offline-lists', `block ${hex(mfn)} of order ${order} is marked as offlining`);
      }
    }
  }
}
