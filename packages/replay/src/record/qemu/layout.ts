import type { Architecture, BootScrub, MemFlagName, XenVersion } from '@heaplay/core';

/** Where one build of Xen keeps what a recorder reads. Offsets and sizes in bytes. */
export interface XenLayout {
  readonly arch: Architecture;
  /** GNU build id of the hypervisor, in hex. */
  readonly buildId: string;
  /** What it is, for people. */
  readonly name: string;
  readonly xen: XenVersion;
  /** Address of the frame table. */
  readonly frameTable: bigint;
  /** The index that its first record has: a number, or the name of a variable that holds it. */
  readonly firstPdx: number | string;
  readonly pageInfoBytes: number;
  /** Do free blocks name each other by index, in 4 bytes each, or by address? */
  readonly links: 'pdx' | 'address';
  /** In a record: index of the first page of a free block that may be dirty. */
  readonly firstDirty: number;
  readonly zones: number;
  readonly orders: number;
  /** Address of the xen heap, or of the direct map. */
  readonly directMap: bigint;
  /** The frame that is mapped there: a number, or the name of a variable that holds it. */
  readonly directMapFirst: number | string;
  /** In a domain. */
  readonly domain: {
    readonly id: number;
    readonly maxPages: number;
    /** undefined: there is one node. */
    readonly nodeAffinity: number | undefined;
  };
  readonly memFlags: MemFlagLayout;
  /** The value of `opt_bootscrub`, and what it means. */
  readonly bootScrub: readonly BootScrub[];
  /**
   * A function that every way from the hypervisor back into a guest passes, where the hypervisor's memory cannot be
   * read while a guest runs; undefined where it can.
   */
  readonly guestEntry: string | undefined;
  /** The least value of `system_state` with which Xen is up. */
  readonly systemActive: number;
}

/** How Xen packs the flags of an allocation, its node (one more than it is; 0 for any) and its width into one word. */
export interface MemFlagLayout {
  readonly bits: Readonly<Partial<Record<MemFlagName, number>>>;
  readonly nodeShift: number;
  readonly widthShift: number;
}
