import { describe, expect, it } from 'vitest';
import { TraceError } from '../../trace/errors.ts';
import { importMachine } from '../import-machine.ts';
import type { ImportedMachine } from '../import-machine.ts';

/** A tree with this inside its root, and what it is imported as. */
function imported(...body: readonly string[]): ImportedMachine {
  return importMachine(['/dts-v1/;', '/ {', ...body, '};'].join('\n'), { name: 'tree' });
}

function refusal(text: string): readonly [number | null, string] {
  try {
    importMachine(text, { name: 'tree', from: 'device-tree' });
  } catch (error) {
    if (error instanceof TraceError) return [error.place.line, error.message];
    throw error;
  }
  throw new Error('it was not refused');
}

const CELLS = '#address-cells = <2>; #size-cells = <2>;';
const MEMORY = 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };';

describe('device trees', () => {
  it.each([
    ['two cells each', CELLS, '<0x08 0x80000000 0x00 0x40000000>', [[0x880000, 0x8c0000]]],
    ['one cell each', '#address-cells = <1>; #size-cells = <1>;', '<0x80000000 0x40000000>', [[0x80000, 0xc0000]]],
    ['as the specification has it, if nothing is said', '', '<0 0x80000000 0x40000000>', [[0x80000, 0xc0000]]],
    [
      'several banks',
      CELLS,
      '<0 0x40000000 0 0x1000>, <1 0 0 0x2000>',
      [
        [0x40000, 0x40001],
        [0x100000, 0x100002],
      ],
    ],
    [
      'in one list',
      CELLS,
      '<0 0x40000000 0 0x1000 1 0 0 0x2000>',
      [
        [0x40000, 0x40001],
        [0x100000, 0x100002],
      ],
    ],
    ['decimal', CELLS, '<0 1073741824 0 4096>', [[0x40000, 0x40001]]],
    ['64 bits', CELLS, '/bits/ 64 <0x100000000 0x1000>', [[0x100000, 0x100001]]],
  ])('[IMPORT-DT-1] memory, %s', (_, cells, reg, ram) => {
    const { machine, sources } = imported(cells, `memory@0 { device_type = "memory"; reg = ${reg}; };`);
    expect([machine.ram, sources.ram]).toEqual([ram, 'device-tree']);
  });

  it('[IMPORT-DT-2] several nodes, without device_type too; what is disabled, or something else, is none', () => {
    const { machine } = imported(
      CELLS,
      MEMORY,
      'bank2: memory@880000000 { reg = <8 0x80000000 0 0x1000>; };',
      'memory@900000000 { status = "disabled"; reg = <9 0 0 0x1000>; };',
      'memory-controller@a00000000 { reg = <0xa 0 0 0x1000>; };',
      'soc { memory@b00000000 { reg = <0xb 0 0 0x1000>; }; };',
    );
    expect(machine.ram).toEqual([
      [0x40000, 0x80000],
      [0x880000, 0x880001],
    ]);
  });

  it('[IMPORT-DT-3] what is reserved, and modules, in cells of their own', () => {
    const { taken } = importMachine(
      [
        '/dts-v1/;',
        '/memreserve/ 0x48000000 0x1000;',
        `/ { ${CELLS} ${MEMORY}`,
        'reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;',
        '  optee@50000000 { reg = <0x50000000 0x2000>; no-map; };',
        '  anywhere { size = <0x1000>; };',
        '};',
        'chosen { #address-cells = <1>; #size-cells = <1>;',
        '  module@49000000 { compatible = "multiboot,kernel", "multiboot,module"; reg = <0x49000000 0x1000>; };',
        '  domU1 { module@4a000000 { compatible = "multiboot,kernel"; reg = <0x4a000000 0x1000>; }; };',
        '}; };',
      ].join('\n'),
    );
    expect(taken.map(({ by, name, range, line }) => [by, name, range, line])).toEqual([
      ['reserved', 'optee@50000000', [0x50000, 0x50002], 5],
      ['module', 'module@49000000', [0x49000, 0x49001], 9],
      ['module', 'module@4a000000', [0x4a000, 0x4a001], 10],
      ['reserved', '/memreserve/', [0x48000, 0x48001], 2],
    ]);
  });

  it("[IMPORT-DT-4] nodes of memory and of processors, and Xen's command line", () => {
    const { machine, heap } = imported(
      CELLS,
      'memory@40000000 { device_type = "memory"; numa-node-id = <0>; reg = <0 0x40000000 0 0x40000000>; };',
      'memory@880000000 { device_type = "memory"; numa-node-id = <1>; reg = <8 0x80000000 0 0x40000000>; };',
      'cpus { #address-cells = <1>; #size-cells = <0>;',
      '  cpu@0 { reg = <0>; numa-node-id = <0>; compatible = "arm,cortex-a57"; };',
      '  cpu@1 { reg = <1>; numa-node-id = <1>; compatible = "arm,cortex-a57"; };',
      '};',
      'chosen { xen,xen-bootargs = "console=dtuart bootscrub=0"; bootargs = "dma_bits=31"; };',
    );
    expect(machine.nodes).toEqual([
      { id: 0, ranges: [[0x40000, 0x80000]] },
      { id: 1, ranges: [[0x880000, 0x8c0000]] },
    ]);
    expect([machine.cpus, machine.arch]).toEqual([[0, 1], 'arm64']);
    expect(heap).toMatchObject({ bootScrub: 'off', dmaBits: 0 });
  });

  it.each([
    ['arm,cortex-a15', 'arm32'],
    ['arm,cortex-a7', 'arm32'],
    ['arm,armv7-timer', 'arm32'],
    ['arm,cortex-a72', 'arm64'],
    ['arm,cortex-a78ae', 'arm64'],
    ['arm,armv8-timer', 'arm64'],
    ['arm,neoverse-n1', 'arm64'],
    ['riscv', 'riscv64'],
  ])('[IMPORT-DT-5] %s is %s', (compatible, arch) => {
    expect(imported(CELLS, MEMORY, `x { compatible = "a,b", "${compatible}"; };`).machine.arch).toBe(arch);
  });

  it('[IMPORT-DT-6] comments, labels, references, expressions, bytes, directives', () => {
    const { machine } = importMachine(
      [
        '#include <dt-bindings/x.h>',
        '/dts-v1/;',
        '/plugin/;',
        '// memory@0 { reg = <0 0 0 1>; };',
        `/ { /* reg = <1>;`,
        '  still a comment */',
        `  ${CELLS} model = "a { b; /* c */";`,
        '  one: two: memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x1000>; };',
        '  irq { interrupts = <&{/gic} 1 (1 << 2) GIC_SPI>; mac = [00 11 22]; data = "x", <&one>, [0a]; flag; };',
        '  /delete-node/ three;',
        '  /delete-property/ four;',
        '};',
        '&one { reg = <0 0x40000000 0 0x3000>; };',
        '&elsewhere { reg = <1>; };',
      ].join('\n'),
    );
    expect(machine.ram).toEqual([[0x40000, 0x40003]]);
  });

  it('[IMPORT-DT-7] quoted in a mail, with carriage returns', () => {
    const text = ['/dts-v1/;', '/ {', CELLS, MEMORY, '};'].map((line) => `> ${line}\r`).join('\n');
    expect(importMachine(text).machine.ram).toEqual([[0x40000, 0x80000]]);
  });

  it.each([
    [
      'a reg that does not come out even',
      `/ { ${CELLS}\nmemory@0 { reg = <0 1 2>; }; };`,
      2,
      /a reg of 3 cells; expected numbers, 2 cells/,
    ],
    [
      'a name that is no number',
      `/ { ${CELLS}\nmemory@0 { reg = <0 BASE 0 SIZE>; }; };`,
      2,
      /some of them no numbers.*cpp -nostdinc/,
    ],
    ['an empty bank', `/ { ${CELLS}\nmemory@0 { reg = <0 0 0 0>; }; };`, 2, /an empty bank/],
    ['no memory', '/ { };', null, /no memory map/],
    ['no end', '/ {\n memory@0 { reg = <0', 2, /"the end of the file" in a device-tree source; expected >/],
    ['no semicolon', '/ { memory@0 { }\n x; };', 2, /"x" in a device-tree source; expected ;/],
    ['no source at all', 'hello', 1, /"hello" in a device-tree source/],
    ['a bad reservation', '/memreserve/ a b;', 1, /an address and a size/],
    ['too deep', `/ {\n${'a { '.repeat(200)}`, 2, /128 deep at most/],
  ])('[IMPORT-DT-8] %s', (_, text, line, message) => {
    const found = refusal(text);
    expect(found[0]).toBe(line);
    expect(found[1]).toMatch(message);
  });
});

describe('/proc/iomem', () => {
  it('[IMPORT-IOMEM-1] RAM, what is nested in it, and the place of a crash kernel', () => {
    const { machine, taken, sources } = importMachine(
      [
        '00000000-00000fff : Reserved',
        '00001000-0009fbff : System RAM',
        '00100000-3fffffff : System RAM',
        '  01000000-01e010f0 : Kernel code',
        '  2c000000-2dffffff : Crash kernel',
        'fee00000-fee00fff : Local APIC',
        '100000000-13fffffff : Persistent Memory',
        '  100000000-13fffffff : System RAM (kmem)',
      ].join('\n'),
    );
    expect([machine.ram, machine.arch, sources.ram]).toEqual([
      [
        [1, 0x9f],
        [0x100, 0x40000],
      ],
      'x86_64',
      'iomem',
    ]);
    expect(taken).toEqual([{ by: 'crash-kernel', name: 'Crash kernel', range: [0x2c000, 0x2e000], line: 5 }]);
  });
});
