import { Option } from 'commander';
import type { Command } from 'commander';
import type { Architecture } from '@heaplay/core';
import type { ImportKindName } from '../import/kinds.ts';
import { parsePositive } from './parse-count.ts';

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

/** The options by which the machine is found that a file tells of. */
export function withFileOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--from <kind>', 'what the file is, if that is not to be found by looking').choices(
        Object.keys(KINDS),
      ),
    )
    .option('--boot <number>', 'which boot, if a log holds several', parsePositive)
    .addOption(
      new Option('--arch <arch>', 'the architecture, if the file does not say').choices(Object.keys(ARCHITECTURES)),
    );
}
