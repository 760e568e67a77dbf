import type { Command } from 'commander';
import type { PlanOptions } from '../actions/plan.ts';
import { withFileOptions } from '../file-options.ts';
import type { CommandContext } from '../context.ts';

const HELP = `
FILE tells of a machine, as for import: a boot log, a memory map, a device tree. Or it is a trace: of it the header.
Each layout is booted in the model. A layout that stops there, and why, is told, not an error.

Examples:
  heaplay plan xl-dmesg.txt
  heaplay plan board.dts --arch arm64 --json
  heaplay plan boot.heaplay.jsonl.gz`;

/** `heaplay plan FILE` */
export function planCommand(program: Command, context: CommandContext): void {
  withFileOptions(
    program
      .command('plan')
      .description('for porters: a machine under every layout and PDX compression: does it boot, and what does it cost')
      .argument('<file>', 'what tells of a machine; - for stdin'),
  )
    .option('--json', 'print one JSON value')
    .addHelpText('after', HELP)
    .action(async (file: string, options: PlanOptions) => {
      const { planAction } = await import('../actions/plan.ts');
      context.exitCode = await planAction(file, options, context);
    });
}
