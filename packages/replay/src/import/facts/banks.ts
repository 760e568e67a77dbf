import { PAGE_SIZE } from '@heaplay/core';
import { HEX, closedRange, eitherRange, openRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

const BANK = new RegExp(`^RAM: ${HEX} - ${HEX}$`, 'i');
const MODULE = new RegExp(`^MODULE\\[\\d+\\]: ${HEX} - ${HEX}\\s*(.*)$`, 'i');
const RESERVED = new RegExp(`^RESVD\\[\\d+\\]: ${HEX} - ${HEX}`, 'i');
const INITRD = new RegExp(`^Initrd ${HEX}-${HEX}`, 'i');
/** 32-bit Arm before 4.15 moves itself. */
const PLACED = new RegExp(`^Placing Xen at ${HEX}-${HEX}`, 'i');
/** Frames, the end excluded, as test cases of the PDX compression are written. */
const FRAMES = new RegExp(`^ram pfn ${HEX} ${HEX}$`, 'i');
const MEMBLOCK = new RegExp(`^memory\\[0x[0-9a-f]+\\]\\s*\\[${HEX}-${HEX}\\], \\S+ bytes(?: on node (\\d+))?`, 'i');
const CRASH_KERNEL = /^Kdump: \d+MB \((\d+)kB\) at 0x([0-9a-f]+)/i;

/** Banks of RAM, and what lies in them already when the heap is laid out. */
export function readBanks(text: string): readonly FactBody[] {
  const bank = BANK.exec(text);
  if (bank !== null) return [{ kind: 'bank', from: 'boot-info', ...closedRange(bank[1] ?? '', bank[2] ?? '') }];
  const frames = FRAMES.exec(text);
  if (frames !== null) {
    const { start, end } = openRange(frames[1] ?? '', frames[2] ?? '');
    return [{ kind: 'bank', from: 'list', start: start * PAGE_SIZE, end: end * PAGE_SIZE }];
  }
  return readTaken(text) ?? readMemblock(text) ?? NOTHING;
}

function readTaken(text: string): readonly FactBody[] | undefined {
  const module = MODULE.exec(text);
  if (module !== null) {
    const [, first = '', last = '', name = ''] = module;
    const isXen = /^xen$/i.test(name.trim());
    return [{ kind: 'taken', by: isXen ? 'xen' : 'module', name: name.trim(), ...eitherRange(first, last) }];
  }
  const placed = PLACED.exec(text);
  if (placed !== null) {
    return [{ kind: 'taken', by: 'xen', name: 'Xen', ...openRange(placed[1] ?? '', placed[2] ?? '') }];
  }
  const crash = CRASH_KERNEL.exec(text);
  if (crash !== null) {
    const start = Number.parseInt(crash[2] ?? '', 16);
    return [{ kind: 'taken', by: 'crash-kernel', name: 'Kdump', start, end: start + Number(crash[1]) * 1024 }];
  }
  const [, first, last = ''] = RESERVED.exec(text) ?? [];
  if (first !== undefined) return [{ kind: 'taken', by: 'reserved', name: 'RESVD', ...eitherRange(first, last) }];
  // The same as one of the modules.
  return INITRD.test(text) ? [{ kind: 'irrelevant' }] : undefined;
}

function readMemblock(text: string): readonly FactBody[] | undefined {
  const [, first, last = '', node] = MEMBLOCK.exec(text) ?? [];
  if (first === undefined) return undefined;
  const range = closedRange(first, last);
  const bank: FactBody = { kind: 'bank', from: 'memblock', ...range };
  if (node === undefined) return [bank];
  return [bank, { kind: 'node-memory', node: Number(node), ...range, ram: true }];
}
