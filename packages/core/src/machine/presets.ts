import type { HeapConfig, HeapMode } from './heap-config.ts';
import type { Architecture } from './machine.ts';

interface ArchitecturePreset {
  /** How Xen shares the RAM of this architecture unless told otherwise (MODE-1, MODE-2). */
  readonly mode: HeapMode;
  readonly paddrBits: number;
  /** Frames below are in the direct map, where there is one. */
  readonly directMapEnd: number;
  readonly nodeHeapPages: number;
}

/*
 * As headers of recorded machines have it. RISC-V and POWER reach further than an MFN of a trace does: theirs are cut to 52 bits.
 * `nodeHeapPages` is what the list heads of 19 orders in `paddrBits - 11` zones take, two pointers each.
 */
const ARCHITECTURES: { readonly [A in Architecture]: ArchitecturePreset } = {
  x86_64: { mode: 'direct-map-all', paddrBits: 52, directMapEnd: 2 ** 32, nodeHeapPages: 4 },
  arm64: { mode: 'direct-map-all', paddrBits: 48, directMapEnd: 2 ** 30, nodeHeapPages: 3 },
  arm32: { mode: 'separate-xenheap', paddrBits: 40, directMapEnd: 2 ** 20, nodeHeapPages: 2 },
  riscv64: { mode: 'direct-map-all', paddrBits: 52, directMapEnd: 310 * 2 ** 18, nodeHeapPages: 4 },
  ppc64: { mode: 'direct-map-all', paddrBits: 52, directMapEnd: 2 ** 32, nodeHeapPages: 4 },
};

/** The mode that Xen is built for on an architecture, unless told otherwise. */
export function defaultMode(arch: Architecture): HeapMode {
  return ARCHITECTURES[arch].mode;
}

/**
 * What a configuration of an architecture and mode says if nobody says otherwise: a release build of the newest Xen, no options.
 * The facts of one machine have no default: with `separate-xenheap`, `xenHeap` is still to be set.
 */
export function heapPreset(arch: Architecture, mode: HeapMode): HeapConfig {
  const { paddrBits, directMapEnd, nodeHeapPages } = ARCHITECTURES[arch];
  return {
    xen: '4.23',
    mode,
    paddrBits,
    maxOrder: 18,
    directMapEnd: mode === 'separate-xenheap' ? null : directMapEnd,
    xenHeap: null,
    xenheapMaxMfn: null,
    dmaBits: 0,
    dmaBitsDefault: 0,
    bootScrub: 'idle',
    scrubDomheap: false,
    lowMemVirq: null,
    badPages: [],
    nodeHeapPages,
    debug: false,
    pdx: 'none',
  };
}
