import { KIND_IN_USE, ownerOf, flagsOf, kindOf, FLAG_XEN_HEAP } from '../state/block-record.ts';
import { eachBlockRecord } from '../state/each-block.ts';
import type { HeapState } from '../state/heap-state.ts';
import type { DomainId } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';

/** A block that was allocated from the heap: what is left of one allocation, in aligned pieces. */
export interface UsedBlock {
  readonly mfn: Mfn;
  readonly order: number;
  readonly owner: DomainId | null;
  /** Allocated from the xen heap. */
  readonly xenHeap: boolean;
}

/** Every block that was allocated from the heap and is not free again, by rising frame. */
export function usedBlocks(state: HeapState): UsedBlock[] {
  const { platform } = state;
  const found: UsedBlock[] = [];
  eachBlockRecord(
    state,
    ({ mfn, order, meta, owner }) => {
      if (kindOf(meta) !== KIND_IN_USE) return;
      const xenHeap =
        (flagsOf(meta) & FLAG_XEN_HEAP) !== 0 || (platform.separateXenHeap && platform.inXenHeapRange(mfn));
      found.push({ mfn: mfn as Mfn, order, owner: ownerOf(owner), xenHeap });
    },
    () => {},
  );
  return found.toSorted((a, b) => a.mfn - b.mfn);
}
