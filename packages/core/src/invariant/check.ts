import {
  CLEAN,
  FLAG_EXTRA,
  FLAG_LISTED,
  FLAG_OFFLINING,
  KIND_FREE,
  KIND_FREE_PART,
  KIND_IN_USE,
  KIND_OFFLINED,
  firstDirtyOf,
  flagsOf,
  freeOrderOf,
  isFree,
  isInUse,
  kindOf,
} from '../state/block-record.ts';
import { LARGE_ORDER, MEDIUM_ORDER, NIL } from '../state/block-table.ts';
import { eachDomain } from '../state/domain.ts';
import { eachBlockRecord } from '../state/each-block.ts';
import type { BlockRecord } from '../state/each-block.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { ListEnds } from '../state/page-list.ts';
import { stateDigest, stateDigestFromScratch } from '../state/scratch-digest.ts';
import { alignDown, isAligned } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';

/** An invariant that a state breaks. */
export interface InvariantViolation {
  /** Short name of the invariant. */
  readonly invariant: InvariantName;
  /** What was found and where. */
  readonly message: string;
}

/** What must hold in every state. */
export type InvariantName =
  | 'one-block-per-frame'
  | 'alignment'
  | 'list-links'
  | 'list-membership'
  | 'zone-and-node'
  | 'counts'
  | 'dirty'
  | 'claims'
  | 'domains'
  | 'offline-lists'
  | 'digest';

/**
 * Checks everything that must hold in every state, from scratch, and returns what does not. The cost is that of all
 * records, so it is for tests and for doubts, not for every event of a long replay.
 */
export function checkInvariants(state: HeapState): InvariantViolation[] {
  const check = new InvariantCheck(state);
  check.run();
  return check.violations;
}

class InvariantCheck {
  readonly violations: InvariantViolation[] = [];
  private readonly state: HeapState;
  private readonly heap: HeapReader;
  private readonly blocks: BlockRecord[] = [];

  constructor(state: HeapState) {
    this.state = state;
    this.heap = openState(state);
  }

  run(): void {
    this.checkCover();
    this.checkFreeLists();
    this.checkDomains();
    this.checkOffline();
    const [incremental, scratch] = [stateDigest(this.state), stateDigestFromScratch(this.state)];
    if (incremental !== scratch) this.report('digest', `the digest is ${incremental}, from scratch it is ${scratch}`);
  }

  private report(invariant: InvariantName, message: string): void {
    this.violations.push({ invariant, message });
  }

  /** Every frame lies in exactly one block: the records tile each split chunk without gap or overlap. */
  private checkCover(): void {
    const split = new Set<string>();
    eachBlockRecord(
      this.state,
      (record) => this.blocks.push(record),
      (mfn, order) => split.add(`${order}:${mfn}`),
    );
    this.blocks.sort((a, b) => a.mfn - b.mfn || b.order - a.order);
    let end = 0;
    for (const { mfn, order, meta } of this.blocks) {
      if (!isAligned(mfn, order)) this.report('alignment', `block ${hex(mfn)} of order ${order} is not aligned`);
      if (mfn < end) this.report('one-block-per-frame', `block ${hex(mfn)} overlaps the one that ends at ${hex(end)}`);
      // A gap is fine only where whole chunks were never touched.
      if (mfn > end && !(isAligned(mfn, LARGE_ORDER) && isAligned(end, LARGE_ORDER))) {
        this.report('one-block-per-frame', `no block holds the frames ${hex(end)}–${hex(mfn)}`);
      }
      end = Math.max(end, mfn + orderPages(order));
      if (order < MEDIUM_ORDER && !split.has(`${MEDIUM_ORDER}:${alignDown(mfn, MEDIUM_ORDER)}`)) {
        this.report('one-block-per-frame', `the middle table does not know that ${hex(mfn)} is split`);
        continue;
      }
      const found = this.heap.blocks.find(mfn + orderPages(order) - 1);
      if (this.heap.blocks.head !== mfn || found !== meta) {
        this.report('one-block-per-frame', `block ${hex(mfn)} of order ${order} is not found by its last frame`);
      }
    }
    if (!isAligned(end, LARGE_ORDER))
      this.report('one-block-per-frame', `no block holds the frames from ${hex(end)} on`);
  }

  /** Lists against records, both ways; counts against lists; dirty marks against both. */
  private checkFreeLists(): void {
    const { heap } = this;
    const { platform } = heap;
    const onList = new Map<number, number>();
    let freePages = 0;
    for (const node of heap.nodes) {
      if (node === undefined) continue;
      let nodePages = 0;
      let dirtyPages = 0;
      for (let zone = 0; zone < platform.zones; zone++) {
        let zonePages = 0;
        for (let order = 0; order <= platform.config.maxOrder; order++) {
          for (const mfn of this.walk(node.id, zone, order)) {
            onList.set(mfn, order);
            zonePages += orderPages(order);
            dirtyPages += this.checkFreeBlock(node.id, zone, mfn, order);
          }
        }
        if (zonePages !== heap.lists.zonePages(node.id, zone)) {
          this.report(
            'counts',
            `node ${node.id} zone ${zone} counts ${heap.lists.zonePages(node.id, zone)} pages, its lists hold ${zonePages}`,
          );
        }
        nodePages += zonePages;
      }
      if (nodePages !== node.freePages) {
        this.report('counts', `node ${node.id} counts ${node.freePages} free pages, its lists hold ${nodePages}`);
      }
      if (nodePages > 0 && !node.ready) this.report('counts', `node ${node.id} has pages but no list heads`);
      // Pages taken offline while dirty stay in the count (OFF-4): it may be too high, never too low.
      if (dirtyPages > node.needScrub) {
        this.report('dirty', `node ${node.id} counts ${node.needScrub} pages to scrub, ${dirtyPages} are dirty`);
      }
      freePages += nodePages;
    }
    if (freePages !== heap.totals.freePages) {
      this.report('counts', `the heap counts ${heap.totals.freePages} free pages, the nodes have ${freePages}`);
    }
    for (const { mfn, meta } of this.blocks) {
      if (kindOf(meta) === KIND_FREE && onList.get(mfn) !== freeOrderOf(meta)) {
        this.report('list-membership', `free block ${hex(mfn)} stands on no list of its order`);
      }
      if (kindOf(meta) === KIND_FREE_PART && platform.xen.offlineKeepsAlignment) {
        this.report('alignment', `free block at ${hex(mfn)} is not aligned, and this version keeps alignment`);
      }
    }
  }

  /** The blocks of a list, while its links hold. */
  private walk(node: number, zone: number, order: number): number[] {
    const { lists, blocks } = this.heap;
    const found: number[] = [];
    const length = lists.length(node, zone, order);
    let before = NIL;
    for (let mfn = lists.first(node, zone, order); mfn !== NIL; mfn = blocks.next(mfn, order)) {
      if (found.length > length) break;
      if (blocks.previous(mfn, order) !== before) {
        this.report('list-links', `${hex(mfn)} of order ${order} does not point back to ${hex(before)}`);
      }
      found.push(mfn);
      before = mfn;
    }
    if (found.length !== length) {
      this.report(
        'list-links',
        `list ${node}/${zone}/${order} counts ${length} blocks, its links reach ${found.length}`,
      );
    }
    if (lists.last(node, zone, order) !== before) {
      this.report('list-links', `list ${node}/${zone}/${order} does not end at its last block`);
    }
    if (((lists.orders(node, zone) >>> order) & 1) !== (length > 0 ? 1 : 0)) {
      this.report('list-links', `zone ${node}/${zone} has the wrong bit for order ${order}`);
    }
    return found;
  }

  /** One free block; returns how many of its pages are dirty. */
  private checkFreeBlock(node: number, zone: number, mfn: number, order: number): number {
    const { platform, blocks, dirty } = this.heap;
    const meta = blocks.metaAt(mfn, order);
    const end = mfn + orderPages(order);
    if (kindOf(meta) !== KIND_FREE) {
      this.report('list-membership', `${hex(mfn)} stands on the free list ${node}/${zone}/${order} but is not free`);
      return 0;
    }
    if (platform.nodeOf(mfn) !== node || platform.nodeOf(end - 1) !== node) {
      this.report('zone-and-node', `block ${hex(mfn)} of order ${order} stands on node ${node} but lies elsewhere`);
    }
    // With frame 0 in the heap, a block can span zones: that is what VER-4 says of 4.6.
    if (mfn !== 0 && (platform.zoneOf(mfn) !== zone || platform.zoneOf(end - 1) !== zone)) {
      this.report('zone-and-node', `block ${hex(mfn)} of order ${order} stands in zone ${zone} but lies elsewhere`);
    }
    const firstDirty = firstDirtyOf(meta);
    const first = dirty.firstDirty(mfn, end);
    if (first >= 0 && (firstDirty === CLEAN || first < mfn + firstDirty)) {
      this.report('dirty', `page ${hex(first)} is dirty before the first dirty page of its block ${hex(mfn)}`);
    }
    let count = 0;
    for (let at = first; at >= 0 && at < end;) {
      const clean = dirty.firstClean(at, end);
      const runEnd = clean < 0 ? end : clean;
      count += runEnd - at;
      at = runEnd < end ? dirty.firstDirty(runEnd, end) : -1;
    }
    return count;
  }

  private checkDomains(): void {
    const { heap, state } = this;
    const listed = new Map<number, number>();
    for (const { mfn, order, meta, owner } of this.blocks) {
      if (!isInUse(meta) || (flagsOf(meta) & FLAG_LISTED) === 0) continue;
      if (owner === 0) this.report('domains', `block ${hex(mfn)} stands on a page list but has no owner`);
      else listed.set(owner - 1, (listed.get(owner - 1) ?? 0) + orderPages(order));
    }
    let claims = 0;
    for (const domain of eachDomain(state.domains)) {
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

function hex(mfn: number): string {
  return mfn < 0 ? 'none' : `0x${mfn.toString(16)}`;
}
