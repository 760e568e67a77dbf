import type { MfnRange } from '../units/mfn.ts';

/** Whose behaviour: 4.23 is what the rules describe, the older ones differ as VERSIONS says. */
export type XenVersion = '4.23' | '4.17' | '4.6';

/** How the two heaps share the host's RAM (MODE-1, 2, 3, 5). */
export type HeapMode = 'separate-xenheap' | 'direct-map-all' | 'direct-map-partial' | 'direct-map-on-demand';

/** When free memory is scrubbed at boot (BOOT-6). */
export type BootScrub = 'idle' | 'on' | 'off';

/** How frame numbers are squeezed into an index of the frame table. */
export type PdxScheme = 'none' | 'mask' | 'offset';

/** An architecture's choice of layout, and the build's and the command line's settings. */
export interface HeapConfig {
  readonly xen: XenVersion;
  readonly mode: HeapMode;
  /** Width in bits of a physical address: 32..52. */
  readonly paddrBits: number;
  /** Greatest order of a free block. */
  readonly maxOrder: number;
  /** MODE-2/3/5: frames below are directly mapped; null in MODE-1. */
  readonly directMapEnd: number | null;
  /** MODE-1: the frames that count as xen heap; null in the other modes. */
  readonly xenHeap: MfnRange | null;
  /** MODE-3: what `xenheap_max_mfn` is called with; null in the other modes. */
  readonly xenheapMaxMfn: number | null;
  /** Width of the DMA zone asked for on the command line, in bits; 0: none. */
  readonly dmaBits: number;
  /** The platform's choice, which `end_boot_allocator` takes if none was asked for; 0: none (BOOT-5). */
  readonly dmaBitsDefault: number;
  readonly bootScrub: BootScrub;
  /** Scrub every page of a domain when it is freed (DOM-7). */
  readonly scrubDomheap: boolean;
  /** Threshold of the low-memory interrupt in bytes; 0: never, null: the default (VIRQ-1). */
  readonly lowMemVirq: number | null;
  /** Frames that must not be used (BOOT-2). */
  readonly badPages: readonly MfnRange[];
  /** Pages that the list heads of a further node take (BUDDY-13). */
  readonly nodeHeapPages: number;
  /** A debug build: assertions end the run. */
  readonly debug: boolean;
  readonly pdx: PdxScheme;
}
