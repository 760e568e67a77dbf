import type { ByteRange } from '../../src/pdx/byte-range.ts';
import type { PdxInput } from '../../src/pdx/registration.ts';

/** 1 GiB: the least that is ever moved, `2^18` frames. */
export const GIB: bigint = 1n << 30n;

/** A gibibyte as frames. */
export const GIB_FRAMES: bigint = GIB >> 12n;

/** RAM of so many gibibytes at so many. */
export function gib(start: number, size = 1): ByteRange {
  return { start: BigInt(start) * GIB, size: BigInt(size) * GIB };
}

/** What setup is given: room for 1024 ranges and base 0 unless told otherwise. */
export function inputOf(ranges: readonly ByteRange[], more: Partial<PdxInput> = {}): PdxInput {
  return { ranges, base: 0n, maxRanges: 1024, ...more };
}
