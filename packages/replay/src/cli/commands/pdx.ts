import { Option } from 'commander';
import type { Command } from 'commander';
import type { PdxOptions } from '../actions/pdx.ts';
import type { CommandContext } from '../context.ts';
import { collectRanges, collectWords, parseWord } from '../parse-word.ts';
import { PDX_ARCHITECTURES } from '../pdx-architectures.ts';

const HELP = `
Numbers are decimal or 0x hex. The base is 0 on every machine whose boot log tells of its compression.

Example:
  heaplay pdx --scheme mask --arch arm64 --base 0 --range 0-0x80000000 0x800000000-0x880000000 --translate 0x800001`;

/** `heaplay pdx` */
export function pdxCommand(program: Command, context: CommandContext): void {
  program
    .command('pdx')
    .description('what PDX compression makes of ranges of RAM: masks or tables, and the PDX of a frame')
    .addOption(
      new Option('--scheme <scheme>', 'how frame numbers are compressed')
        .choices(['mask', 'offset'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--arch <arch>', 'whose limits hold').choices(Object.keys(PDX_ARCHITECTURES)).makeOptionMandatory(),
    )
    .requiredOption('--base <address>', 'address below which every bit may move', parseWord)
    .requiredOption('--range <start-end...>', 'RAM in bytes, end excluded; repeatable', collectRanges)
    .option('--translate <pfn...>', 'tell the PDX of these frames', collectWords)
    .option('--json', 'print one JSON value')
    .addHelpText('after', HELP)
    .action(async (options: PdxOptions) => {
      const { pdxAction } = await import('../actions/pdx.ts');
      context.exitCode = await pdxAction(options, context);
    });
}
