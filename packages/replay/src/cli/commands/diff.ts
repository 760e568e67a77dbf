import type { Command } from 'commander';
import type { DiffOptions } from '../actions/diff.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay diff TRACE [config]` and `heaplay diff A B` */
export function diffCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('diff')
      .description('compare a trace with itself under another configuration, or two traces')
      .argument('<trace>', TRACE_ARGUMENT)
      .argument('[other-trace]', 'another trace'),
  )
    .option('--moves <number>', 'tell at most so many moved allocations one by one; default: 20', parseCount)
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay diff boot.heaplay.jsonl --mode separate-xenheap')
    .action(async (trace: string, other: string | undefined, options: DiffOptions) => {
      const { diffAction } = await import('../actions/diff.ts');
      context.exitCode = await diffAction(trace, other, options, context);
    });
}
