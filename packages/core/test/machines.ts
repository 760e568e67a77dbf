import type { HeapConfig, HeapMode, XenVersion } from '../src/machine/heap-config.ts';
import type { Machine } from '../src/machine/machine.ts';
import type { NodeId } from '../src/units/ids.ts';
import type { MfnRange } from '../src/units/mfn.ts';

const FRAMES = 0x3000;

/** Frames of the small machine's RAM: a hole, and ends that no large block fits. */
export const SMALL_RAM: readonly MfnRange[] = [
  [1, 159],
  [256, 0x2000],
  [0x2003, 0x2ff1],
];

/** A machine of 48 MiB with a hole, on one node or on two whose ranges interleave. */
export function smallMachine(nodes: 1 | 2): Machine {
  return {
    arch: 'x86_64',
    frames: FRAMES,
    ram: SMALL_RAM,
    nodes:
      nodes === 1
        ? [{ id: 0 as NodeId, ranges: [[0, FRAMES]] }]
        : [
            {
              id: 0 as NodeId,
              ranges: [
                [0, 0x1000],
                [0x2800, FRAMES],
              ],
            },
            { id: 1 as NodeId, ranges: [[0x1000, 0x2800]] },
          ],
    cpus: nodes === 1 ? [0 as NodeId] : [0 as NodeId, 1 as NodeId],
    reserved: [],
  };
}

/** A configuration of that machine. */
export function smallConfig(mode: HeapMode, xen: XenVersion, more: Partial<HeapConfig> = {}): HeapConfig {
  return {
    xen,
    mode,
    paddrBits: 40,
    maxOrder: 18,
    directMapEnd: mode === 'separate-xenheap' ? null : 0x100000,
    xenHeap: mode === 'separate-xenheap' ? [0x400, 0x800] : null,
    xenheapMaxMfn: mode === 'direct-map-partial' ? 0x13ff : null,
    dmaBits: 0,
    dmaBitsDefault: 0,
    bootScrub: 'idle',
    scrubDomheap: false,
    lowMemVirq: 1 << 20,
    badPages: [[300, 302]],
    nodeHeapPages: 3,
    debug: true,
    pdx: 'none',
    ...more,
  };
}

/** Every mode and version that the model knows. */
export const MODES: readonly HeapMode[] = [
  'separate-xenheap',
  'direct-map-all',
  'direct-map-partial',
  'direct-map-on-demand',
];
export const VERSIONS: readonly XenVersion[] = ['4.23', '4.17', '4.6'];
