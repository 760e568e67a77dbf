import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { FtraceDomains } from '../../import/ftrace/domains.ts';
import type { ImportActionOptions, RamRange } from '../actions/import.ts';
import type { CommandContext } from '../context.ts';
import { withFileOptions } from '../file-options.ts';
import { readCount } from '../parse-count.ts';

const HELP = `
FILE is the output of xl dmesg, of dmesg or of a serial console, a list of RAM, /proc/iomem, or a device-tree source:
plain, gzip or zstd, as somebody posted it, with timestamps, quoting and other consoles' lines.
The trace that comes out lays out the heap as a boot of this machine would. What the file says that Xen did stands in
its header, and what debug keys (m, H, u) showed becomes observations.

FILE may also be what Linux's page allocator did: kmem events (mm_page_alloc, mm_page_free, ...) as tracefs, trace-cmd
report or perf script print them, of any length. Each allocation becomes a call without a result, so that Xen's
allocator chooses its own frame; the one that Linux chose stands beside it (x-pfn). What the recording lacks and the
trace needs (a boot, frees that were lost, domains) is put in and marked (x-synthetic).

Examples:
  heaplay import xl-dmesg.txt -o machine.heaplay.jsonl
  heaplay import serial.log --boot 2 | heaplay verify -
  trace-cmd report | heaplay import --from ftrace --domains comm - | heaplay verify -
  heaplay import heap-dump.txt --ram 0x40000000-0x80000000 --arch arm32 --json`;

const DOMAINS: Readonly<Record<FtraceDomains, true>> = { none: true, pid: true, comm: true };

/** `heaplay import FILE` */
export function importCommand(program: Command, context: CommandContext): void {
  withFileOptions(
    program
      .command('import')
      .description(
        'make a trace of a boot log, a memory map or a device tree: the machine, and a boot of it; or of a recording of ftrace',
      )
      .argument('<file>', 'what tells of a machine, or what Linux recorded; - for stdin'),
  )
    .option('--ram <start-end...>', 'RAM in bytes, ends excluded, instead of what the file says', collectRanges)
    .addOption(
      new Option(
        '--domains <by>',
        "of a recording of ftrace: whose an allocation becomes, nobody's or that of a domain for each pid or name (comm)",
      ).choices(Object.keys(DOMAINS)),
    )
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
