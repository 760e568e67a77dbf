import type { Architecture } from '@heaplay/core';
import { ARM32, ARM64, type Abi, X86_64 } from './abi.ts';
import type { ElfFile } from './elf.ts';
import type { MemFlagLayout, XenLayout } from './layout.ts';
import { RecordingError } from './remote-error.ts';

/*
 * Found in the machine code and the symbols of the builds, and proven by recordings that verify. How to add a build:
 * docs/recording.md.
 */

const MEM_FLAGS_4_17: MemFlagLayout = {
  bits: {
    no_refcount: 0,
    no_dma: 3,
    exact_node: 4,
    no_owner: 5,
    no_tlbflush: 6,
    no_icache_flush: 7,
    no_scrub: 8,
  },
  nodeShift: 16,
  widthShift: 24,
};

const COMMON_4_17 = {
  xen: '4.17',
  memFlags: MEM_FLAGS_4_17,
  orders: 19,
  bootScrub: ['off', 'on', 'idle'],
} as const;

/** Every build that can be recorded. */
export const LAYOUTS: readonly XenLayout[] = [
  {
    ...COMMON_4_17,
    arch: 'x86_64',
    buildId: '151b373fd64b321593bf987fd923cd10dabadac4',
    name: 'Xen 4.17.7, Debian 12 (4.17.7+13-g2445b30a44-0+deb12u1), amd64',
    frameTable: 0xffff82e000000000n,
    firstPdx: 0,
    pageInfoBytes: 32,
    links: 'pdx',
    firstDirty: 0x10,
    zones: 41,
    directMap: 0xffff830000000000n,
    directMapFirst: 0,
    domain: { id: 0, maxPages: 0x64, nodeAffinity: 0x848 },
    guestEntry: undefined,
    systemActive: 3,
  },
  {
    ...COMMON_4_17,
    arch: 'arm64',
    buildId: '7a23ea1ef3374f2c4453d67a7962e1d695e9f270',
    name: 'Xen 4.17.7, Debian 12 (4.17.7+13-g2445b30a44-0+deb12u1), arm64',
    frameTable: 0x800000000n,
    firstPdx: 'frametable_base_pdx',
    pageInfoBytes: 56,
    links: 'address',
    firstDirty: 24,
    zones: 37,
    directMap: 0x800000000000n,
    directMapFirst: 'directmap_mfn_start',
    domain: { id: 0, maxPages: 0x64, nodeAffinity: undefined },
    guestEntry: 'leave_hypervisor_to_guest',
    systemActive: 3,
  },
  {
    ...COMMON_4_17,
    arch: 'arm32',
    buildId: '6f826046277d65dfebd9962081cf95012c252c52',
    name: 'Xen 4.17.7, Debian 12 (4.17.7+13-g2445b30a44-0+deb12u1), armhf',
    frameTable: 0x02000000n,
    firstPdx: 'frametable_base_pdx',
    pageInfoBytes: 32,
    links: 'address',
    firstDirty: 12,
    zones: 29,
    directMap: 0x40000000n,
    directMapFirst: 'directmap_mfn_start',
    domain: { id: 0, maxPages: 0x44, nodeAffinity: undefined },
    guestEntry: 'leave_hypervisor_to_guest',
    systemActive: 3,
  },
];

const ABIS: readonly Abi[] = [X86_64, ARM64, ARM32];

/** The conventions of a layout's architecture. */
export function abiOf(arch: Architecture): Abi {
  const abi = ABIS.find((candidate) => candidate.arch === arch);
  if (abi === undefined) throw new RecordingError(`${arch}: no Xen of this architecture can be recorded`);
  return abi;
}

/** The layout of the build that a symbol file belongs to. Throws {@link RecordingError} that says what is missing. */
export function layoutOf({ machine, buildId }: Pick<ElfFile, 'machine' | 'buildId'>, file: string): XenLayout {
  const abi = ABIS.find(({ elfMachine }) => elfMachine === machine);
  if (abi === undefined) {
    throw new RecordingError(
      `${file}: found code for ELF machine ${machine}; expected ${ABIS.map(({ arch, elfMachine }) => `${arch} (${elfMachine})`).join(', ')}`,
    );
  }
  const layout = LAYOUTS.find((candidate) => candidate.arch === abi.arch && candidate.buildId === buildId);
  if (layout !== undefined) return layout;
  const known = LAYOUTS.filter(({ arch }) => arch === abi.arch).map((one) => `${one.buildId} (${one.name})`);
  throw new RecordingError(
    `${file}: found ${buildId === undefined ? 'no build id' : `the build id ${buildId}`}; expected one whose layout is known: ${known.join(', ')}. ` +
      'Missing of this build: the address of the frame table, the size of a page_info and where it has the links of a free list and first_dirty, the number of zones, the fields of a domain, the bits of the memory flags. Next: record a build that is known (scripts/fetch-xen.sh), or add the layout as docs/recording.md tells',
  );
}
