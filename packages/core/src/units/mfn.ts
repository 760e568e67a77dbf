import type { Brand } from './brand.ts';

/**
 * A machine frame number: physical address divided by the page size. 0 ≤ mfn < 2^40.
 * It exceeds 32 bits, so no bitwise operator may touch it outside of this folder.
 */
export type Mfn = Brand<number, 'Mfn'>;

/** Index of a frame's record in the frame table: the compressed frame number (PDX-1). 0 ≤ pdx < 2^53. */
export type Pdx = Brand<number, 'Pdx'>;

/** A physical address in bytes, 0 ≤ address < 2^52. */
export type PhysicalAddress = Brand<number, 'PhysicalAddress'>;

/** A virtual address in bytes, 64 bits. */
export type VirtualAddress = Brand<bigint, 'VirtualAddress'>;

/** log2 of the bytes in a page: 4 KiB on every architecture that Xen runs on. */
export const PAGE_SHIFT = 12;

/** Bytes in a page. */
export const PAGE_SIZE: number = 2 ** PAGE_SHIFT;

/** One more than the greatest MFN that a trace may name. */
export const MFN_LIMIT: number = 2 ** 40;

/** One more than the greatest physical address. */
export const PHYSICAL_ADDRESS_LIMIT: number = MFN_LIMIT * PAGE_SIZE;

/** Half-open range of frames `[first, end)`. */
export type MfnRange = readonly [first: number, end: number];

/** The frame at `pages` behind `mfn`. */
export function mfnAdd(mfn: Mfn, pages: number): Mfn {
  return (mfn + pages) as Mfn;
}

/** The first frame that starts at or after `address` (BOOT-2: a start is rounded up). */
export function frameAtOrAfter(address: PhysicalAddress): Mfn {
  return Math.ceil(address / PAGE_SIZE) as Mfn;
}

/** The frame that holds `address`, so the end of the last whole page before it (BOOT-2: an end is rounded down). */
export function frameHolding(address: PhysicalAddress): Mfn {
  return Math.floor(address / PAGE_SIZE) as Mfn;
}

const LOW = 2 ** 32;

/** The highest order of which `mfn` is a multiple; 40 for MFN 0. */
export function alignmentOf(mfn: number): number {
  const low = mfn >>> 0;
  if (low !== 0) return 31 - Math.clz32(low & -low);
  const high = Math.floor(mfn / LOW);
  return high === 0 ? 40 : 32 + 31 - Math.clz32(high & -high);
}

/** Position of the highest set bit, counted from 1; 0 for 0. `value` < 2^53. */
export function bitLength(value: number): number {
  const high = Math.floor(value / LOW);
  return high === 0 ? 32 - Math.clz32(value >>> 0) : 64 - Math.clz32(high);
}

/** The bits of `mfn` below `2^order`: the place of a frame within its block. 0 ≤ order ≤ 30. */
export function offsetInBlock(mfn: number, order: number): number {
  // The low bits of a double's integer value survive the conversion to 32 bits.
  return (mfn & ((1 << order) - 1)) >>> 0;
}

/** `mfn` rounded down to a multiple of `2^order`. 0 ≤ order ≤ 30. */
export function alignDown(mfn: number, order: number): Mfn {
  return (mfn - offsetInBlock(mfn, order)) as Mfn;
}

/** Is bit `order` of `mfn` set, so that its buddy lies below it? 0 ≤ order ≤ 30. */
export function isUpperBuddy(mfn: number, order: number): boolean {
  return (mfn & (1 << order)) !== 0;
}

/** Does a block of `order` that begins at `mfn` lie at a multiple of its size? 0 ≤ order ≤ 30. */
export function isAligned(mfn: number, order: number): boolean {
  return offsetInBlock(mfn, order) === 0;
}

/** Order of the largest naturally aligned block that begins at `mfn`, ends at `end` or before and is not above `limit` (BUDDY-12). */
export function largestOrderAt(mfn: number, end: number, limit: number): number {
  return Math.min(limit, bitLength(end - mfn) - 1, alignmentOf(mfn));
}
