import type { HeapConfig } from '../machine/heap-config.ts';
import type { Architecture, Machine } from '../machine/machine.ts';
import type { FrameTable } from '../pdx/frame-table.ts';
import type { VirtualAddress } from '../units/mfn.ts';
import { PAGE_SIZE } from '../units/mfn.ts';
import { SLOTS, SLOT_PAGES } from './slot-table.ts';
import { MAP_CACHE_SLOTS } from './map-cache.ts';

/** How frames that are not always mapped are mapped for a moment: slots of each CPU (MAP-2), or a map cache of each domain (MAP-3). */
export type WindowKind = 'slots' | 'cache';

/** Where an architecture puts what into the address space. */
interface ArchitectureAddresses {
  /** Where the frames are mapped that always are (MAP-1): the direct map, or a separate xen heap. */
  readonly directMap: bigint;
  /** Pages for which there is room. */
  readonly directMapPages: number;
  /** Does the direct map begin with the first RAM, rounded down to 1 GiB? Else with PDX 0. */
  readonly fromFirstRam: boolean;
  readonly vmap: bigint;
  readonly vmapEnd: bigint;
  readonly window: bigint;
  readonly windowKind: WindowKind;
}

/*
 * Seen in recordings, or in reference data of vmap and of domain pages: on x86 the direct map and vmap, on arm64 the same, on
 * arm32 all of them. The rest is the model's own choice (MAP-7): x86's map cache, arm64's slots, RISC-V and POWER.
 */
const ARCHITECTURES: { readonly [A in Architecture]: ArchitectureAddresses } = {
  x86_64: {
    directMap: 0xffff_8300_0000_0000n,
    directMapPages: 2 ** 35,
    fromFirstRam: false,
    vmap: 0xffff_82c0_0000_0000n,
    vmapEnd: 0xffff_82d0_0000_0000n,
    window: 0xffff_8200_0000_0000n,
    windowKind: 'cache',
  },
  arm64: {
    directMap: 0x8000_0000_0000n,
    directMapPages: 2 ** 35,
    fromFirstRam: true,
    vmap: 0xa00_4000_0000n,
    vmapEnd: 0xa00_8000_0000n,
    window: 0xa01_0000_0000n,
    windowKind: 'slots',
  },
  arm32: {
    directMap: 0x4000_0000n,
    directMapPages: 2 ** 18,
    fromFirstRam: true,
    vmap: 0x1000_0000n,
    vmapEnd: 0x4000_0000n,
    window: 0x8000_0000n,
    windowKind: 'slots',
  },
  riscv64: {
    directMap: 0x32_0000_0000n,
    directMapPages: 310 * 2 ** 18,
    fromFirstRam: false,
    vmap: 0x30_0000_0000n,
    vmapEnd: 0x30_4000_0000n,
    window: 0x30_8000_0000n,
    windowKind: 'slots',
  },
  ppc64: {
    directMap: 0xc000_0000_0000_0000n,
    directMapPages: 2 ** 35,
    fromFirstRam: false,
    vmap: 0xc010_0000_0000_0000n,
    vmapEnd: 0xc010_0000_4000_0000n,
    window: 0xc010_0001_0000_0000n,
    windowKind: 'slots',
  },
};

/** Where the vmap area of arm64 lay before 4.23: seen in recordings of 4.17, and as large as now. */
const OLDER_ARM64: ArchitectureAddresses = {
  ...ARCHITECTURES.arm64,
  vmap: 0x4000_0000n,
  vmapEnd: 0x8000_0000n,
};

const GIB_FRAMES = 2 ** 18;

/** What decides, beside the machine, on its address space. */
type AddressConfig = Pick<HeapConfig, 'mode' | 'xen' | 'xenHeap'>;

/** Where the parts of a machine's address space lie; fixed from power-on. */
export class AddressLayout {
  /** The direct map, or the separate xen heap: its first byte, and pages for which there is room. */
  readonly directMap: VirtualAddress;
  readonly directMapPages: number;
  /** What stands at its first byte: a PDX, or with a separate xen heap an MFN. */
  readonly directMapBase: number;
  readonly vmap: VirtualAddress;
  readonly vmapPages: number;
  /** The window of transient mappings: 1,024 slots of 2 MiB for each CPU, or a map cache of pages for each domain. */
  readonly window: VirtualAddress;
  readonly windowPages: number;
  readonly windowKind: WindowKind;

  constructor(machine: Machine, { mode, xen, xenHeap }: AddressConfig, frameTable: FrameTable) {
    const isOlderArm64 = machine.arch === 'arm64' && xen !== '4.23';
    const addresses = isOlderArm64 ? OLDER_ARM64 : ARCHITECTURES[machine.arch];
    this.directMap = addresses.directMap as VirtualAddress;
    this.directMapPages = addresses.directMapPages;
    if (mode === 'separate-xenheap') this.directMapBase = xenHeap?.[0] ?? 0;
    else this.directMapBase = addresses.fromFirstRam ? firstGib(machine, frameTable) : 0;
    this.vmap = addresses.vmap as VirtualAddress;
    this.vmapPages = Number((addresses.vmapEnd - addresses.vmap) / BigInt(PAGE_SIZE));
    this.window = addresses.window as VirtualAddress;
    this.windowKind = addresses.windowKind;
    this.windowPages = addresses.windowKind === 'slots' ? SLOTS * SLOT_PAGES : MAP_CACHE_SLOTS;
  }
}

/** PDX of the first RAM, rounded down to 1 GiB. */
function firstGib({ ram }: Machine, frameTable: FrameTable): number {
  const first = Math.min(...ram.map(([start]) => start));
  const pdx = frameTable.pdxOf(first) ?? 0;
  return Math.floor(pdx / GIB_FRAMES) * GIB_FRAMES;
}
