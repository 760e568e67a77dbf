import { readElf } from '../../src/record/qemu/elf.ts';
import type { XenLayout } from '../../src/record/qemu/layout.ts';
import { LAYOUTS, abiOf } from '../../src/record/qemu/layouts.ts';
import type { RemoteTarget } from '../../src/record/qemu/target.ts';
import { XenMemory } from '../../src/record/qemu/xen-memory.ts';
import { tinyElf } from './tiny-elf.ts';

const VARIABLES = 0x100000n;

/** The memory of a made hypervisor: variables by name, 0x10000 bytes apart, and whatever else is written. */
export class MadeMemory {
  readonly memory: XenMemory;
  readonly layout: XenLayout;
  private readonly bytes = new Map<bigint, number>();
  private readonly names: readonly string[];

  constructor(arch: XenLayout['arch'], names: readonly string[]) {
    const layout = LAYOUTS.find((candidate) => candidate.arch === arch);
    if (layout === undefined) throw new Error(`no layout of ${arch}`);
    this.layout = layout;
    this.names = names;
    const bits = abiOf(arch).wordBytes === 8 ? 64 : 32;
    const symbols = names.map((name) => ({ name, address: this.at(name), type: 1 }));
    const refuse = async (): Promise<never> => {
      throw new Error('this machine has memory alone');
    };
    const target: RemoteTarget = {
      readMemory: async (address, length) =>
        Uint8Array.from({ length }, (_, index) => this.bytes.get(address + BigInt(index)) ?? 0),
      readRegisters: refuse,
      insertBreakpoint: refuse,
      removeBreakpoint: refuse,
      step: refuse,
      resume: refuse,
      interrupt: () => {},
      threads: async () => 1,
    };
    this.memory = new XenMemory(target, readElf(tinyElf({ bits, machine: abiOf(arch).elfMachine, symbols })), layout);
  }

  /** Where a variable lies. */
  at(name: string): bigint {
    return VARIABLES + BigInt(this.names.indexOf(name) * 0x10000);
  }

  /** Writes a number of so many bytes. */
  write(address: bigint, value: bigint | number, size: number): void {
    for (let index = 0; index < size; index++) {
      this.bytes.set(address + BigInt(index), Number((BigInt(value) >> BigInt(8 * index)) & 0xffn));
    }
  }
}
