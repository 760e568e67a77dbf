import type { HeapMode, PdxScheme } from '@heaplay/core';
import type { MappedRun } from './direct-map.ts';

/** RAM that a layout leaves unused, and why. */
export interface LostRam {
  readonly pages: number;
  readonly why: string;
}

/** What a machine is like with one layout. Where it does not boot, the figures are those of what it would have been. */
export interface LayoutPlan {
  readonly mode: HeapMode;
  readonly pdx: PdxScheme;
  /** Does Xen boot? */
  readonly fits: boolean;
  /** Why not, in words; null if it does. */
  readonly reason: string | null;
  /** Pages that come to the heaps; with {@link lostPages} all of RAM. */
  readonly usablePages: number;
  readonly lostPages: number;
  readonly losses: readonly LostRam[];
  /** Bytes of memory that the frame table takes, and of addresses that it spans. */
  readonly frameTableBytes: number;
  readonly frameTableSpanBytes: number;
  /** Pages that the xen heap can have at most. */
  readonly xenHeapCeilingPages: number;
  /** Width in bits of the addresses that it may have, where one is set (MODE-3); else null. */
  readonly xenHeapBits: number | null;
  /** Bytes of addresses from the first to the last page that is directly mapped for good. */
  readonly directMapBytes: number;
  /** Pages of RAM that are mapped there, and bytes of page tables that do it. */
  readonly directMapPages: number;
  readonly pageTableBytes: number;
  /** Does Xen offer this layout on this architecture? */
  readonly offered: boolean;
  /** What in `Kconfig` or on the command line chooses it. */
  readonly chosenBy: readonly string[];
  /** What is mapped there, for a picture. */
  readonly directMap: readonly MappedRun[];
}
