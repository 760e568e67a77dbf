import type { XenVersion } from './heap-config.ts';

/** What the versions of Xen do differently (section VERSIONS), as data that the reducer asks. */
export interface XenBehaviour {
  readonly version: XenVersion;
  /** Dirty pages are told from clean ones and scrubbed in idle time (VER-3). */
  readonly tracksDirty: boolean;
  /** A block enters its list at the tail, clean or not (VER-3). */
  readonly insertsAtTail: boolean;
  /** A range is given to the heap page by page (VER-4). */
  readonly givesPageByPage: boolean;
  /** The table of boot regions takes the first page of the first region, and is given to the heap last (VER-4). */
  readonly bootTableInRegion: boolean;
  /** MFN 0 is kept out of the heap (BUDDY-9, VER-4). */
  readonly dropsFrameZero: boolean;
  /** An outstanding claim follows the domain's total, down and up (VER-1). */
  readonly claimFollowsTotal: boolean;
  /** `populate_physmap` allocates dirty pages, scrubs them and then assigns them (DOM-8, VER-1). */
  readonly populateInTwoSteps: boolean;
  /** Taking a page out of a block heeds alignment and the block's end (OFF-2, VER-2). */
  readonly offlineKeepsAlignment: boolean;
  /** `no_dma` fails whenever no DMA zone is set (VER-5). */
  readonly noDmaNeedsZone: boolean;
  /** The low-memory threshold is set only if memory was scrubbed at boot (VER-5). */
  readonly virqNeedsBootScrub: boolean;
  /** The flags `no_scrub`, `no_tlbflush` and `no_icache_flush` exist (VER-5). */
  readonly knowsScrubFlags: boolean;
  /** `no_refcount` pages of a domain are marked *extra* (DOM-5, VER-5). */
  readonly marksExtra: boolean;
  /** The pages of a node's list heads come from the tail of its first range only if that lies on the same node (BUDDY-13). */
  readonly nodeHeapTailOnNode: boolean;
  /** Putting a broken page online is refused instead of freeing it (OFF-4, VER-5). */
  readonly refusesBrokenOnline: boolean;
}

const XEN_4_23: XenBehaviour = {
  version: '4.23',
  tracksDirty: true,
  insertsAtTail: false,
  givesPageByPage: false,
  bootTableInRegion: false,
  dropsFrameZero: true,
  claimFollowsTotal: false,
  populateInTwoSteps: true,
  offlineKeepsAlignment: true,
  noDmaNeedsZone: false,
  virqNeedsBootScrub: false,
  knowsScrubFlags: true,
  marksExtra: true,
  nodeHeapTailOnNode: false,
  refusesBrokenOnline: false,
};

const XEN_4_17: XenBehaviour = {
  ...XEN_4_23,
  version: '4.17',
  claimFollowsTotal: true,
  populateInTwoSteps: false,
  offlineKeepsAlignment: false,
};

const XEN_4_6: XenBehaviour = {
  ...XEN_4_17,
  version: '4.6',
  tracksDirty: false,
  insertsAtTail: true,
  givesPageByPage: true,
  bootTableInRegion: true,
  dropsFrameZero: false,
  noDmaNeedsZone: true,
  virqNeedsBootScrub: true,
  knowsScrubFlags: false,
  marksExtra: false,
  nodeHeapTailOnNode: true,
  refusesBrokenOnline: true,
};

/** How a version behaves. */
export function xenBehaviour(version: XenVersion): XenBehaviour {
  switch (version) {
    case '4.23':
      return XEN_4_23;
    case '4.17':
      return XEN_4_17;
    case '4.6':
      return XEN_4_6;
  }
}
