import type { DomainId, NodeId } from '../units/ids.ts';

/** Why the search looks at these zones (DOM-3, DOM-4). */
export type ZonePurpose = 'above-dma' | 'all' | 'xen-heap' | 'asked';

/**
 * One step of an allocation, as the allocator takes it. Pages, MFNs, orders and zones; a list that is empty is not
 * looked at, and leaves no step.
 */
export type SearchStep =
  /** The order is above the greatest that the heap keeps (BUDDY-5). */
  | { readonly step: 'order-too-large'; readonly order: number; readonly maxOrder: number }
  /** Is there room beside what others have claimed (BUDDY-5)? */
  | {
      readonly step: 'claims';
      readonly pages: number;
      readonly freePages: number;
      readonly claims: number;
      /** What the domain has claimed itself and may use; 0 for `no_refcount`, or without a domain. */
      readonly ownClaim: number;
      readonly refused: boolean;
    }
  /** A search begins. */
  | { readonly step: 'zones'; readonly zoneLo: number; readonly zoneHi: number; readonly purpose: ZonePurpose }
  /** `no_dma` keeps the request out of the zones that are left (DOM-4). */
  | { readonly step: 'dma-refused'; readonly dmaBits: number }
  /** The nodes in the order in which they will be visited (NUMA-2, NUMA-3). */
  | { readonly step: 'nodes'; readonly nodes: readonly NodeId[] }
  /** First pass, or second one, which takes dirty blocks too (BUDDY-6, BUDDY-7). */
  | { readonly step: 'pass'; readonly takesDirty: boolean }
  /** A zone that has free pages; passed over if they are fewer than wanted. */
  | {
      readonly step: 'zone';
      readonly node: NodeId;
      readonly zone: number;
      readonly freePages: number;
      readonly passedOver: boolean;
    }
  /** The head of a list: taken, or dirty and moved to the tail. */
  | {
      readonly step: 'block';
      readonly node: NodeId;
      readonly zone: number;
      readonly order: number;
      readonly mfn: number;
      /** Index of the first page that may be dirty, or null. */
      readonly firstDirty: number | null;
      readonly taken: boolean;
    }
  /** The lower half of a block goes back to its list (BUDDY-8). */
  | { readonly step: 'split'; readonly mfn: number; readonly order: number; readonly firstDirty: number | null }
  /** The pages are given to their domain, or not: 0 or an errno (DOM-6). */
  | {
      readonly step: 'assign';
      readonly errno: number;
      readonly dying: boolean;
      /** What counts against the maximum (DOM-6). */
      readonly ordinaryPages: number;
      readonly maxPages: number;
    };

/** Why a free block does not merge with its buddy (BUDDY-4). */
export type MergeEnd =
  /** It has the largest order that the heap keeps. */
  | 'largest-order'
  /** The buddy has no valid frame: no RAM is known there. */
  | 'no-memory'
  | 'in-use'
  /** Taken out of use, for good if it is broken. */
  | 'offlined'
  /** The buddy's first frame is free, but in a block of another order. */
  | 'other-order'
  | 'other-node';

/** One step of a free, as the allocator takes it. MFNs and orders. */
export type FreeStep =
  /** The pages come back (BUDDY-4). */
  | {
      readonly step: 'freed';
      readonly mfn: number;
      readonly order: number;
      readonly node: NodeId;
      readonly zone: number;
      /** They must be scrubbed before somebody else may see them. */
      readonly dirty: boolean;
    }
  /** The block merges with its buddy, which leaves its list: together they are the block of `order + 1` at `mfn`. */
  | { readonly step: 'merge'; readonly buddy: number; readonly order: number; readonly mfn: number }
  /** The block of `order` at `mfn` merges no further. */
  | {
      readonly step: 'merge-end';
      readonly mfn: number;
      readonly order: number;
      /** Where its buddy would be, and order and owner of the block there; null if there is none. */
      readonly buddy: number | null;
      readonly buddyOrder: number | null;
      readonly buddyOwner: DomainId | null;
      /** The buddy lies in memory that is faulty. */
      readonly broken: boolean;
      readonly why: MergeEnd;
    }
  /** The block goes on its list, clean or dirty from a page on (BUDDY-3). */
  | {
      readonly step: 'listed';
      readonly mfn: number;
      readonly order: number;
      readonly node: NodeId;
      readonly zone: number;
      readonly firstDirty: number | null;
      readonly end: 'head' | 'tail';
    };

/** Somebody who watches calls being carried out. A transaction without one pays nothing for it. */
export interface Probe {
  /** An allocation took a step. */
  readonly onStep?: (step: SearchStep) => void;
  /** A free took a step: of each block that comes back, first `freed`, then its merges, their end, and its list. */
  readonly onFreeStep?: (step: FreeStep) => void;
  /**
   * The `2^order` pages at `mfn` changed what they are: assigned, marked, scrubbed or taken offline. Of what is
   * allocated, freed or cut the other three tell; together they name each page that changed, or whose block did, at
   * least once a call, in the order of the changes.
   */
  readonly onTouch?: (mfn: number, order: number) => void;
  /** The `2^order` pages at `mfn` were allocated: the top of the free block at `block`, of which halves are left (BUDDY-8). */
  readonly onAllocate?: (mfn: number, order: number, block: number, blockOrder: number) => void;
  /** The `2^order` pages at `mfn` were freed: they lie in the free block at `block`, with what they merged with (BUDDY-4). */
  readonly onFree?: (mfn: number, order: number, block: number, blockOrder: number) => void;
  /** The `2^order` pages at `mfn` are a block by themselves now: a piece of one that was cut. They are what they were. */
  readonly onCut?: (mfn: number, order: number) => void;
}
