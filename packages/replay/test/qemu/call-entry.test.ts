import { MEM_FLAG_NAMES, memFlags } from '@heaplay/core';
import { describe, expect, test } from 'vitest';
import { ARM32, ARM64, type Abi, Registers, X86_64 } from '../../src/record/qemu/abi.ts';
import { CallEntry } from '../../src/record/qemu/call-entry.ts';
import { unpackFlags } from '../../src/record/qemu/call-reader.ts';
import { readElf } from '../../src/record/qemu/elf.ts';
import { LAYOUTS } from '../../src/record/qemu/layouts.ts';
import { SymbolTable } from '../../src/record/qemu/symbol-table.ts';
import { tinyElf } from './tiny-elf.ts';

/** A CPU with these registers, by their place in GDB's list, and this on its stack. */
function entryOf(abi: Abi, registers: Readonly<Record<number, bigint>>, stack: readonly bigint[]): CallEntry {
  return new CallEntry(abi, new Registers(abi, words(abi, 34, registers)), words(abi, stack.length, stack));
}

function words(abi: Abi, count: number, values: Readonly<Record<number, bigint>>): Uint8Array {
  const bytes = new Uint8Array(count * abi.wordBytes);
  const view = new DataView(bytes.buffer);
  for (const [place, value] of Object.entries(values)) {
    const at = Number(place) * abi.wordBytes;
    if (abi.wordBytes === 8) view.setBigUint64(at, value, true);
    else view.setUint32(at, Number(value), true);
  }
  return bytes;
}

describe('the arguments of a call', () => {
  test('x86-64: six registers, then the stack behind the return address', () => {
    const entry = entryOf(X86_64, { 7: 0x8000n, 5: 1n, 4: 2n, 3: 3n, 2: 4n, 8: 5n, 9: 6n }, [0xabcn, 7n]);
    expect(entry.parameters([false, true, false, false, false, false, false])).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    expect([entry.returnAddress, entry.spAfter]).toEqual([0xabcn, 0x8008n]);
  });

  test('arm64: eight registers, the return address in x30', () => {
    const entry = entryOf(ARM64, { 31: 0x8000n, 30: 0xabcn, 0: 1n, 1: 2n, 2: 3n, 3: 4n, 4: 5n }, []);
    expect(entry.parameters([true, false, false, false, false])).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect([entry.returnAddress, entry.spAfter]).toEqual([0xabcn, 0x8000n]);
  });

  test('arm32: a physical address takes a pair of registers, the fifth argument is on the stack', () => {
    const entry = entryOf(ARM32, { 13: 0x8000n, 14: 0xabcn, 0: 1n, 1: 2n, 2: 3n, 3: 4n }, [5n]);
    expect(entry.parameters([true, true])).toEqual([0x2_0000_0001n, 0x4_0000_0003n]);
    expect(entry.parameters([false, true])).toEqual([1n, 0x4_0000_0003n]);
    expect(entry.parameters([false, false, false, false, false])).toEqual([1n, 2n, 3n, 4n, 5n]);
  });
});

test('registers of another architecture are refused', () => {
  expect(() => new Registers(ARM64, new Uint8Array(168))).toThrow('found 168 bytes of registers; expected 264 or more');
});

describe('the callers of a call', () => {
  const symbols = [
    { name: 'outer', address: 0x1000n },
    { name: 'inner', address: 0x1100n },
    { name: 'inner.part.0', address: 0x1200n },
  ];

  test('x86-64: a return address on the stack counts only behind a call of the function before', () => {
    const code = new Uint8Array(0x300);
    // outer+0x10: call inner
    code.set([0xe8, 0xeb, 0, 0, 0], 0x10);
    // outer+0x20: call outer
    code.set([0xe8, 0xdb, 0xff, 0xff, 0xff], 0x20);
    const table = new SymbolTable(readElf(tinyElf({ bits: 64, machine: 62, symbols, code, codeAddress: 0x1000n })));
    // Within inner's part, called from outer+0x15. On the stack: old values, and places that called something else.
    const stack = [0x1205n, 7n, 0x1025n, 0x1104n, 0x1015n, 0xffffn, 0x1025n];
    expect(entryOf(X86_64, { 7: 0x8000n }, stack).callers(table)).toEqual([
      'inner.part.0+0x5',
      'outer+0x15',
      'outer+0x25',
    ]);
  });

  test('arm64: the chain of frame records is followed', () => {
    const code = new Uint8Array(0x300);
    const view = new DataView(code.buffer);
    // outer+0x10: bl inner, 0xf0 further on.
    view.setUint32(0x10, 0x9400003c, true);
    const table = new SymbolTable(readElf(tinyElf({ bits: 64, machine: 183, symbols, code, codeAddress: 0x1000n })));
    const registers = { 31: 0x8000n, 30: 0x1108n, 29: 0x8010n };
    // The first two words are old.
    expect(entryOf(ARM64, registers, [0x1014n, 0x1014n, 0n, 0x1014n]).callers(table)).toEqual([
      'inner+0x8',
      'outer+0x14',
    ]);
    expect(entryOf(ARM64, registers, [0x1014n]).callers(table)).toEqual(['inner+0x8']);
  });

  test('arm32: a branch with link backwards', () => {
    const code = new Uint8Array(0x300);
    const view = new DataView(code.buffer);
    // inner.part.0+0x8: bl outer: from 0x1208 + 8 back to 0x1000.
    view.setUint32(0x208, 0xeb000000 + ((-0x210 / 4) & 0xffffff), true);
    const table = new SymbolTable(readElf(tinyElf({ bits: 32, machine: 40, symbols, code, codeAddress: 0x1000n })));
    expect(entryOf(ARM32, { 13: 0x8000n, 14: 0x1004n }, [1n, 0x120cn]).callers(table)).toEqual([
      'outer+0x4',
      'inner.part.0+0xc',
    ]);
  });
});

test('a guest at the same address is no hypervisor', () => {
  const status = (abi: Abi, at: number, length: number, value: number): boolean => {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(at, value, true);
    return abi.inHypervisor(bytes);
  };
  expect(status(ARM64, 264, 268, 0x3c9)).toBe(true);
  expect(status(ARM64, 264, 268, 0x3c5)).toBe(false);
  expect(status(ARM64, 264, 268, 0x60000000)).toBe(false);
  expect(status(ARM32, 164, 168, 0x1da)).toBe(true);
  expect(status(ARM32, 164, 168, 0x1d3)).toBe(false);
  expect(status(ARM32, 64, 68, 0x1da)).toBe(true);
});

test('memory flags, node and width come out of one word', () => {
  const layout = LAYOUTS[0]?.memFlags ?? { bits: {}, nodeShift: 0, widthShift: 0 };
  expect(unpackFlags(layout, 0)).toEqual({});
  expect(unpackFlags(layout, 0x118)).toEqual({ flags: memFlags('no_dma', 'exact_node', 'no_scrub') });
  expect(unpackFlags(layout, 0x2001_0000)).toEqual({ node: 0, bits: 32 });
  expect(unpackFlags(layout, 0x00ff_0001)).toEqual({ flags: memFlags('no_refcount'), node: 254 });
  // 4.17 knows all flags but the last one.
  expect(Object.keys(layout.bits)).toEqual(MEM_FLAG_NAMES.slice(0, -1));
});
