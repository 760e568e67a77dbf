/** Scrubbing in idle time (SCRUB-1). */
import type { Block, NodeHeap } from './free-lists.ts';
import type { Heap } from './heap.ts';

/** When a call stops early. */
export interface ScrubLimit {
  /** Other work waits. */
  readonly preempt: boolean;
  /** Dirty pages to scrub, or null for no limit. */
  readonly pages: number | null;
}

/** `scrub_free_pages` on a CPU; whether there is more to do. */
export function scrubFreePages(heap: Heap, cpu: number, limit: ScrubLimit): boolean {
  const nodes = mayScrub(heap, cpu);
  const nodeHeap = nodes.find((one) => one.needScrub > 0);
  if (nodeHeap !== undefined && limit.pages !== 0) scrubNode(heap, nodeHeap, limit);
  return nodes.some((one) => one.needScrub > 0);
}

/** The CPU's own node, then those without CPUs. */
function mayScrub(heap: Heap, cpu: number): NodeHeap[] {
  const own = heap.config.nodeOfCpu(cpu);
  const withCpus = heap.config.header.machine.cpus;
  const others = [...heap.nodes.keys()].filter((node) => !withCpus.includes(node));
  return [own, ...others.sort((a, b) => a - b)].flatMap((node) => heap.nodes.get(node) ?? []);
}

function scrubNode(heap: Heap, nodeHeap: NodeHeap, limit: ScrubLimit): void {
  const state = { weight: 0, scrubbed: 0 };
  for (let zone = 0; zone < heap.config.zones; zone++) {
    for (let order = heap.config.maxOrder; order >= 0; order--) {
      const list = nodeHeap.list(zone, order);
      for (;;) {
        const block = list.tail;
        if (block === null || block.firstDirty === null) break;
        const done = scrubBlock(heap, nodeHeap, block, limit, state);
        if (!done) return;
        list.remove(block);
        block.firstDirty = null;
        list.pushHead(block);
        if (limit.pages !== null && state.scrubbed >= limit.pages) return;
        if (limit.preempt && state.weight > 800) return;
        if (nodeHeap.needScrub === 0) return;
      }
    }
  }
}

/** Whether the block is clean now. */
function scrubBlock(
  heap: Heap,
  nodeHeap: NodeHeap,
  block: Block,
  limit: ScrubLimit,
  state: { weight: number; scrubbed: number },
): boolean {
  const size = 2 ** block.order;
  for (let i = block.firstDirty ?? 0; i < size; i++) {
    if (heap.pages.get(block.mfn + i).dirty) {
      heap.pages.change(block.mfn + i, 1, { dirty: false });
      nodeHeap.needScrub--;
      state.scrubbed++;
      state.weight += 100;
    } else {
      state.weight += 1;
    }
    const enough = limit.pages !== null && state.scrubbed >= limit.pages;
    if ((limit.preempt && state.weight > 800) || enough) {
      if (i + 1 < size) {
        block.firstDirty = i + 1;
        return false;
      }
      return true;
    }
  }
  return true;
}
