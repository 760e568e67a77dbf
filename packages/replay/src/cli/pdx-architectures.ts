import type { Architecture } from '@heaplay/core';

/** The architectures of `heaplay pdx`, by what they may be called: `x86` and `arm` are families with the same limits. */
export const PDX_ARCHITECTURES: Readonly<Record<Architecture | 'x86' | 'arm', Architecture>> = {
  x86_64: 'x86_64',
  arm64: 'arm64',
  arm32: 'arm32',
  riscv64: 'riscv64',
  ppc64: 'ppc64',
  x86: 'x86_64',
  arm: 'arm64',
};
