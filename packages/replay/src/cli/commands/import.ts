import type { Architecture } from '@heaplay/core';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { ImportKindName } from '../../import/kinds.ts';
import type { ImportActionOptions, RamRange } from '../actions/import.ts';
import type { CommandContext } from '../context.ts';
import { parsePositive, readCount } from '../parse-count.ts';

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

const HELP = `
FILE is the output of xl dmesg, of dmesg or of a serial console, a list of RAM, /proc/iomem, or a device-tree source:
plain, gzip or zstd, as somebody posted it, with timestamps, quoting and other consoles' lines.
The trace that comes out lays out the heap as a boot of this machine would. What the file says that Xen did stands in
its header, and what debug keys (m, H, u) showed becomes observations.

Examples:
  heaplay import xl-dmesg.txt -o machine.heaplay.jsonl
  heaplay import serial.log --boot 2 | heaplay verify -
  heaplay import heap-dump.txt --ram 0x40000000-0x80000000 --arch arm32 --json`;

/** `heaplay import FILE` */
export function importCommand(program: Command, context: CommandContext): void {
  program
    .command('import')
    .description('make a trace of a boot log, a memory map or a device tree: the machine, and a boot of it')
    .argument('<file>', 'what tells of a machine; - for stdin')
    .addOption(
      new Option('--from <kind>', 'what the file is, if that is not to be found by looking').choices(
        Object.keys(KINDS),
      ),
    )
    .option('--boot <number>', 'which boot, if a log holds several', parsePositive)
    .addOption(
      new Option('--arch <arch>', 'the architecture, if the file does not say').choices(Object.keys(ARCHITECTURES)),
    )
    .option('--ram <start-end...>', 'RAM in bytes, ends excluded, instead of what the file says', collectRanges)
    .option('-o, --output <file>', 'write the trace there; - for stdout, where it goes unless --json is given')
    .option('--json', 'print one JSON value: the machine, and what the file says')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ImportActionOptions) => {
      const { importAction } = await import('../actions/import.ts');
      context.exitCode = await importAction(file, options, context);
    });
}

function collectRanges(text: string, before: readonly RamRange[] = []): readonly RamRange[] {
  const [first = '', last = '', ...more] = text.split('-');
  const start = readCount(first);
  const end = readCount(last);
  if (start === null || end === null || more.length > 0) {
    throw new InvalidArgumentError('Expected START-END in bytes, decimal or 0x hex, as in 0x40000000-0x80000000.');
  }
  return [...before, { start, end }];
}
