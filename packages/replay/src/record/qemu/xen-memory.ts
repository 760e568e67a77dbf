import { type Abi, wordAt } from './abi.ts';
import type { ElfFile } from './elf.ts';
import { abiOf } from './layouts.ts';
import type { XenLayout } from './layout.ts';
import { RecordingError } from './remote-error.ts';
import { SymbolTable } from './symbol-table.ts';
import type { RemoteTarget } from './target.ts';

/** The hypervisor's memory, by address and by name of a variable. */
export class XenMemory {
  readonly abi: Abi;
  readonly layout: XenLayout;
  readonly symbols: SymbolTable;
  /** Where the hypervisor has its own build id, if its file says so. */
  readonly buildIdAddress: bigint | undefined;
  private readonly target: RemoteTarget;

  /** Of a target that runs the Xen that `file` has the symbols of. */
  constructor(target: RemoteTarget, file: ElfFile, layout: XenLayout) {
    this.target = target;
    this.symbols = new SymbolTable(file);
    this.buildIdAddress = file.buildIdAddress;
    this.layout = layout;
    this.abi = abiOf(layout.arch);
  }

  /** Bytes at an address. */
  bytes(address: bigint, length: number): Promise<Uint8Array> {
    return this.target.readMemory(address, length);
  }

  /** Does this build have a variable or a function of that name? */
  has(name: string): boolean {
    return this.symbols.addressOf(name) !== undefined;
  }

  /** Where a symbol lies. Throws {@link RecordingError} if there is none. */
  addressOf(name: string): bigint {
    const address = this.symbols.addressOf(name);
    if (address === undefined) {
      throw new RecordingError(
        `the symbol ${name} is missing; expected it in the symbols of ${this.layout.name}. Next: see that the file has its full symbol table (the -dbg package)`,
      );
    }
    return address;
  }

  /** A variable of the size of a word, or the entry of an array of such; 0 where the build has none of that name. */
  async wordOf(name: string, index = 0): Promise<bigint> {
    if (!this.has(name)) return 0n;
    const { wordBytes } = this.abi;
    return this.wordIn(await this.bytes(this.addressOf(name) + BigInt(index * wordBytes), wordBytes), 0);
  }

  /** A variable of 1, 2 or 4 bytes; 0 where the build has none of that name. */
  async numberOf(name: string, size: 1 | 2 | 4): Promise<number> {
    if (!this.has(name)) return 0;
    return littleEndian(await this.bytes(this.addressOf(name), size));
  }

  /** A number of 1, 2 or 4 bytes at an address. */
  async numberAt(address: bigint, size: 1 | 2 | 4): Promise<number> {
    return littleEndian(await this.bytes(address, size));
  }

  /** A word within bytes that were read before. */
  wordIn(bytes: Uint8Array, offset: number): bigint {
    return wordAt(bytes, offset, this.abi.wordBytes);
  }
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
