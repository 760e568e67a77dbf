/** A free block on its list: its first frame, and the index of the first page that may be dirty, or null (BUDDY-2). */
export type ObservedBlock = readonly [mfn: number, firstDirty: number | null];

/** Free pages of a zone. */
export type ObservedZone = readonly [zone: number, pages: number];

/** A free list that is not empty, from head to tail. */
export type ObservedList = readonly [zone: number, order: number, blocks: readonly ObservedBlock[]];

/** A run of frames: `[first, length]`. */
export type ObservedRun = readonly [first: number, length: number];

/** One node's heap. What is absent was not looked at. */
export interface ObservedNode {
  readonly node: number;
  readonly freePages?: number;
  /** Pages that wait for a scrub. */
  readonly needScrub?: number;
  /** Zones that have free pages, rising. */
  readonly zones?: readonly ObservedZone[];
  /** Zones and orders rising. */
  readonly lists?: readonly ObservedList[];
}

/** One domain's account. What is absent was not looked at. */
export interface ObservedDomain {
  readonly domain: number;
  readonly totalPages?: number;
  readonly extraPages?: number;
  readonly maxPages?: number;
  readonly outstandingPages?: number;
  readonly lastNode?: number;
  readonly dying?: boolean;
}

/** The low-memory interrupt: pages of the threshold, of the high mark (null: never), of the original threshold, and log2 of the threshold (VIRQ-2). */
export interface ObservedVirq {
  readonly threshold: number;
  readonly high: number | null;
  readonly original: number;
  readonly order: number;
}

/** The whole heap, or parts of it: what is absent was not looked at. */
export interface HeapView {
  readonly freePages?: number;
  /** Pages claimed over all domains. */
  readonly claims?: number;
  /** Width of the DMA zone in bits; 0: none. */
  readonly dmaBits?: number;
  /** Width of a xen-heap address in bits; 0: no limit set. */
  readonly xenheapBits?: number;
  readonly virq?: ObservedVirq;
  readonly nodes?: readonly ObservedNode[];
  /** MFNs of the offlined pages, in the order of their list. */
  readonly offlined?: readonly number[];
  /** MFNs of the broken pages, in the order of their list. */
  readonly broken?: readonly number[];
  readonly domains?: readonly ObservedDomain[];
  /** The heap digest of the trace format: 16 hex digits. */
  readonly digest?: string;
}
