import type { Command } from 'commander';
import type { CheckOptions } from '../actions/check.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXPRESSION_HELP, TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay check TRACE --never EXPR... --always EXPR...` */
export function checkCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('check')
      .description('check rules behind every record, and tell where each was broken first')
      .argument('<trace>', TRACE_ARGUMENT)
      .option('--never <expression...>', 'must hold behind no record')
      .option('--always <expression...>', 'must hold behind every record'),
  )
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `${EXPRESSION_HELP}\nExample:\n  heaplay check boot.heaplay.jsonl --never 'failed && call.order == 0' --always 'heap.freePages >= 4096'`,
    )
    .action(async (trace: string, options: CheckOptions) => {
      const { checkAction } = await import('../actions/check.ts');
      context.exitCode = await checkAction(trace, options, context);
    });
}
