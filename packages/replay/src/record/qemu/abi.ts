import type { Architecture } from '@heaplay/core';
import { RemoteError } from './remote-error.ts';
import type { SymbolTable } from './symbol-table.ts';

/** How functions are called on an architecture, and where GDB's list of registers has what. */
export interface Abi {
  readonly arch: Architecture;
  /** ELF's number of the architecture. */
  readonly elfMachine: number;
  readonly wordBytes: 4 | 8;
  /** Places of registers in GDB's list, counted in words. */
  readonly pc: number;
  readonly sp: number;
  readonly result: number;
  /** Registers of the first arguments. */
  readonly parameters: readonly number[];
  /** Where a function finds its return address; `stack`: in the word that the stack pointer points to. */
  readonly link: number | 'stack';
  /** The register that begins the chain of frame records, where code keeps one. */
  readonly framePointer: number | undefined;
  /** Is this CPU running the hypervisor, and not a guest at an address that happens to be the same? */
  readonly inHypervisor: (registers: Uint8Array) => boolean;
  /** The target of the direct call behind which `returnAddress` lies; `undefined` if there is none. */
  readonly callTarget: (symbols: SymbolTable, returnAddress: bigint) => bigint | undefined;
}

/** The psABI of x86-64. */
export const X86_64: Abi = {
  arch: 'x86_64',
  elfMachine: 62,
  wordBytes: 8,
  pc: 16,
  sp: 7,
  result: 0,
  parameters: [5, 4, 3, 2, 8, 9],
  link: 'stack',
  framePointer: undefined,
  // No guest may run at the hypervisor's addresses.
  inHypervisor: () => true,
  callTarget: (symbols, returnAddress) => {
    const code = symbols.bytesAt(returnAddress - 5n, 5);
    if (code === undefined || code[0] !== 0xe8) return undefined;
    return BigInt.asUintN(64, returnAddress + BigInt(viewOf(code).getInt32(1, true)));
  },
};

/** The procedure call standard of AArch64. */
export const ARM64: Abi = {
  arch: 'arm64',
  elfMachine: 183,
  wordBytes: 8,
  pc: 32,
  sp: 31,
  result: 0,
  parameters: [0, 1, 2, 3, 4, 5, 6, 7],
  link: 30,
  framePointer: 29,
  // Exception level 2, in the mode field of the status register behind the program counter.
  inHypervisor: (registers) => registers.length < 268 || (viewOf(registers).getUint32(264, true) & 0x1c) === 0x08,
  callTarget: (symbols, returnAddress) => {
    const code = symbols.bytesAt(returnAddress - 4n, 4);
    if (code === undefined) return undefined;
    const instruction = viewOf(code).getUint32(0, true);
    if (instruction >>> 26 !== 0x25) return undefined;
    return BigInt.asUintN(64, returnAddress - 4n + BigInt(((instruction << 6) >> 6) * 4));
  },
};

/** Modes of the status register of 32-bit Arm. */
const MODE_MASK = 0x1f;
const HYP_MODE = 0x1a;

/** The procedure call standard of 32-bit Arm. */
export const ARM32: Abi = {
  arch: 'arm32',
  elfMachine: 40,
  wordBytes: 4,
  pc: 15,
  sp: 13,
  result: 0,
  parameters: [0, 1, 2, 3],
  link: 14,
  framePointer: undefined,
  // The status register is the last one, behind those of an old floating-point unit, where a stub has them.
  inHypervisor: (registers) => {
    const at = registers.length >= 168 ? 164 : 64;
    return registers.length < at + 4 || (viewOf(registers).getUint32(at, true) & MODE_MASK) === HYP_MODE;
  },
  callTarget: (symbols, returnAddress) => {
    const code = symbols.bytesAt(returnAddress - 4n, 4);
    if (code === undefined) return undefined;
    const instruction = viewOf(code).getUint32(0, true);
    if (((instruction >>> 24) & 0x0f) !== 0x0b) return undefined;
    return BigInt.asUintN(32, returnAddress + 4n + BigInt(((instruction << 8) >> 8) * 4));
  },
};

/** The registers of a stopped CPU. */
export class Registers {
  readonly pc: bigint;
  readonly sp: bigint;
  private readonly abi: Abi;
  private readonly bytes: Uint8Array;

  /** Throws {@link RemoteError} if there are fewer than GDB lists. */
  constructor(abi: Abi, bytes: Uint8Array) {
    const least = (Math.max(abi.pc, abi.sp, ...abi.parameters) + 1) * abi.wordBytes;
    if (bytes.length < least) {
      throw new RemoteError(
        'nonsense',
        `found ${bytes.length} bytes of registers; expected ${least} or more, as ${abi.arch} has them. Next: see that the machine is of the architecture of the symbols`,
      );
    }
    this.abi = abi;
    this.bytes = bytes;
    this.pc = this.word(abi.pc);
    this.sp = this.word(abi.sp);
  }

  /** The register at a place of GDB's list. */
  word(place: number): bigint {
    return wordAt(this.bytes, place * this.abi.wordBytes, this.abi.wordBytes);
  }

  /** What a function that has just returned gives back. */
  get result(): bigint {
    return this.word(this.abi.result);
  }

  get inHypervisor(): boolean {
    return this.abi.inHypervisor(this.bytes);
  }
}

/** A little-endian word of 4 or 8 bytes. */
export function wordAt(bytes: Uint8Array, offset: number, size: 4 | 8): bigint {
  const view = viewOf(bytes);
  return size === 8 ? view.getBigUint64(offset, true) : BigInt(view.getUint32(offset, true));
}

/** A view on bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
