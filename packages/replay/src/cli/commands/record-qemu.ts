import type { Command } from 'commander';
import { Option } from 'commander';
import type { RecordQemuOptions } from '../actions/record-qemu.ts';
import type { CommandContext } from '../context.ts';
import { parsePositive } from '../parse-count.ts';
import { parseSize } from '../parse-size.ts';

const HELP = `
Begins before Xen does: QEMU has to wait (-S). Of a machine that --launch starts the recording ends when dom0 is up, of
another one with an interrupt or with the machine; the trace is whole then, with the free lists as they were seen.
scripts/fetch-xen.sh gets what --launch boots. docs/recording.md tells more.

Examples:
  heaplay record qemu --launch x86 | heaplay verify -
  heaplay record qemu --launch x86 --memory 1G --numa 2 --functions core -o numa.heaplay.jsonl.gz
  heaplay record qemu --gdb localhost:1234 --symbols xen-syms -o boot.heaplay.jsonl`;

/** `heaplay record qemu` */
export function recordQemuCommand(record: Command, context: CommandContext): void {
  record
    .command('qemu')
    .description('make a trace of a Xen that runs under QEMU, by way of its gdbstub')
    .option('--gdb <host:port>', 'where the gdbstub of a QEMU listens that waits for us')
    .option('--symbols <file>', 'xen-syms of the Xen that it runs')
    .addOption(
      new Option('--launch <machine>', 'start QEMU, with what scripts/fetch-xen.sh has fetched').choices([
        'x86',
        'arm64',
        'arm32',
      ]),
    )
    .addOption(
      new Option('--functions <set>', "the core's calls, or those by which the rest of Xen uses it")
        .choices(['core', 'full'])
        .default('full'),
    )
    .option('--memory <size>', 'RAM of the machine to start, as in 2G', parseSize)
    .option('--numa <nodes>', 'its NUMA nodes', parsePositive)
    .option('--xen-options <words>', "more for its Xen's command line, as in bootscrub=idle")
    .option('--dom0-options <words>', "more for its dom0's command line, as in heaplay.balloon=65536")
    .option('--folder <folder>', 'where scripts/fetch-xen.sh has put its files')
    .option('--until <text>', 'end when its console says this')
    .option('--seconds <number>', 'end after so long', parsePositive)
    .option('--calls <number>', 'end after so many calls', parsePositive)
    .option('--timeout <seconds>', 'how long QEMU may take to answer', parsePositive, 10)
    .option('-o, --output <file>', 'where to; - for stdout', '-')
    .addHelpText('after', HELP)
    .action(async (options: RecordQemuOptions) => {
      const { recordQemuAction } = await import('../actions/record-qemu.ts');
      context.exitCode = await recordQemuAction(options, context);
    });
}
