import { describe, expect, it } from 'vitest';
import { cleanLines } from '../lines/clean-lines.ts';
import type { Fact } from './fact.ts';
import { readFacts } from './read-facts.ts';

/** What one line says, without what it says of the architecture. */
function said(line: string): readonly object[] {
  return readFacts(cleanLines(line)).facts.filter(({ kind }) => kind !== 'architecture');
}

function fact(body: object): readonly object[] {
  return [{ ...body, line: 1 }];
}

const LOW = { start: 0, end: 0x9fc00 };
const NODE = { start: 0x100000000, end: 0x880000000 };

describe('maps in e820 notation', () => {
  it.each([
    ['Xen', '[0000000000000000, 000000000009fbff] (usable)', { usable: true, type: 'usable' }],
    ['Xen before 4.14', ' 0000000000000000 - 000000000009fc00 (usable)', { usable: true, type: 'usable' }],
    ['not usable', '[0000000000000000, 000000000009fbff] (ACPI NVS)', { usable: false, type: 'ACPI NVS' }],
    [
      'Linux',
      'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable',
      { map: 'bios', usable: true, type: 'usable' },
    ],
    [
      'Linux before 3.5',
      ' BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)',
      { map: 'bios', usable: true, type: 'usable' },
    ],
    [
      'Linux with sizes',
      'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff]  639   KiB System RAM',
      { map: 'bios', usable: true, type: 'System RAM' },
    ],
    [
      'Linux with sizes, reserved',
      'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] 1 KiB device reserved',
      { map: 'bios', usable: false, type: 'device reserved' },
    ],
    [
      'persistent',
      'BIOS-e820: [mem 0x0-0x9fbff] persistent (type 12)',
      { map: 'bios', usable: false, type: 'persistent (type 12)' },
    ],
    ['dom0', 'Xen: [mem 0x0000000000000000-0x000000000009fbff] usable', { map: 'guest', usable: true, type: 'usable' }],
    ['mem= of Linux', 'user: [mem 0x0-0x9fbff] usable', { map: 'changed', usable: true, type: 'usable' }],
    ['setup data', 'reserve setup_data: [mem 0x0-0x9fbff] usable', { map: 'changed', usable: true, type: 'usable' }],
  ])('[IMPORT-E820-1] %s', (_, line, expected) => {
    expect(said(line)).toEqual(fact({ kind: 'e820', ...LOW, ...expected }));
  });

  it.each([
    ['Xen-e820 RAM map:', 'xen'],
    ['EFI RAM map:', 'xen'],
    ['BIOS-provided physical RAM map:', 'bios'],
    ['e820: BIOS-provided physical RAM map:', 'bios'],
    ['e820: user-defined physical RAM map:', 'changed'],
    ['Initial Xen-e820 RAM map:', 'changed'],
    ['Dom0 memory map:', 'guest'],
    ['EFI memory map:', 'xen'],
  ])('[IMPORT-E820-2] %s', (title, map) => {
    expect(said(title)).toEqual(fact({ kind: 'map-heading', map, title }));
  });
});

describe('EFI memory maps', () => {
  it.each([
    ['Xen', '0000000000000-000000009fbff type=7 attr=000000000000000f', true, 'type 7'],
    ['Xen, runtime', '0000000000000-000000009fbff type=6 attr=800000000000000f', false, 'type 6'],
    [
      'Linux before 4.0',
      'efi: mem00: type=4, attr=0xf, range=[0x0000000000000000-0x000000000009fc00) (0MB)',
      true,
      'type 4',
    ],
    [
      'Linux',
      'efi: mem00: [Conventional Memory|   |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0-0x9fbff] (0MB)',
      true,
      'Conventional Memory',
    ],
    [
      'Linux, specific purpose',
      'efi: mem01: [Conventional Memory|   |  |SP|   |WB] range=[0x0-0x9fbff] (0MB)',
      false,
      'Conventional Memory',
    ],
    ['Linux, reserved', 'efi: mem02: [Reserved           |RUN|  |  |WB] range=[0x0-0x9fbff] (0MB)', false, 'Reserved'],
    [
      'Linux on arm64',
      'efi:   0x000000000000-0x00000009fbff [Boot Data          |   |  |WB|WT|WC|UC]',
      true,
      'Boot Data',
    ],
  ])('[IMPORT-EFI-1] %s', (_, line, usable, type) => {
    expect(said(line)).toEqual(fact({ kind: 'efi', ...LOW, usable, type }));
  });
});

describe('nodes', () => {
  const memory = { kind: 'srat-memory', node: 3, ...NODE };
  it.each([
    ['Xen before 4.14, Linux 2.6', 'SRAT: Node 3 PXM 1 100000000-880000000', true],
    ['Xen', 'SRAT: Node 3 PXM 1 [0000000100000000, 000000087fffffff]', true],
    ['Xen, plugged in later', 'SRAT: Node 3 PXM 1 [0000000100000000, 000000087fffffff] (hotplug)', false],
    ['Xen from 4.18 on', 'NUMA: Node 3 PXM 1 [0000000100000000, 000000087fffffff]', true],
    ['Xen on Arm', 'SRAT: Node 3 0000000100000000-0000000880000000', true],
    ['Linux 3', 'SRAT: Node 3 PXM 1 [mem 0x100000000-0x87fffffff]', true],
    ['Linux', 'ACPI: SRAT: Node 3 PXM 1 [mem 0x100000000-0x87fffffff]', true],
    ['Linux on arm64', 'ACPI: NUMA: SRAT: Node 3 PXM 1 [mem 0x100000000-0x87fffffff]', true],
    ['Linux, plugged in later', 'ACPI: SRAT: Node 3 PXM 1 [mem 0x100000000-0x87fffffff] hotplug', false],
    ['Linux, persistent', 'ACPI: SRAT: Node 3 PXM 1 [mem 0x100000000-0x87fffffff] non-volatile', false],
  ])('[IMPORT-SRAT-1] %s', (_, line, present) => {
    expect(said(line)).toEqual(fact({ ...memory, present }));
  });

  it.each([
    ['SRAT: PXM 1 -> APIC 0x02 -> Node 3', { kind: 'cpu-node', node: 3 }],
    ['SRAT: PXM 1 -> APIC 00000002 -> Node 3', { kind: 'cpu-node', node: 3 }],
    ['ACPI: NUMA: SRAT: PXM 1 -> MPIDR 0x10000 -> Node 3', { kind: 'cpu-node', node: 3 }],
    ['SRAT: SRAT not used.', { kind: 'srat-rejected' }],
    ['SRAT: PXMs only cover 1MB of your 2MB e820 RAM. Not used.', { kind: 'srat-rejected' }],
    ['NUMA: Node 3 MFN 0x100000 - 0x880000', { kind: 'node-memory', node: 3, ...NODE, ram: false }],
    [
      'NUMA: Node 3 [0,a0000) + [100000000,880000000) -> [100000000,880000000)',
      { kind: 'node-memory', node: 3, ...NODE, ram: false },
    ],
    ['NUMA: Node 3 [mem 0x100000000-0x87fffffff]', { kind: 'node-memory', node: 3, ...NODE, ram: false }],
    [
      'NUMA: Adding memblock [0x100000000 - 0x87fffffff] on node 3',
      { kind: 'node-memory', node: 3, ...NODE, ram: false },
    ],
    [
      'Faking node 3 at 0000000100000000-0000000880000000 (30720MB)',
      { kind: 'node-memory', node: 3, ...NODE, ram: false },
    ],
    ['Faking a node at 0000000100000000-0000000880000000', { kind: 'node-memory', node: 0, ...NODE, ram: false }],
    ['NUMA: Faking a node at [mem 0x100000000-0x87fffffff]', { kind: 'node-memory', node: 0, ...NODE, ram: false }],
    ['Bootmem setup node 3 0000000100000000-0000000880000000', { kind: 'node-memory', node: 3, ...NODE, ram: false }],
    [
      'Initmem setup node 3 [mem 0x0000000100000000-0x000000087fffffff]',
      { kind: 'node-memory', node: 3, ...NODE, ram: false },
    ],
    ['  node   3: [mem 0x0000000100000000-0x000000087fffffff]', { kind: 'node-memory', node: 3, ...NODE, ram: true }],
    ['    3: 0x00100000 -> 0x00880000', { kind: 'node-memory', node: 3, ...NODE, ram: true }],
    ['CPU4...7 -> NODE3', { kind: 'node-cpus', node: 3, first: 4, last: 7 }],
    ['CPU4 -> NODE3', { kind: 'node-cpus', node: 3, first: 4, last: 4 }],
  ])('[IMPORT-NODE-1] %s', (line, expected) => {
    expect(said(line)).toEqual(fact(expected));
  });
});

describe('banks, and what lies in them', () => {
  it.each([
    ['RAM: 0000000100000000 - 000000087fffffff', { kind: 'bank', from: 'boot-info', ...NODE }],
    ['ram pfn 0x100000 0x880000', { kind: 'bank', from: 'list', ...NODE }],
    [
      'MODULE[0]: 0000000022000000 - 0000000022172fff Xen         ',
      { kind: 'taken', by: 'xen', name: 'Xen', start: 0x22000000, end: 0x22173000 },
    ],
    // Older versions write the end, as a number of bytes.
    [
      'MODULE[1]: 0000000048000000 - 0000000048010000 Device Tree',
      { kind: 'taken', by: 'module', name: 'Device Tree', start: 0x48000000, end: 0x48010000 },
    ],
    [
      ' RESVD[12]: 0000000018000000 - 00000000187fffff',
      { kind: 'taken', by: 'reserved', name: 'RESVD', start: 0x18000000, end: 0x18800000 },
    ],
    [
      'Placing Xen at 0x00000000ffe00000-0x0000000100000000',
      { kind: 'taken', by: 'xen', name: 'Xen', start: 0xffe00000, end: 0x100000000 },
    ],
    [
      'Kdump: 252MB (258048kB) at 0x49e00000',
      { kind: 'taken', by: 'crash-kernel', name: 'Kdump', start: 0x49e00000, end: 0x59a00000 },
    ],
  ])('[IMPORT-BANK-1] %s', (line, expected) => {
    expect(said(line)).toEqual(fact(expected));
  });
});

describe('what Xen says of itself', () => {
  it.each([
    [
      'Xen version 4.20.1-pre (x@y) (gcc (GCC) 12) debug=y Mon',
      { kind: 'xen-version', version: '4.20.1', debug: true },
    ],
    ['Xen version 4.1.1 (Ubuntu 4.1.1-2) (gcc 4.6) Sat', { kind: 'xen-version', version: '4.1.1', debug: null }],
    ['Command line: <NULL>', { kind: 'command-line', text: '' }],
    ['PFN compression on bits 19...22', { kind: 'pdx', outcome: { scheme: 'mask', firstBit: 19, lastBit: 22 } }],
    [
      'PFN compression using PFN lookup table shift 29 and PDX region size 0x10000000',
      { kind: 'pdx', outcome: { scheme: 'offset', shift: 29, regionPages: 0x10000000 } },
    ],
    ['PFN compression disabled, RAM region [0x1, 0x2] not covered', { kind: 'pdx', outcome: { scheme: 'none' } }],
    [
      'Xen heap: 00000000fa000000-0000000100000000 (24576 pages, from command-line)',
      { kind: 'heap-size', heap: 'xen', pages: 24576, range: { start: 0xfa000000, end: 0x100000000 } },
    ],
    ['PFN compression disabled', { kind: 'pdx', outcome: { scheme: 'none' } }],
    [
      'Xen heap: 00000000fe000000-0000000100000000 (8192 pages)',
      { kind: 'heap-size', heap: 'xen', pages: 8192, range: { start: 0xfe000000, end: 0x100000000 } },
    ],
    ['Xen heap: 14MB (14388kB)', { kind: 'heap-size', heap: 'xen', pages: 3597, range: null }],
    ['Dom heap: 516096 pages', { kind: 'heap-size', heap: 'dom', pages: 516096, range: null }],
    ['Domain heap initialised', { kind: 'heap-initialised', dmaBits: 0 }],
    ['Domain heap initialised DMA width 32 bits', { kind: 'heap-initialised', dmaBits: 32 }],
    ['Domain heap initialised: DMA width 30 bits', { kind: 'heap-initialised', dmaBits: 30 }],
    ['System RAM: 2047MB (2096636kB)', { kind: 'system-ram', value: 2096636 * 1024 }],
    ['Initial low memory virq threshold set at 0x4000 pages.', { kind: 'low-memory-threshold', value: 0x4000 }],
    ['Scrubbing Free RAM in background', { kind: 'scrub', when: 'idle' }],
    ['Scrubbing Free RAM on 2 nodes using 16 CPUs', { kind: 'scrub', when: 'on' }],
    ['Scrubbing Free RAM: .....done.', { kind: 'scrub', when: 'on' }],
    ["Assertion 'x' failed at y.c:12", { kind: 'stop', text: "Assertion 'x' failed at y.c:12" }],
  ])('[IMPORT-XEN-1] %s', (line, expected) => {
    expect(said(line)).toEqual(fact(expected));
  });

  it('[IMPORT-XEN-2] both heaps on one line, as older versions have it', () => {
    expect(said('Xen heap: 262144 pages  Dom heap: 520192 pages')).toEqual([
      { kind: 'heap-size', heap: 'xen', pages: 262144, range: null, line: 1 },
      { kind: 'heap-size', heap: 'dom', pages: 520192, range: null, line: 1 },
    ]);
  });

  it('[IMPORT-XEN-3] what a panic says stands in the line below', () => {
    const { facts } = readFacts(cleanLines('(XEN) Panic on CPU 0:\n(XEN) Not enough space for xenheap'));
    expect(facts).toContainEqual({ kind: 'stop', text: 'Panic on CPU 0: Not enough space for xenheap', line: 1 });
  });
});

describe('debug keys', () => {
  it.each([
    ['    heap[19]: 743052kB free', { kind: 'free-pages', node: null, zone: 19, pages: 185763 }],
    ['    Xen heap: 31544kB free', { kind: 'free-pages', node: null, zone: 'xen', pages: 7886 }],
    ['    Dom heap: 743052kB free', { kind: 'free-pages', node: null, zone: 'dom', pages: 185763 }],
    ['heap[node=1][zone=19] -> 16416 pages', { kind: 'free-pages', node: 1, zone: 19, pages: 16416 }],
    ['Physical memory information:', { kind: 'dump-heading', key: 'm' }],
    ["'H' pressed -> dumping heap info (now = 1)", { kind: 'dump-heading', key: 'H' }],
    [
      'heap[node=0][zone=23][order=5] 0x00000765ec0000-0x00000765ee0000',
      { kind: 'free-block', node: 0, zone: 23, order: 5, start: 0x765ec0000, end: 0x765ee0000 },
    ],
  ])('[IMPORT-DUMP-1] %s', (line, expected) => {
    expect(said(line)).toEqual(fact(expected));
  });

  it('[IMPORT-DUMP-2] a node as key u shows it', () => {
    expect(said('NODE1 start->4096 size->524256 free->32544')).toEqual([
      { kind: 'node-span', node: 1, first: 4096, pages: 524256, line: 1 },
      { kind: 'free-pages', node: 1, zone: 'all', pages: 32544, line: 1 },
    ]);
  });
});

describe('lines that were not understood', () => {
  const unknown = (...lines: readonly string[]): readonly number[] =>
    readFacts(cleanLines(lines.join('\n'))).unknown.map(({ number }) => number);

  it('[IMPORT-UNKNOWN-1] what looks as if it told of memory is reported', () => {
    expect(
      unknown(
        'SRAT: Node 0 PXM 0 [00000000',
        'SRAT: Node zero',
        '[0000000000100000, 0000',
        '0000000000100000 - 00000000cf',
        'RAM: 00000000800',
        'MODULE[0]: somewhere',
        'PFN compression by magic',
        'NUMA: something new',
        'heap[x]',
        '[0000000000000000, 000000000009fbff] (of a kind nobody knows)',
      ),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('[IMPORT-UNKNOWN-2] what is known to say nothing, and what is about something else, is not', () => {
    expect(
      unknown(
        '# SRAT: Node',
        'ACPI: SRAT 000000006D72D000, 02830 (r3 INTEL  D3753)',
        'ACPI: SRAT 0x000000007FEF1F9A 000128 (v01 VMWARE)',
        'ACPI: SRAT (v001 A M I  OEMSRAT  0x06000513 MSFT 0x00000097) @ 0x00000000fbff3b10',
        'NUMA: Allocated memnodemap from 207cde0000 - 207cde1000',
        'NUMA: Using 19 for the hash shift.',
        'No NUMA configuration found',
        'NUMA: distance: NODE#0->NODE#1:20',
        'DT: NUMA node 1 processor parsed',
        'SRAT: No NUMA node hash function found. Contact maintainer',
        'PCI: MCFG area at b0000000 reserved in E820',
        'e820: update [mem 0x00000000-0x00000fff] usable ==> reserved',
        '  00000-9ffff write-back',
        'Extended region 0: 0x48000000->0x54000000',
        'RAMDISK: [mem 0x04000000-0x040fbfff]',
        'mempolicy: Enabling automatic NUMA balancing.',
        'Allocated console ring of 16 KiB.',
      ),
    ).toEqual([]);
  });
});

describe('architecture', () => {
  const signs = (line: string): readonly Fact[] =>
    readFacts(cleanLines(line)).facts.filter(({ kind }) => kind === 'architecture');

  it.each([
    ['(XEN) Xen version 4.17.5 (Debian) (arm-linux-gnueabihf-gcc 12) debug=n', 'arm32', 'proof'],
    ['(XEN) Xen version 4.17.5 (Debian) (aarch64-linux-gnu-gcc 12) debug=n', 'arm64', 'proof'],
    ['(XEN) Xen version 4.17.7 (Debian) (x86_64-linux-gnu-gcc 12) debug=n', 'x86_64', 'proof'],
    ['(XEN) Xen version 4.20 (x) (riscv64-linux-gnu-gcc 12) debug=y', 'riscv64', 'proof'],
    ['(XEN) Xen-e820 RAM map:', 'x86_64', 'sign'],
    ['(XEN) RAM: 0000000080000000 - 00000000feffffff', 'arm64', 'sign'],
    ['# an x86-64 of 2010', 'x86_64', 'hint'],
  ])('[IMPORT-ARCH-1] %s', (line, arch, weight) => {
    expect(signs(line)).toEqual([{ kind: 'architecture', arch, weight, line: 1 }]);
  });
});
