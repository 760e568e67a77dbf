/** The mutable state of the whole machine. */
import { BootAllocator } from './boot.ts';
import { Config } from './config.ts';
import type { Domain } from './domains.ts';
import { NodeHeap } from './free-lists.ts';
import type { Block } from './free-lists.ts';
import { PageTable } from './pages.ts';
import type { WireHeader } from './wire.ts';

/** The low-memory interrupt (VIRQ); `high` null: never. */
export interface LowMemory {
  threshold: number;
  high: number | null;
  original: number;
  order: number;
}

export class Heap {
  readonly config: Config;
  readonly boot: BootAllocator;
  readonly pages = new PageTable();
  /** Every free block by its head frame. */
  readonly blocks = new Map<number, Block>();
  readonly nodes = new Map<number, NodeHeap>();
  readonly domains = new Map<number, Domain>();
  readonly offlined: number[] = [];
  readonly broken: number[] = [];
  readonly lowMemory: LowMemory = { threshold: 0, high: null, original: 0, order: 0 };
  freePages = 0;
  claims = 0;
  dmaBits: number;
  xenheapBits = 0;
  /** `system_state` is active: boot is over. */
  active = false;
  /** Interrupts raised by the current call. */
  virqs = 0;

  constructor(header: WireHeader) {
    this.config = new Config(header);
    this.boot = new BootAllocator(this.config.is46, header.heap.badPages);
    this.dmaBits = header.heap.dmaBits;
  }

  /** The heap of a node, made on demand. */
  nodeHeap(node: number): NodeHeap {
    let heap = this.nodes.get(node);
    if (heap === undefined) {
      heap = new NodeHeap(node, this.config.zones, this.config.maxOrder);
      this.nodes.set(node, heap);
    }
    return heap;
  }

  /** BUDDY-3, VER-3. */
  insertBlock(mfn: number, order: number, zone: number, node: number, firstDirty: number | null): void {
    const block: Block = { mfn, order, zone, node, firstDirty, next: null, previous: null };
    const list = this.nodeHeap(node).list(zone, order);
    if (firstDirty === null && !this.config.is46) list.pushHead(block);
    else list.pushTail(block);
    this.blocks.set(mfn, block);
  }

  removeBlock(block: Block): void {
    this.nodeHeap(block.node).list(block.zone, block.order).remove(block);
    this.blocks.delete(block.mfn);
  }
}
