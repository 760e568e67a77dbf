import { freeBlocksByOrder, largestFreeOrder, pageInfo, pagesToScrub } from '@heaplay/core';
import type { HeapReader, PageInfo } from '@heaplay/core';

/*
 * What an expression sees of a heap. CEL's integers are bigints; the classes are CEL's types, their getters its fields,
 * so that only what an expression names is looked up.
 */

/** `heap`: the whole of both heaps. Pages and orders. */
export class HeapView {
  private readonly heap: HeapReader;
  private readonly failed: number;

  constructor(heap: HeapReader, failed: number) {
    this.heap = heap;
    this.failed = failed;
  }

  get freePages(): bigint {
    return BigInt(this.heap.totals.freePages);
  }

  get claims(): bigint {
    return BigInt(this.heap.totals.claims);
  }

  get needScrub(): bigint {
    return BigInt(pagesToScrub(this.heap));
  }

  /** -1: nothing is free. */
  get largestOrder(): bigint {
    return BigInt(largestFreeOrder(this.heap));
  }

  /** Calls so far that did not get what they asked for. */
  get failures(): bigint {
    return BigInt(this.failed);
  }
}

/** `node(id)`. A node that the machine does not have has no pages. */
export class NodeView {
  readonly freePages: bigint;
  readonly needScrub: bigint;

  constructor(heap: HeapReader, id: bigint) {
    const node = heap.nodes[Number(id)];
    this.freePages = BigInt(node?.freePages ?? 0);
    this.needScrub = BigInt(node?.needScrub ?? 0);
  }
}

/** `zone(node, id)`. */
export class ZoneView {
  readonly freePages: bigint;

  constructor(heap: HeapReader, node: bigint, zone: bigint) {
    const exists = heap.nodes[Number(node)]?.ready === true && zone >= 0n && zone < BigInt(heap.platform.zones);
    this.freePages = exists ? BigInt(heap.lists.zonePages(Number(node), Number(zone))) : 0n;
  }
}

/** `order(n)`: the free blocks of one order. */
export class OrderView {
  readonly freeBlocks: bigint;

  constructor(heap: HeapReader, order: bigint) {
    this.freeBlocks = BigInt(freeBlocksByOrder(heap)[Number(order)] ?? 0);
  }
}

/** `domain(id)`. A domain that does not exist, or not yet, has no pages. */
export class DomainView {
  readonly exists: boolean;
  readonly totalPages: bigint;
  readonly extraPages: bigint;
  readonly maxPages: bigint;
  readonly outstandingPages: bigint;
  readonly dying: boolean;

  constructor(heap: HeapReader, id: bigint) {
    const domain = heap.readDomain(Number(id));
    this.exists = domain !== undefined;
    this.totalPages = BigInt(domain?.totalPages ?? 0);
    this.extraPages = BigInt(domain?.extraPages ?? 0);
    this.maxPages = BigInt(domain?.maxPages ?? 0);
    this.outstandingPages = BigInt(domain?.outstandingPages ?? 0);
    this.dying = domain?.dying ?? false;
  }
}

/** `page(mfn)`: a frame and the block that it lies in. */
export class PageView {
  readonly state: PageInfo['state'];
  /** Null: nobody. */
  readonly owner: bigint | null;
  readonly order: bigint;
  readonly head: bigint;
  readonly xenHeap: boolean;
  readonly dirty: boolean;

  constructor(heap: HeapReader, mfn: bigint) {
    const frames = heap.platform.machine.frames;
    if (mfn < 0n || mfn >= BigInt(frames)) {
      throw new RangeError(`page(${mfn}): the frame table ends before ${frames}`);
    }
    const page = pageInfo(heap, Number(mfn));
    this.state = page.state;
    this.owner = page.owner === null ? null : BigInt(page.owner);
    this.order = BigInt(page.order);
    this.head = BigInt(page.head);
    this.xenHeap = page.xenHeap;
    this.dirty = page.dirty;
  }
}
