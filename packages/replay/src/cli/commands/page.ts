import type { Command } from 'commander';
import type { PageOptions } from '../actions/page.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay page TRACE MFN` */
export function pageCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('page')
      .description('the biography of a page: every record that touched it, and what it was then')
      .argument('<trace>', TRACE_ARGUMENT)
      .argument('<mfn>', 'frame number, decimal or 0x hex', parseCount),
  )
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay page boot.heaplay.jsonl 0x7fe3c')
    .action(async (trace: string, mfn: number, options: PageOptions) => {
      const { pageAction } = await import('../actions/page.ts');
      context.exitCode = await pageAction(trace, mfn, options, context);
    });
}
