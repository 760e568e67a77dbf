import type { Architecture } from '@heaplay/core';
import type { ImportKindName } from '../import/kinds.ts';

// The library has these lists too, but to import it would make --help slow. As keys of a record, none can be missing.
const KINDS: Readonly<Record<ImportKindName, true>> = {
  'xen-log': true,
  'linux-log': true,
  'memory-map': true,
  iomem: true,
  'device-tree': true,
  ftrace: true,
};
const ARCHITECTURES: Readonly<Record<Architecture, true>> = {
  x86_64: true,
  arm64: true,
  arm32: true,
  riscv64: true,
  ppc64: true,
};

/** What a file can be that is imported. */
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

/** The architectures that a machine can be of. */
export const ARCHITECTURE_NAMES: readonly string[] = Object.keys(ARCHITECTURES);
