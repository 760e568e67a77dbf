import { describe, expect, it } from 'vitest';
import { TraceError } from '../trace/errors.ts';
import { importMachine } from './import-machine.ts';
import type { ImportOptions, ImportedMachine } from './import-machine.ts';

function imported(lines: readonly string[], options: ImportOptions = {}): ImportedMachine {
  return importMachine(lines.join('\n'), { name: 'log', ...options });
}

/** How a file is refused: the line, and the message. */
function refusal(text: string, options: ImportOptions = {}): readonly [number | null, string] {
  try {
    importMachine(text, { name: 'log', ...options });
  } catch (error) {
    if (error instanceof TraceError) return [error.place.line, error.message];
    throw error;
  }
  throw new Error('it was not refused');
}

const E820 = [
  'Xen-e820 RAM map:',
  ' [0000000000000000, 000000000009fbff] (usable)',
  ' [0000000000100000, 000000003fffffff] (usable)',
  ' [0000000100000000, 000000013fffffff] (usable)',
];
const SRAT = [
  'SRAT: Node 0 PXM 0 [0000000000000000, 000000003fffffff]',
  'SRAT: Node 1 PXM 1 [0000000100000000, 000000013fffffff]',
];
const OPTIONS = (text: string): string => `Command line: ${text}`;
const GIB = 0x40000;

describe('a machine of several lists', () => {
  it('[IMPORT-1] RAM in whole pages, a frame table up to its end, nodes cut there', () => {
    const { machine, sources } = imported([
      ...E820,
      ...SRAT.slice(0, 1),
      SRAT[1]?.replace('13fffffff', '1bfffffff') ?? '',
    ]);
    expect(machine).toEqual({
      arch: 'x86_64',
      frames: 0x140000,
      ram: [
        [0, 0x9f],
        [0x100, GIB],
        [0x100000, 0x140000],
      ],
      nodes: [
        { id: 0, ranges: [[0, GIB]] },
        { id: 1, ranges: [[0x100000, 0x140000]] },
      ],
      cpus: [0],
      reserved: [],
    });
    expect(sources).toEqual({ ram: 'e820', nodes: 'srat' });
  });

  it('[IMPORT-2] what one line calls usable and another one not is left out, and said', () => {
    const { machine, problems } = imported([...E820, ' [0000000000200000, 00000000002fffff] (reserved)']);
    expect(machine.ram).toEqual([
      [0, 0x9f],
      [0x100, 0x200],
      [0x300, GIB],
      [0x100000, 0x140000],
    ]);
    expect(problems).toEqual([{ kind: 'odd', line: 5, message: expect.stringMatching(/line 3 calls .* usable/) }]);
  });

  it('[IMPORT-3] e820 goes before banks and SRAT, a map of dom0 is none', () => {
    const dom0 = ['Dom0 memory map:', ' [0000000000000000, 00000000ffffffff] (usable)'];
    expect(imported([...E820, ...dom0, ...SRAT]).machine.ram).toHaveLength(3);
    expect(imported([...dom0, ...SRAT]).sources.ram).toBe('srat');
  });

  it('[IMPORT-4] a map that Xen has worked over goes before the first one', () => {
    const first = E820.map((line) => line.replace('Xen-e820', 'Initial Xen-e820'));
    expect(imported([...first, ...E820.slice(0, 3)]).machine.ram).toHaveLength(2);
  });

  it('[IMPORT-5] memory that is plugged in later is neither RAM nor of a node', () => {
    const { machine } = imported([...SRAT, 'SRAT: Node 1 PXM 1 [0000010000000000, 00000fffffffffff] (hotplug)']);
    expect([machine.frames, machine.nodes]).toEqual([
      0x140000,
      [
        { id: 0, ranges: [[0, GIB]] },
        { id: 1, ranges: [[0x100000, 0x140000]] },
      ],
    ]);
  });

  it('[IMPORT-6] a SRAT that Xen did not use makes no nodes', () => {
    expect(imported([...E820, ...SRAT, 'SRAT: SRAT not used.']).machine.nodes).toHaveLength(1);
  });

  it('[IMPORT-7] lines that come twice, word by word, are said once', () => {
    expect(imported([...SRAT, ...SRAT]).machine).toEqual(imported(SRAT).machine);
  });

  it('[IMPORT-20] Linux 2.6 tells what a node has so far, again and again', () => {
    const { machine } = imported([
      'Linux version 2.6.24',
      'SRAT: Node 0 PXM 0 100000-80000000',
      'SRAT: Node 1 PXM 1 80000000-fc000000',
      'SRAT: Node 1 PXM 1 80000000-100000000',
      'SRAT: Node 0 PXM 0 0-80000000',
    ]);
    expect(machine.nodes).toEqual([
      { id: 0, ranges: [[0, 0x80000]] },
      { id: 1, ranges: [[0x80000, 0x100000]] },
    ]);
  });

  it('[IMPORT-8] processors: as key u shows them, else as the SRAT has them, else as many as came up', () => {
    const cpus = (...lines: readonly string[]): readonly number[] => imported([...E820, ...lines]).machine.cpus;
    const apics = [
      'SRAT: PXM 0 -> APIC 00 -> Node 0',
      'SRAT: PXM 1 -> APIC 01 -> Node 1',
      'SRAT: PXM 1 -> APIC 03 -> Node 1',
    ];
    expect(cpus('Brought up 3 CPUs')).toEqual([0, 0, 0]);
    expect(cpus(...SRAT, ...apics)).toEqual([0, 1, 1]);
    expect(cpus(...SRAT, ...apics, 'Brought up 2 CPUs')).toEqual([0, 1]);
    expect(cpus(...SRAT, ...apics, 'CPU0...1 -> NODE1', 'CPU2 -> NODE0')).toEqual([1, 1, 0]);
    expect(cpus(...SRAT, 'Brought up 8 CPUs')).toEqual([0]);
  });

  it('[IMPORT-9] what Xen counted is held against what the map adds up to', () => {
    const problem = { kind: 'odd', line: 5, message: expect.stringMatching(/1 kB.*lines of the map may be missing/) };
    expect(imported([...E820, 'System RAM: 0MB (1kB)']).problems).toEqual([problem]);
  });
});

describe('options', () => {
  it('[IMPORT-10] mem cuts at an address, availmem at an amount, a node that is cut off is gone', () => {
    const mem = imported([...E820, ...SRAT, OPTIONS('mem=1G')]).machine;
    expect([mem.frames, mem.ram.length, mem.nodes.map(({ id }) => id)]).toEqual([GIB, 2, [0]]);
    const availmem = imported([...E820, OPTIONS('availmem=512M')]).machine;
    expect(availmem.ram).toEqual([
      [0, 0x9f],
      [0x100, 0x100 + GIB / 2 - 0x9f],
    ]);
  });

  it('[IMPORT-11] the configuration is what the command line, then the log, then the version says', () => {
    const heap = (...lines: readonly string[]): object => imported([...lines, ...E820]).heap;
    expect(
      heap(OPTIONS('dma_bits=30 bootscrub=0 badpage=0x200-0x201 low_mem_virq_limit=0 scrub-domheap')),
    ).toMatchObject({
      dmaBits: 30,
      bootScrub: 'off',
      badPages: [[0x200, 0x202]],
      lowMemVirq: 0,
      scrubDomheap: true,
    });
    expect(heap('Scrubbing Free RAM on 2 nodes using 16 CPUs')).toMatchObject({ bootScrub: 'on' });
    expect(heap('Xen version 4.1.1 (x)')).toMatchObject({ xen: '4.6', bootScrub: 'on', debug: false });
    expect(heap('Xen version 4.20.0 (x) debug=y')).toMatchObject({ xen: '4.17', bootScrub: 'idle', debug: true });
    expect(heap('Xen version 4.22-unstable (x)')).toMatchObject({ xen: '4.23' });
    expect(imported(['Xen version 4.22-unstable (x)', ...E820]).assumed).toEqual([
      'Xen 4.22 is taken to behave as 4.23',
    ]);
  });

  it('[BOOT-5] the DMA zone of a machine with nodes, as Xen comes to it', () => {
    // 16 GiB on node 0: a quarter of 2^22 pages less one has 20 bits.
    const wide = ['SRAT: Node 0 PXM 0 0-400000000', 'SRAT: Node 1 PXM 1 400000000-800000000'];
    expect(imported(wide).heap.dmaBitsDefault).toBe(32);
    expect(imported(SRAT).heap.dmaBitsDefault).toBe(28);
    expect(imported([...SRAT, 'Xen version 4.6.0 (x)']).heap.dmaBitsDefault).toBe(28);
    expect(imported(E820).heap.dmaBitsDefault).toBe(0);
    expect(imported([...SRAT, OPTIONS('dma_bits=33')]).heap).toMatchObject({ dmaBits: 33, dmaBitsDefault: 0 });
  });

  it('[PDX-4] RAM beyond the direct map is taken to be compressed, by the scheme of the architecture and version', () => {
    const far = ['SRAT: Node 0 PXM 0 0-80000000', 'SRAT: Node 1 PXM 1 200000000000-200080000000'];
    const heap = (...lines: readonly string[]): object => imported([...lines, ...far]).heap;
    const whole = { mode: 'direct-map-all', directMapEnd: 0x200080000, xenheapMaxMfn: null };
    expect(heap()).toMatchObject({ pdx: 'offset', ...whole });
    expect(heap('Xen version 4.21.0 (x)')).toMatchObject({ pdx: 'offset', ...whole });
    expect(heap('Xen version 4.20.0 (x)')).toMatchObject({ pdx: 'mask', ...whole });
    expect(imported(E820).heap.pdx).toBe('none');
  });

  it('[MODE-3] where that closes no holes, or is switched off, x86 maps the lower part', () => {
    const far = [
      'Xen-e820 RAM map:',
      '[0000000000000000, 000000007fffffff] (usable)',
      '[0000200000000000, 000020007fffffff] (usable)',
    ];
    const part = { mode: 'direct-map-partial', directMapEnd: 2 ** 32, xenheapMaxMfn: 2 ** 32 - 1 };
    // Without a SRAT there are no ranges to set a compression up from.
    expect(imported(far).heap).toMatchObject({ pdx: 'offset', ...part });
    expect(imported([...far, OPTIONS('pdx-compress=0')]).heap).toMatchObject({ pdx: 'none', ...part });
    expect(imported([...far, 'PFN compression disabled']).heap).toMatchObject({ pdx: 'none', ...part });
    expect(imported(far).assumed.at(-1)).toMatch(
      /does not fit in a direct map of 0x100000000 frames .*it maps the part below/,
    );
  });

  it('[MODE-2] the direct map of arm64 begins at its first bank; what does not fit is said', () => {
    const bank = (start: string): string => `RAM: ${start}0000000000 - ${start}007fffffff`;
    expect(imported([bank('000010')]).heap).toMatchObject({ pdx: 'none', directMapEnd: 0x100000000 + 2 ** 30 });
    const wide = imported([bank('000000'), bank('000006'), 'PFN compression disabled']);
    expect(wide.heap).toMatchObject({ mode: 'direct-map-all', pdx: 'none', directMapEnd: 0x60080000 });
    expect(wide.assumed.at(-1)).toMatch(/Xen does not boot so/);
  });

  it('[IMPORT-12] an option that cannot be read is reported', () => {
    expect(imported([...E820, OPTIONS('mem=lots')]).problems).toEqual([
      { kind: 'not-understood', line: 5, message: expect.stringContaining('mem=lots') },
    ]);
  });
});

describe('Arm', () => {
  const BANKS = ['RAM: 0000000040000000 - 000000007fffffff', 'RAM: 0000000880000000 - 00000008bfffffff'];
  const MODULES = [
    'MODULE[0]: 0000000048000000 - 00000000481d74c8 Xen',
    'MODULE[1]: 0000000049000000 - 0000000049010000 Device Tree',
    ' RESVD[0]: 0000000049000000 - 0000000049000fff',
  ];

  it('[IMPORT-13] what is taken lies in the banks, and is told apart', () => {
    const { machine, taken } = imported([...BANKS, ...MODULES]);
    expect(machine.ram).toEqual([
      [0x40000, 0x80000],
      [0x880000, 0x8c0000],
    ]);
    expect(machine.reserved).toEqual([[0x48000, 0x481d8]]);
    expect(taken).toEqual([
      { by: 'xen', name: 'Xen', range: [0x48000, 0x481d8], line: 3 },
      { by: 'module', name: 'Device Tree', range: [0x49000, 0x49010], line: 4 },
      { by: 'reserved', name: 'RESVD', range: [0x49000, 0x49001], line: 5 },
    ]);
  });

  it('[IMPORT-14] two heaps make it 32 bits, and the log says where the xen heap lies', () => {
    const { machine, heap } = imported([
      ...BANKS.slice(0, 1),
      'Xen heap: 000000007e000000-0000000080000000 (8192 pages)',
      'Dom heap: 253952 pages',
    ]);
    expect([machine.arch, heap.mode, heap.xenHeap]).toEqual(['arm32', 'separate-xenheap', [0x7e000, 0x80000]]);
  });

  it('[IMPORT-15] the architecture that is asked for goes before what the file says', () => {
    expect(imported(BANKS, { arch: 'riscv64' }).machine.arch).toBe('riscv64');
  });
});

describe('bad input', () => {
  it.each([
    ['an empty file', '', null, /an empty file/],
    ['blanks', ' \n\r\n', null, /an empty file/],
    ['a binary file', `\u0000\u0001\u0002\u0003${'\u0005x'.repeat(20)}`, null, /a binary file/],
    ['a device-tree blob', '\uFFFD\r\uFFFD\uFFFD\u0000\u0000\u0001', null, /blob.*dtc -I dtb -O dts/],
    ['nothing of memory', 'hello\nworld', null, /no memory map; expected lines that tell where RAM lies/],
    ["dom0's own map", 'Xen: [mem 0x0-0xfffff] usable', null, /line 1 is of the map that Xen shows to a guest/],
    ['no usable RAM', 'Xen-e820 RAM map:\n[0, fffff] (reserved)', null, /without a whole page/],
    ['less than a page', 'Xen-e820 RAM map:\n[0, 3ff] (usable)', 2, /without a whole page/],
    [
      'banks that overlap',
      'RAM: 0000000040000000 - 000000007fffffff\nRAM: 0000000050000000 - 0000000050ffffff',
      2,
      /0x40000000-0x7fffffff \(line 1\) and at 0x50000000-0x50ffffff \(line 2\), which overlap/,
    ],
    [
      'a bank twice',
      'RAM: 0000000040000000 - 000000007fffffff\nMODULE[0]\nRAM: 0000000040000000 - 000000007fffffff',
      3,
      /2 boots in one log/,
    ],
    [
      'an empty bank',
      'x\nRAM: 0000000040000000 - 000000003fffffff',
      2,
      /an empty bank of RAM, 0x40000000, of no length/,
    ],
    ['a bank upside down', 'RAM: 0000000040000000 - 0000000030000000', 1, /an empty bank/],
    ['out of reach', 'RAM: 0000000040000000 - 0001ffffffffffff', 1, /below 2\^48/],
    ['far out of reach', 'Xen-e820 RAM map:\n[0000000000000000, ffffffffffffffff] (usable)', 2, /below 2\^52/],
    [
      'a node without RAM',
      [...E820, ...SRAT, 'SRAT: Node 2 PXM 2 [0000000080000000, 00000000bfffffff]'].join('\n'),
      7,
      /node 2 at 0x80000000-0xbfffffff, where there is no RAM/,
    ],
    [
      'nodes that overlap',
      [...SRAT, 'SRAT: Node 2 PXM 2 [0000000120000000, 000000013fffffff]'].join('\n'),
      3,
      /RAM at .*line 2.*line 3.*overlap/,
    ],
    [
      'nodes that overlap, with a map',
      [...E820, ...SRAT, 'SRAT: Node 2 PXM 2 [0000000120000000, 000000013fffffff]'].join('\n'),
      7,
      /node 1 at .*\(line 6\) and node 2 at .*\(line 7\), which overlap/,
    ],
    ['too many nodes', 'SRAT: Node 255 PXM 2 [0000000000000000, 000000013fffffff]', 1, /a node from 0 to 254/],
    ['ftrace', '  <idle>-0     [006] d.s.  1110.2: mm_page_alloc: page=1 pfn=2 order=0', null, /a recording of ftrace/],
    ['iomem as nobody', '00000000-00000000 : System RAM\n00000000-00000000 : PCI Bus', null, /sudo cat \/proc\/iomem/],
  ])('[IMPORT-BAD-1] %s', (_, text, line, message) => {
    const found = refusal(text);
    expect(found[0]).toBe(line);
    expect(found[1]).toMatch(message);
  });

  it('[IMPORT-BAD-2] two boots: how many, where each begins, and how to choose', () => {
    const two = ['# x', 'Xen version 4.17.5 (a)', ...E820, 'Xen version 4.6.1 (b)', ...E820.slice(0, 3)].join('\n');
    const [line, message] = refusal(two);
    expect(line).toBe(7);
    expect(message).toMatch(
      /2 boots in one log; .*--boot N:\n  1: line 2: Xen version 4\.17\.5 \(a\)\n  2: line 7: Xen version 4\.6\.1 \(b\)$/s,
    );
    expect(importMachine(two, { boot: 1 })).toMatchObject({ boot: { number: 1, of: 2 }, heap: { xen: '4.17' } });
    expect(importMachine(two, { boot: 2 })).toMatchObject({ boot: { number: 2, of: 2 }, heap: { xen: '4.6' } });
    expect(importMachine(two, { boot: 2 }).machine.ram).toHaveLength(2);
    expect(refusal(two, { boot: 3 })[1]).toMatch(/2 boots, and no boot 3/);
  });

  it('[IMPORT-16] RAM that is given goes before what the file says', () => {
    const { machine, sources, told } = importMachine('(XEN)     heap[18]: 400kB free', {
      ram: [{ start: 0x8000000, end: 0x10000000 }],
    });
    expect([machine.ram, sources.ram]).toEqual([[[0x8000, 0x10000]], 'given']);
    expect(told.heapDumps).toEqual([
      { key: 'm', line: 1, zones: [{ node: null, zone: 18, pages: 100 }], domHeapPages: null, nodes: [] },
    ]);
    expect(refusal('x', { ram: [{ start: 5, end: 5 }] })).toEqual([
      null,
      expect.stringMatching(/^log: found an empty bank/),
    ]);
    const twice = { start: 0, end: 0x10000000 };
    expect(refusal('x', { ram: [twice, twice] })[1]).toMatch(
      /^log: found RAM at 0x0-0xfffffff \(given\) and at .*\(given\), which overlap/,
    );
  });
});

describe('other consoles', () => {
  it("[IMPORT-17] dom0's lines say nothing where the hypervisor marks its own", () => {
    const own = E820.map((line) => `(XEN) ${line}`);
    const noise = [
      '[    0.0] BIOS-e820: [mem 0x0-0xfffffffff] usable',
      'SRAT: Node 5 PXM 5 0-80000000',
      'garbage (usable)',
    ];
    const { machine, problems } = imported([...own, ...noise]);
    expect([machine, problems]).toEqual([imported(E820).machine, []]);
  });

  it("[IMPORT-19] where the hypervisor's mark is lost, dom0 is known by its notation", () => {
    const dom0 = [
      'Linux version 6.1.0',
      'BIOS-provided physical RAM map:',
      'BIOS-e820: [mem 0x0-0xfffffffff] usable',
      'Xen: [mem 0x0-0xfffffffff] usable',
      '  node   0: [mem 0x0000000000001000-0x0000000fffffffff]',
      'Linux version 6.1.0',
    ];
    const lines = ['Xen version 4.17.5 (x)', ...E820];
    expect(imported([...lines, ...dom0]).machine).toEqual(imported(lines).machine);
  });

  it('[IMPORT-18] and are read where they are asked for', () => {
    const lines = [...E820.map((line) => `(XEN) ${line}`), 'BIOS-e820: [mem 0x0-0xfffff] usable'];
    expect(imported(lines, { from: 'linux-log' }).machine.ram).toEqual([[0, 0x100]]);
  });
});
