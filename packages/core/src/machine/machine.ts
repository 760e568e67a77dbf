import type { NodeId } from '../units/ids.ts';
import type { MfnRange } from '../units/mfn.ts';

/** An architecture that Xen runs on. */
export type Architecture = 'x86_64' | 'arm64' | 'arm32' | 'riscv64' | 'ppc64';

/** A NUMA node and the frames that belong to it; holes between ranges of one node belong to it too. */
export interface MachineNode {
  readonly id: NodeId;
  readonly ranges: readonly MfnRange[];
}

/** The hardware: what was there before Xen started. */
export interface Machine {
  readonly arch: Architecture;
  /** The frame table covers MFN 0..frames-1; beyond, an MFN is invalid. */
  readonly frames: number;
  /** Conventional RAM; only a page in it can be taken offline (OFF-1). */
  readonly ram: readonly MfnRange[];
  readonly nodes: readonly MachineNode[];
  /** Node of CPU 0, 1, ...; a node without CPU appears only in `nodes`. */
  readonly cpus: readonly NodeId[];
  /** Frames of the hypervisor itself. */
  readonly reserved: readonly MfnRange[];
}
