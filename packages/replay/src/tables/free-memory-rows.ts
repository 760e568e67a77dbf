import type { HeapReader } from '@heaplay/core';
import { freeZones } from '../analysis/heap-sample.ts';
import type { RowOf } from './table-schema.ts';

interface FreeList {
  readonly node: number;
  readonly zone: number;
  readonly order: number;
}

/** Tells free memory list by list, and of one that ran empty that it did: once, for no row means nothing is free. */
export class FreeMemorySampler {
  private before = new Map<string, FreeList>();

  /** Takes a sample of a heap. Costs as much as there are lists, not blocks. */
  sample(record: number, at: number | null, heap: HeapReader): RowOf<'free_memory'>[] {
    const found = new Map<string, FreeList>();
    const rows: RowOf<'free_memory'>[] = [];
    const tell = ({ node, zone, order }: FreeList, blocks: number): void => {
      rows.push({ record, at_ns: at, node, zone, page_order: order, blocks, pages: blocks * 2 ** order });
    };
    for (const { node, zone, blocksByOrder } of freeZones(heap)) {
      blocksByOrder.forEach((blocks, order) => {
        if (blocks === 0) return;
        const list = { node, zone, order };
        found.set(`${node} ${zone} ${order}`, list);
        tell(list, blocks);
      });
    }
    for (const [key, list] of this.before) if (!found.has(key)) tell(list, 0);
    this.before = found;
    return rows;
  }
}
