import { MemoryLayout } from '../memory/memory-layout.ts';
import { LARGE_ORDER, MEDIUM_ORDER } from './block-table.ts';
import { dirtyRecords } from './dirty-set.ts';
import { listRecords } from './free-lists.ts';

/** The memory of a heap with this many frames, node ids and zones. */
export function heapMemory(frames: number, nodes: number, zones: number): MemoryLayout {
  // The last chunk is described as a whole, though the frame table may end within it.
  const chunks = Math.ceil(frames / 2 ** LARGE_ORDER);
  const covered = chunks * 2 ** LARGE_ORDER;
  return new MemoryLayout({
    lists: listRecords(nodes, zones),
    coarse: chunks,
    middle: covered / 2 ** MEDIUM_ORDER,
    dirty: [dirtyRecords(0, covered), dirtyRecords(1, covered), dirtyRecords(2, covered), dirtyRecords(3, covered)],
    fine: covered,
  });
}
