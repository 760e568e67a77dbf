import type { Architecture } from '../machine/machine.ts';

/** What an architecture fixes about compression and the frame table. */
export interface PdxLimits {
  /** Ranges that setup has room for; one more and nothing is compressed (PDX-MASK-2, PDX-OFFSET-2). */
  readonly maxRanges: number;
  /** Records of the frame table that are backed together or not at all: a power of two, at most `2^MAX_ORDER` (PDX-MASK-4). */
  readonly groupPages: number;
  /** Bytes of a record of the frame table (PDX-6). */
  readonly recordBytes: number;
}

const X86: PdxLimits = { maxRanges: 1024, groupPages: 0x10000, recordBytes: 32 };
const ARM64: PdxLimits = { maxRanges: 256, groupPages: 0x40000, recordBytes: 56 };
const ARM32: PdxLimits = { ...ARM64, recordBytes: 32 };

/** RISC-V and POWER were not measured: they are taken for another 64-bit architecture without SRAT. */
const LIMITS: { readonly [A in Architecture]: PdxLimits } = {
  x86_64: X86,
  arm64: ARM64,
  arm32: ARM32,
  riscv64: ARM64,
  ppc64: ARM64,
};

/** The limits of an architecture. */
export function pdxLimits(arch: Architecture): PdxLimits {
  return LIMITS[arch];
}
