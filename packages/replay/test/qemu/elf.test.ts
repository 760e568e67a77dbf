import { describe, expect, test } from 'vitest';
import { ElfError, readElf } from '../../src/record/qemu/elf.ts';
import { LAYOUTS, layoutOf } from '../../src/record/qemu/layouts.ts';
import { SymbolTable } from '../../src/record/qemu/symbol-table.ts';
import { tinyElf } from './tiny-elf.ts';

const symbols = [
  { name: 'first', address: 0x1000n },
  { name: 'second', address: 0x1010n },
  { name: 'variable', address: 0x2000n, size: 8, type: 1 },
  { name: '$x', address: 0x1000n, type: 0 },
];
const code = Uint8Array.from({ length: 0x20 }, (_, index) => index);
const buildId = '00112233445566778899aabbccddeeff00112233';

describe.each([32, 64] as const)('an ELF file of %d bits', (bits) => {
  const file = tinyElf({ bits, machine: 62, buildId, symbols, code, codeAddress: 0x1000n });

  test('tells its architecture, its build id, its symbols and its code', () => {
    expect(readElf(file)).toEqual({
      machine: 62,
      buildId,
      buildIdAddress: 0x9010n,
      symbols: [
        { name: 'first', address: 0x1000n, size: 16, isCode: true },
        { name: 'second', address: 0x1010n, size: 16, isCode: true },
        { name: 'variable', address: 0x2000n, size: 8, isCode: false },
      ],
      code: [{ address: 0x1000n, bytes: code }],
    });
  });

  test('that lacks a build id has none', () => {
    expect(readElf(tinyElf({ bits, machine: 62, symbols: [] })).buildId).toBeUndefined();
  });

  test('that is cut short anywhere is refused, never misread', () => {
    for (let length = 0; length < file.length; length += 3) {
      expect(() => readElf(file.subarray(0, length))).toThrow(ElfError);
    }
  });
});

test('what is no ELF file is refused with what it is', () => {
  expect(() => readElf(new TextEncoder().encode('{"heaplay":1, "recorder": {}}'))).toThrow('no ELF file');
  const big = tinyElf({ bits: 64, machine: 62, symbols: [] });
  big[5] = 2;
  expect(() => readElf(big)).toThrow('not little-endian');
  big[5] = 1;
  big[4] = 7;
  expect(() => readElf(big)).toThrow('neither 32 nor 64');
});

test('an address is told by the function that it lies in', () => {
  const table = new SymbolTable(readElf(tinyElf({ bits: 64, machine: 62, symbols, code, codeAddress: 0x1000n })));
  expect(table.describe(0x1000n)).toBe('first+0x0');
  expect(table.describe(0x101fn)).toBe('second+0xf');
  expect(table.describe(0x2004n)).toBe('0x2004');
  expect(table.describe(0xfffn)).toBe('0xfff');
  expect(table.addressOf('variable')).toBe(0x2000n);
  expect(table.addressOf('absent')).toBeUndefined();
  expect(table.bytesAt(0x1001n, 3)).toEqual(Uint8Array.of(1, 2, 3));
  expect(table.bytesAt(0x101fn, 2)).toBeUndefined();
});

describe('layouts of builds', () => {
  test('a build is known by its architecture and its build id', () => {
    const arm64 = LAYOUTS.find(({ arch }) => arch === 'arm64');
    expect(layoutOf({ machine: 183, buildId: arm64?.buildId }, 'xen-syms')).toBe(arm64);
  });

  test.each([
    [{ machine: 62, buildId: 'abcd' }, /found the build id abcd; expected one whose layout is known: 151b373f/],
    [{ machine: 62, buildId: 'abcd' }, /Missing of this build: the address of the frame table/],
    [{ machine: 40, buildId: undefined }, /found no build id; expected .* 6f826046/],
    [
      { machine: 243, buildId: 'abcd' },
      /found code for ELF machine 243; expected x86_64 \(62\), arm64 \(183\), arm32 \(40\)/,
    ],
    // A build id of another architecture.
    [
      { machine: 40, buildId: '151b373fd64b321593bf987fd923cd10dabadac4' },
      /found the build id 151b373f.* expected .* 6f826046/,
    ],
  ])('an unknown build is refused with what is missing', (file, message) => {
    expect(() => layoutOf(file, 'xen-syms')).toThrow(message);
  });
});
