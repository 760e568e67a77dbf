import type { Platform } from '../machine/platform.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { AddressSpaceView } from '../mapping/address-space.ts';
import type { BlockTable } from './block-table.ts';
import type { DirtySet } from './dirty-set.ts';
import type { Domain } from './domain.ts';
import type { FreeLists } from './free-lists.ts';
import type { HeapState, HeapTotals, NodeHeap } from './heap-state.ts';
import type { ListEnds } from './page-list.ts';
import { Transaction } from './transaction.ts';

/** A heap to be read: a published state, or one in the middle of a batch. */
export interface HeapReader {
  readonly platform: Platform;
  readonly blocks: Pick<BlockTable, 'find' | 'head' | 'meta' | 'metaAt' | 'orderAt' | 'word1' | 'previous' | 'next'>;
  readonly lists: Pick<FreeLists, 'first' | 'last' | 'length' | 'orders' | 'zoneAtOrBelow' | 'zonePages'>;
  readonly dirty: Pick<DirtySet, 'has' | 'count' | 'firstDirty' | 'firstClean'>;
  readonly totals: HeapTotals;
  readonly nodes: readonly (NodeHeap | undefined)[];
  readonly bootRegions: readonly MfnRange[];
  readonly offlined: Readonly<ListEnds>;
  readonly broken: Readonly<ListEnds>;
  /** What is mapped where. */
  readonly space: AddressSpaceView;
  readDomain(id: number): Domain | undefined;
  eachDomain(): Iterable<Domain>;
}

/** Opens a state to be read. */
export function openState(state: HeapState): HeapReader {
  return new Transaction(state);
}
