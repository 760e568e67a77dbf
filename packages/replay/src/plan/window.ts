import type { Architecture } from '@heaplay/core';

/** What an architecture's layout of virtual addresses leaves room for. */
export interface AddressWindows {
  /** Pages of the direct map. A PDX at or beyond it has no address there. */
  readonly directMapPages: number;
  /** Records that the frame table has addresses for; null: not known, so nothing is refused for it. */
  readonly frameTableRecords: number | null;
  /** Does the direct map begin at the PDX of the first frame of RAM, and not at PDX 0? */
  readonly startsAtRam: boolean;
  /** What happens where RAM lies beyond one of them: the boot stops, or that RAM is not used. */
  readonly beyond: 'stops' | 'lost';
}

const GIB_PAGES = 2 ** 18;
const MIB = 2 ** 20;

/**
 * From the presets, and from where recorded hypervisors keep things: on x86 the frame table lies from 0xffff82e000000000
 * to the direct map at 0xffff830000000000, on 32-bit Arm from 0x2000000 to the vmap area at 0x10000000, and its window
 * for a permanent mapping from 0x40000000 to that for transient ones at 0x80000000. That an arm64 boot stops is what
 * a Versal Gen 2 with RAM at 5 TiB did; RISC-V and POWER are taken to do as it.
 */
const WINDOWS: Readonly<Record<Architecture, AddressWindows>> = {
  x86_64: { directMapPages: 2 ** 32, frameTableRecords: 2 ** 32, startsAtRam: false, beyond: 'lost' },
  arm64: { directMapPages: 2 ** 30, frameTableRecords: null, startsAtRam: true, beyond: 'stops' },
  arm32: { directMapPages: GIB_PAGES, frameTableRecords: (224 * MIB) / 32, startsAtRam: true, beyond: 'stops' },
  riscv64: { directMapPages: 310 * GIB_PAGES, frameTableRecords: null, startsAtRam: true, beyond: 'stops' },
  ppc64: { directMapPages: 2 ** 32, frameTableRecords: null, startsAtRam: false, beyond: 'stops' },
};

/** The windows of an architecture. */
export function addressWindows(arch: Architecture): AddressWindows {
  return WINDOWS[arch];
}
