import { CLEAN, KIND_FREE, KIND_FREE_PART, firstDirtyOf, freeOrderOf, kindOf } from '../state/block-record.ts';
import { LARGE_ORDER, MEDIUM_ORDER, NIL } from '../state/block-table.ts';
import { eachBlockRecord } from '../state/each-block.ts';
import type { BlockRecord } from '../state/each-block.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import { stateDigest, stateDigestFromScratch } from '../state/scratch-digest.ts';
import { alignDown, isAligned } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import { MappingCheck } from './check-mappings.ts';
import { PageListCheck } from './check-page-lists.ts';
import { hex } from './violation.ts';
import type { InvariantName, InvariantViolation } from './violation.ts';

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
    new PageListCheck(this.heap, this.blocks, (invariant, message) => this.report(invariant, message)).run();
    new MappingCheck(this.heap, (message) => this.report('mappings', message)).run();
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
        if ((heap.lists.zoneAtOrBelow(node.id, zone) === zone) !== zonePages > 0) {
          this.report('counts', `node ${node.id} has the wrong bit for zone ${zone}`);
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
}
