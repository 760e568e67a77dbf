import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Architecture, PdxScheme, XenVersion } from '@heaplay/core';

const FOLDER = fileURLToPath(new URL('../../../../corpus/machines', import.meta.url));

/** Every log of a machine in the corpus. */
export const MACHINES: readonly string[] = readdirSync(FOLDER).toSorted();

/** Where a log of the corpus lies. */
export function machinePath(name: string): string {
  return `${FOLDER}/${name}`;
}

/** The text of a log of the corpus. */
export function machineText(name: string): string {
  return readFileSync(machinePath(name), 'utf8');
}

/** What a log tells, read by a person. Sums are of pages, as they stand in the log: `0x99` is the end 0x99400 rounded down. */
export interface ExpectedMachine {
  readonly arch: Architecture;
  /** Whole pages of each bank. */
  readonly banks: readonly number[];
  /** Pages of RAM on each node, by node id; absent: one node with all. */
  readonly nodes?: Readonly<Record<number, number>>;
  /** Absent: the log does not say, so the newest. */
  readonly xen?: XenVersion;
  /** Told by the log, or needed; absent: none. */
  readonly pdx?: PdxScheme;
  /** Facts that the log tells of Xen, and their lines. */
  readonly told?: Readonly<Record<string, { readonly line: number; readonly value: unknown }>>;
}

const GIB = 0x40000;

const ZYNQMP = [0x7ff00, 0x80000];
const GRANITE_RAPIDS_2T = [0x80000, 0x8080000 - 0x100000, 0x8000000, 0x8000000, 0x8000000];
/** 0xa0 pages below 640 KiB less the one that 0x9fc00 cuts; from 1 MiB to 0x7ffe0000. */
const QEMU_2G = [0x9f, 0x7ffe0 - 0x100];

/** By file; the two files that are missing tell of no machine. */
export const EXPECTED: Readonly<Record<string, ExpectedMachine>> = {
  '01-fujitsu-4s-clx-128g-e820-srat.txt': {
    arch: 'x86_64',
    // Ends are excluded in this notation; 0x99400 is no multiple of a page.
    banks: [0x99, 0x59a24 - 0x100, 0x64bec - 0x59a25, 0x6f800 - 0x6f28c, 0x2080000 - 0x100000],
    // 32 GiB each; node 0 has the hole below 4 GiB, of which the banks below 0x80000 are RAM.
    nodes: {
      0: 0x99 + (0x59a24 - 0x100) + (0x64bec - 0x59a25) + (0x6f800 - 0x6f28c) + (0x880000 - 0x100000),
      1: 32 * GIB,
      2: 32 * GIB,
      3: 32 * GIB,
    },
    told: {
      // The log's own sum: 133776352kB.
      systemRam: { line: 21, value: 133776352 * 1024 },
      xenImage: { line: 19, value: 0x64400000 },
      dmaBits: { line: 29, value: 32 },
    },
  },
  '02-versal-gen2-5banks-pdx-assert.txt': {
    arch: 'arm64',
    banks: [2 * GIB, 2 * GIB, 2 * GIB, 2 * GIB, 2 * GIB],
    // The log ends in an assertion, for want of a compression that works: 0x70080000 frames are beyond the direct map.
    pdx: 'mask',
    told: {
      stopped: {
        line: 41,
        value:
          "Assertion '(mfn_to_pdx(maddr_to_mfn(ma)) - directmap_base_pdx) < (DIRECTMAP_SIZE >> PAGE_SHIFT)' failed at ./arch/arm/include/asm/mmu/mm.h:72",
      },
    },
  },
  '03-zcu102-zynqmp-boot-alloc-double-give.txt': {
    arch: 'arm64',
    banks: ZYNQMP,
    pdx: 'mask',
    told: { pdx: { line: 15, value: { scheme: 'mask', firstBit: 19, lastBit: 22 } } },
  },
  '04-wrx80e-threadripper-448g-efi.txt': {
    arch: 'x86_64',
    // Ends are included in this notation.
    banks: [
      0x90 - 0x1,
      0xa0 - 0x91,
      0x4000 - 0x100,
      0x9df2 - 0x4021,
      0xb5b05 - 0xa000,
      0xbc000 - 0xbb1ff,
      0x703f100 - 0x100000,
    ],
  },
  '06-rcar-h3-8g-4banks-heap-freelist.txt': { arch: 'arm64', banks: [0xc0000 - 0x48000, 2 * GIB, 2 * GIB, 2 * GIB] },
  '07-gnr-4s-2tb-srat-pdx-offset.txt': {
    arch: 'x86_64',
    banks: GRANITE_RAPIDS_2T,
    nodes: { 0: 0x80000 + 0x8080000 - 0x100000, 1: 0x8000000, 2: 0x8000000, 3: 0x8000000 },
    pdx: 'offset',
    told: { pdx: { line: 7, value: { scheme: 'offset', shift: 29, regionPages: 0x10000000 } } },
  },
  '08-gnr-4s-1tb-srat.txt': {
    arch: 'x86_64',
    banks: [0x80000, 0x4080000 - 0x100000, 256 * GIB, 256 * GIB, 256 * GIB],
    nodes: { 0: 0x80000 + 0x4080000 - 0x100000, 1: 256 * GIB, 2: 256 * GIB, 3: 256 * GIB },
    // Node 3 lies above 16 TiB, where the direct map of x86 ends.
    pdx: 'offset',
  },
  '10-qemu-bochs-2g-416.txt': {
    arch: 'x86_64',
    banks: QEMU_2G,
    told: { systemRam: { line: 10, value: 2096636 * 1024 }, xenImage: { line: 9, value: 0x7f800000 } },
  },
  '11-apu2-fam16h-4g-coreboot.txt': { arch: 'x86_64', banks: [0x9f, 0xcfe82 - 0x100, 0x12f000 - 0x100000] },
  '12-amdvision-8g-xen411.txt': {
    arch: 'x86_64',
    banks: [0x9f, 0xde59d - 0x100, 0xdf70d - 0xde79d, 0xdfd3f - 0xdfb16, 0xdff00 - 0xdfef7, 0x220000 - 0x100000],
  },
  '13-dell-vostro1700-2g.txt': {
    arch: 'x86_64',
    // 0x7fe6d800 cuts a page.
    banks: [0x9f, 0x7fe6d - 0x100],
    told: { systemRam: { line: 14, value: 2095152 * 1024 } },
  },
  '14-qemu-q35-2g-ht-hole-pvh.txt': {
    arch: 'x86_64',
    banks: QEMU_2G,
    told: { systemRam: { line: 11, value: 2096636 * 1024 }, xenImage: { line: 10, value: 0x7f600000 } },
  },
  '16-fvp-base-arm64-pdx.txt': {
    arch: 'arm64',
    banks: [0xff000 - 0x80000, 2 * GIB],
    pdx: 'mask',
    told: {
      pdx: { line: 13, value: { scheme: 'mask', firstBit: 20, lastBit: 22 } },
      dmaBits: { line: 14, value: 0 },
    },
  },
  '17-rcar-h3-4g-pdx19.txt': {
    arch: 'arm64',
    banks: [0x80000 - 0x48000, GIB, GIB, GIB],
    pdx: 'mask',
    told: { pdx: { line: 13, value: { scheme: 'mask', firstBit: 19, lastBit: 19 } } },
  },
  '18-zynqmp-4143-pdx19-22.txt': {
    arch: 'arm64',
    banks: ZYNQMP,
    pdx: 'mask',
    told: { pdx: { line: 11, value: { scheme: 'mask', firstBit: 19, lastBit: 22 } } },
  },
  '19-rpi4-8g-4banks.txt': {
    arch: 'arm64',
    banks: [0x3b300, 0xfc000 - 0x40000, 2 * GIB, 2 * GIB],
    told: { commandLine: { line: 16, value: '' } },
  },
  '20-zynqmp-uefi-26-neighbour-banks.txt': {
    arch: 'arm64',
    // As the log has them, one after the other; most touch the one before them.
    banks: [
      0xc00,
      0x1,
      0xe00 - 0xc01,
      0x279e - 0xe00,
      0x2a00 - 0x279e,
      0x837a - 0x2a00,
      0x8400 - 0x837a,
      0x8519 - 0x8400,
      0x8600 - 0x8519,
      0x8614 - 0x8600,
      0x9800 - 0x8614,
      0x98a8 - 0x9800,
      0x9e00 - 0x98a8,
      0x9ea8 - 0x9e00,
      0x20000 - 0x9ea8,
      0x80,
      0x77b18 - 0x20080,
      0x77b2c - 0x77b19,
      0x77c8e - 0x77b2c,
      0x77c92 - 0x77c8e,
      0x77cab - 0x77ca7,
      0x77caf - 0x77cac,
      0x77cd3 - 0x77cd0,
      0x77cd8 - 0x77cd4,
      0x7bd08 - 0x77cd8,
      0x7fd60 - 0x7bd09,
      0x7ff00 - 0x7fd70,
      0x80000,
    ],
  },
  '21-linux-sgi-16node-12tb-srat.txt': {
    arch: 'x86_64',
    // 0xc000000000 bytes are 768 GiB.
    banks: [0x80000, 0xc080000 - 0x100000, ...Array.from({ length: 15 }, () => 768 * GIB)],
    nodes: {
      0: 0x80000 + 0xc080000 - 0x100000,
      ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [i + 1, 768 * GIB])),
    },
  },
  '23-linux-hisi-kunpeng-hip08-srat.txt': {
    arch: 'arm64',
    // By address; node 0 has the first 2 GiB and 62 GiB from 0x2080000000 on.
    banks: [2 * GIB, 62 * GIB, 64 * GIB, 64 * GIB, 64 * GIB],
    nodes: { 0: 64 * GIB, 1: 64 * GIB, 2: 64 * GIB, 3: 64 * GIB },
    // Nodes 2 and 3 lie at 32 TiB.
    pdx: 'mask',
  },
  '24-linux-amd-8node-128g-srat.txt': {
    arch: 'x86_64',
    banks: [0xa0, 0xd8000 - 0x100, 0x428000 - 0x100000, ...Array.from({ length: 7 }, () => 16 * GIB)],
    nodes: {
      0: 0xa0 + (0xd8000 - 0x100) + (0x428000 - 0x100000),
      ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [i + 1, 16 * GIB])),
    },
  },
  '26-xen-pdxtest-4s-gnr.txt': { arch: 'x86_64', banks: GRANITE_RAPIDS_2T, pdx: 'offset' },
  // Nothing in the file says that this machine is an Arm.
  '27-xen-pdxtest-versal-gen2.txt': { arch: 'x86_64', banks: [0x80000, 0x80000, 0x80000, 0x80000, 0x80000] },
  '28-xen-pdxtest-naples-8node.txt': {
    arch: 'x86_64',
    banks: [0xa0, 0xb0000 - 0x100, 0x330000, ...Array.from({ length: 7 }, () => 0x400000)],
  },
  '29-xen-pdxtest-2s-clx.txt': { arch: 'x86_64', banks: [0x180000, 0x3040000 - 0x180000] },
  '31-adlink-ava-ampere-8tb-base.txt': {
    arch: 'arm64',
    // All of it lies at 8 TiB; the direct map of arm64 begins at the first bank, so it needs no compression.
    banks: [2 * GIB, 0x8039c000 - 0x80100000, 0x80400000 - 0x8039c000],
  },
  '32-arm64-6cpu-dom0less-4g-high.txt': { arch: 'arm64', banks: [0x100000 - 0x80200, 2 * GIB] },
  '33-linux-3tb-7movable-nodes-srat.txt': {
    arch: 'x86_64',
    // 0x8000000000 bytes are 512 GiB. Of node 0 the log tells nothing.
    banks: [...Array.from({ length: 5 }, () => 512 * GIB), 256 * GIB, 128 * GIB],
    nodes: { 1: 512 * GIB, 2: 512 * GIB, 3: 512 * GIB, 4: 512 * GIB, 5: 512 * GIB, 6: 256 * GIB, 7: 128 * GIB },
    pdx: 'offset',
  },
  '34-linux-4node-320g-unaligned-srat.txt': {
    arch: 'x86_64',
    banks: [0x80000, 0x1870000 - 0x100000, 0x3070000 - 0x1870000, 0x1000000, 0x1000000],
    nodes: { 0: 0x80000 + 0x1870000 - 0x100000, 1: 0x3070000 - 0x1870000, 2: 0x1000000, 3: 0x1000000 },
  },
  'qemu-x86-2g-smp2.txt': {
    arch: 'x86_64',
    banks: QEMU_2G,
    xen: '4.17',
    told: {
      xenVersion: { line: 1, value: '4.17.7' },
      debug: { line: 1, value: false },
      systemRam: { line: 24, value: 2096636 * 1024 },
      dmaBits: { line: 36, value: 0 },
      cpus: { line: 105, value: 2 },
      lowMemoryThreshold: { line: 155, value: 0x4000 },
      bootScrub: { line: 156, value: 'idle' },
    },
  },
  'qemu-x86-2g.txt': {
    arch: 'x86_64',
    banks: QEMU_2G,
    xen: '4.17',
    told: {
      commandLine: {
        line: 5,
        value: 'console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all noreboot sync_console',
      },
      cpus: { line: 105, value: 1 },
    },
  },
  'qemu-x86-512m.txt': {
    arch: 'x86_64',
    banks: [0x9f, 0x1ffe0 - 0x100],
    xen: '4.17',
    told: {
      systemRam: { line: 24, value: 523772 * 1024 },
      lowMemoryThreshold: { line: 135, value: 0x800 },
    },
  },
};

/** Files that tell of no machine, and what is said of them. */
export const REFUSED: Readonly<Record<string, RegExp>> = {
  '25-debug-key-m-dump.txt': /no memory map; line 3 tells how much is free, not where RAM lies/,
  '35-linux-ftrace-kmem-samples.txt': /a recording of ftrace/,
  'qemu-linux-6.1-ftrace-kmem.txt': /a recording of ftrace/,
  'qemu-linux-6.1-perf-script-kmem.txt': /a recording of ftrace/,
  // Arm prints its banks before the console is there, and this log begins with the console. Dom0's own map, which is
  // there, is not the machine's.
  'qemu-arm32-1g.txt': /no memory map; line 299 tells how much is free/,
  'qemu-arm64-2g.txt': /no memory map; line 331 tells how much is free/,
};
