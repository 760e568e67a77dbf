/** The free lists of one node (BUDDY-1): doubly linked lists of blocks, by zone and order. */

/** A free block. */
export interface Block {
  readonly mfn: number;
  readonly order: number;
  readonly zone: number;
  readonly node: number;
  /** Index of the first page that may be dirty, or none (BUDDY-2). */
  firstDirty: number | null;
  next: Block | null;
  previous: Block | null;
}

/** One list; `head` is popped first. */
export class BlockList {
  head: Block | null = null;
  tail: Block | null = null;

  pushHead(block: Block): void {
    block.previous = null;
    block.next = this.head;
    if (this.head === null) this.tail = block;
    else this.head.previous = block;
    this.head = block;
  }

  pushTail(block: Block): void {
    block.next = null;
    block.previous = this.tail;
    if (this.tail === null) this.head = block;
    else this.tail.next = block;
    this.tail = block;
  }

  remove(block: Block): void {
    if (block.previous === null) this.head = block.next;
    else block.previous.next = block.next;
    if (block.next === null) this.tail = block.previous;
    else block.next.previous = block.previous;
    block.next = null;
    block.previous = null;
  }

  /** From head to tail. */
  blocks(): Block[] {
    const all: Block[] = [];
    for (let block = this.head; block !== null; block = block.next) all.push(block);
    return all;
  }
}

/** The heap of one node. */
export class NodeHeap {
  readonly node: number;
  freePages = 0;
  needScrub = 0;
  readonly zonePages: number[];
  readonly lists: BlockList[][];

  constructor(node: number, zones: number, maxOrder: number) {
    this.node = node;
    this.zonePages = new Array<number>(zones).fill(0);
    this.lists = Array.from({ length: zones }, () => Array.from({ length: maxOrder + 1 }, () => new BlockList()));
  }

  pagesOf(zone: number): number {
    return this.zonePages[zone] ?? 0;
  }

  list(zone: number, order: number): BlockList {
    const list = this.lists[zone]?.[order];
    if (list === undefined) throw new Error(`no list for zone ${zone}, order ${order}`);
    return list;
  }
}
