import type { HeapConfig } from '../../src/machine/heap-config.ts';
import type { Architecture, Machine } from '../../src/machine/machine.ts';
import type { HeapState } from '../../src/state/heap-state.ts';
import { powerOn } from '../../src/state/heap-state.ts';
import type { NodeId } from '../../src/units/ids.ts';
import type { MfnRange } from '../../src/units/mfn.ts';

/** A machine and its configuration, as far as a test cares. */
export interface Host extends Partial<HeapConfig> {
  /** Frames of the machine; 64 unless told otherwise: 256 KiB. */
  readonly frames?: number;
  /** The ranges of node 0, 1, ...; one node that has all frames unless told otherwise. */
  readonly nodes?: readonly (readonly MfnRange[])[];
  /** Node of CPU 0, 1, ...; one CPU on node 0 unless told otherwise. */
  readonly cpus?: readonly number[];
  /** All frames unless told otherwise. */
  readonly ram?: readonly MfnRange[];
  readonly reserved?: readonly MfnRange[];
  /** That of the mode unless told otherwise: 32-bit Arm with a separate xen heap, else x86. */
  readonly arch?: Architecture;
}

/**
 * A small machine at power-on: 64 frames on one node under Xen 4.23, all of them in the direct map, memory clean from
 * boot. Frames 2^(z-1) to 2^z - 1 are zone z: 16 to 31 are zone 5, 32 to 63 zone 6.
 */
export function host(options: Host = {}): HeapState {
  const {
    frames = 64,
    nodes = [[[0, frames]]],
    cpus = [0],
    ram = [[0, frames]],
    reserved = [],
    arch,
    ...config
  } = options;
  const mode = config.mode ?? (config.xenHeap === undefined ? 'direct-map-all' : 'separate-xenheap');
  const machine: Machine = {
    arch: arch ?? (mode === 'separate-xenheap' ? 'arm32' : 'x86_64'),
    frames,
    ram,
    nodes: nodes.map((ranges, id) => ({ id: id as NodeId, ranges })),
    cpus: cpus as readonly NodeId[],
    reserved,
  };
  return powerOn(machine, {
    xen: '4.23',
    mode,
    paddrBits: 40,
    maxOrder: 18,
    directMapEnd: mode === 'separate-xenheap' ? null : 2 ** 32,
    xenHeap: null,
    xenheapMaxMfn: null,
    dmaBits: 0,
    dmaBitsDefault: 0,
    bootScrub: 'off',
    scrubDomheap: false,
    lowMemVirq: null,
    badPages: [],
    nodeHeapPages: 1,
    debug: false,
    pdx: 'none',
    ...config,
  });
}
