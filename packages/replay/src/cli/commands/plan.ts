import { Option } from 'commander';
import type { Command } from 'commander';
import type { PlanOptions } from '../actions/plan.ts';
import { ARCHITECTURE_NAMES, KIND_NAMES } from '../import-names.ts';
import type { CommandContext } from '../context.ts';
import { parsePositive } from '../parse-count.ts';

const HELP = `
FILE tells of a machine, as for import: a boot log, a memory map, a device tree. Or it is a trace: of it the header.
Each layout is booted in the model. A layout that stops there, and why, is told, not an error.

Examples:
  heaplay plan xl-dmesg.txt
  heaplay plan board.dts --arch arm64 --json
  heaplay plan boot.heaplay.jsonl.gz`;

/** `heaplay plan FILE` */
export function planCommand(program: Command, context: CommandContext): void {
  program
    .command('plan')
    .description('for porters: a machine under every layout and PDX compression: does it boot, and what does it cost')
    .argument('<file>', 'what tells of a machine; - for stdin')
    .addOption(
      new Option('--from <kind>', 'what the file is, if that is not to be found by looking').choices(KIND_NAMES),
    )
    .option('--boot <number>', 'which boot, if a log holds several', parsePositive)
    .addOption(new Option('--arch <arch>', 'the architecture, if the file does not say').choices(ARCHITECTURE_NAMES))
    .option('--json', 'print one JSON value')
    .addHelpText('after', HELP)
    .action(async (file: string, options: PlanOptions) => {
      const { planAction } = await import('../actions/plan.ts');
      context.exitCode = await planAction(file, options, context);
    });
}
