import type { Architecture } from '@heaplay/core';
import type { AddressRange } from '../lines/hex-range.ts';
import type { LogLine } from '../lines/log-line.ts';
import type { Fact, FactBody } from '../facts/fact.ts';
import type { ReadFacts } from '../facts/read-facts.ts';
import { badInput } from '../problem.ts';
import { parseDeviceTree } from './tree.ts';
import type { TreeNode, TreeProperty } from './tree.ts';

/** How many cells make an address and a size below a node (Devicetree Specification 0.4, 2.3.5). */
interface CellSizes {
  readonly address: number;
  readonly size: number;
}

const DEFAULT_SIZES: CellSizes = { address: 2, size: 1 };

const CPUS: readonly (readonly [RegExp, Architecture])[] = [
  [/^arm,(?:armv8|cortex-(?:a3[245]|a5[357]|a6\d|a7[1-9]|a\d{3}|x\d)|neoverse)/, 'arm64'],
  [/^arm,(?:armv7|cortex-a(?:5|7|8|9|12|15|17)(?:$|-))/, 'arm32'],
  [/^riscv\b/, 'riscv64'],
  [/^(?:PowerPC|ibm,power)/i, 'ppc64'],
];

/** Reads a device-tree source: memory@ nodes, what is reserved, boot modules, nodes of processors. */
export function readDeviceTree(lines: readonly LogLine[], name: string): ReadFacts {
  const { root, reserved } = parseDeviceTree(
    lines.filter(({ source }) => source !== 'comment'),
    name,
  );
  const sizes = sizesOf(root);
  const reader = new TreeReader(name);
  reader.architecture(root);
  for (const node of root.children) {
    if (isMemory(node)) reader.memory(node, sizes);
    if (node.name === 'reserved-memory') reader.reservedMemory(node, sizes);
    if (node.name === 'chosen') reader.chosen(node, sizes);
    if (node.name === 'cpus') reader.cpus(node);
  }
  for (const { start, size, line } of reserved) {
    reader.add(line, { kind: 'taken', by: 'reserved', name: '/memreserve/', ...rangeOf(start, size) });
  }
  return { facts: reader.facts, unknown: [] };
}

class TreeReader {
  readonly facts: Fact[] = [];
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(line: number, fact: FactBody): void {
    this.facts.push({ ...fact, line });
  }

  memory(node: TreeNode, sizes: CellSizes): void {
    if (isDisabled(node)) return;
    const reg = node.properties.get('linux,usable-memory') ?? node.properties.get('reg');
    if (reg === undefined) return;
    const numaNode = node.properties.get('numa-node-id')?.cells[0];
    for (const range of this.ranges(reg, sizes)) {
      this.add(reg.line, { kind: 'bank', from: 'device-tree', ...range });
      if (typeof numaNode === 'bigint') {
        this.add(reg.line, { kind: 'node-memory', node: Number(numaNode), ram: true, ...range });
      }
    }
  }

  reservedMemory(parent: TreeNode, outer: CellSizes): void {
    const sizes = sizesOf(parent, outer);
    for (const node of parent.children) {
      const reg = node.properties.get('reg');
      // Without an address, the kernel is to find a place.
      if (reg === undefined || isDisabled(node)) continue;
      for (const range of this.ranges(reg, sizes)) {
        this.add(reg.line, { kind: 'taken', by: 'reserved', name: node.name, ...range });
      }
    }
  }

  chosen(node: TreeNode, outer: CellSizes): void {
    const options = node.properties.get('xen,xen-bootargs');
    if (options !== undefined) this.add(options.line, { kind: 'command-line', text: options.texts.join(' ') });
    this.modules(node, sizesOf(node, outer));
  }

  /** Boot modules, those of domains that Xen starts by itself too. */
  private modules(parent: TreeNode, sizes: CellSizes): void {
    for (const node of parent.children) {
      const reg = node.properties.get('reg');
      const compatible = node.properties.get('compatible')?.texts ?? [];
      if (reg !== undefined && compatible.some((text) => /^(?:multiboot,|xen,(?:linux-|xsm-))/.test(text))) {
        for (const range of this.ranges(reg, sizes)) {
          this.add(reg.line, { kind: 'taken', by: 'module', name: node.name, ...range });
        }
      }
      if (node.children.length > 0) this.modules(node, sizesOf(node, sizes));
    }
  }

  cpus(parent: TreeNode): void {
    for (const node of parent.children) {
      if (!node.name.startsWith('cpu@')) continue;
      const id = node.properties.get('numa-node-id')?.cells[0];
      this.add(node.line, { kind: 'cpu-node', node: typeof id === 'bigint' ? Number(id) : 0 });
    }
  }

  architecture(node: TreeNode): void {
    const compatible = node.properties.get('compatible');
    const arch = CPUS.find(([pattern]) => compatible?.texts.some((text) => pattern.test(text)))?.[1];
    if (arch !== undefined) this.add(node.line, { kind: 'architecture', arch, weight: 'proof' });
    for (const child of node.children) this.architecture(child);
  }

  /** The ranges of a `reg`. Throws `TraceError` if it does not come out even, or its numbers are not in the file. */
  private ranges({ cells, line }: TreeProperty, { address, size }: CellSizes): readonly AddressRange[] {
    const step = address + size;
    const numbers = cells.filter((cell) => cell !== null);
    if (cells.length === 0 || cells.length % step !== 0 || numbers.length < cells.length) {
      throw badInput(this.name, line, {
        found: `a reg of ${cells.length} cells${numbers.length < cells.length ? ', some of them no numbers' : ''}`,
        expected: `numbers, ${address} cells an address and ${size} a size (#address-cells, #size-cells)`,
        hint: 'run the preprocessor over the source first (cpp -nostdinc), or decompile the blob: dtc -I dtb -O dts',
      });
    }
    return Array.from({ length: cells.length / step }, (_, i) =>
      rangeOf(
        wordOf(numbers.slice(i * step, i * step + address)),
        wordOf(numbers.slice(i * step + address, (i + 1) * step)),
      ),
    );
  }
}

function wordOf(cells: readonly bigint[]): bigint {
  return cells.reduce((word, cell) => (word << 32n) | cell, 0n);
}

function rangeOf(start: bigint, size: bigint): AddressRange {
  return { start: Number(start), end: Number(start + size) };
}

function sizesOf(node: TreeNode, outer: CellSizes = DEFAULT_SIZES): CellSizes {
  return {
    address: cellOf(node, '#address-cells') ?? outer.address,
    size: cellOf(node, '#size-cells') ?? outer.size,
  };
}

function cellOf(node: TreeNode, name: string): number | undefined {
  const cell = node.properties.get(name)?.cells[0];
  return typeof cell === 'bigint' ? Number(cell) : undefined;
}

function isMemory(node: TreeNode): boolean {
  const type = node.properties.get('device_type')?.texts[0];
  return type === 'memory' || (type === undefined && /^memory(?:@|$)/.test(node.name));
}

function isDisabled(node: TreeNode): boolean {
  const status = node.properties.get('status')?.texts[0];
  return status !== undefined && !/^ok(?:ay)?$/.test(status);
}
