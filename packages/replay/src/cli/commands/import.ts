import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { ImportActionOptions, RamRange } from '../actions/import.ts';
import type { CommandContext } from '../context.ts';
import { withFileOptions } from '../file-options.ts';
import { readCount } from '../parse-count.ts';

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
  withFileOptions(
    program
      .command('import')
      .description('make a trace of a boot log, a memory map or a device tree: the machine, and a boot of it')
      .argument('<file>', 'what tells of a machine; - for stdin'),
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
