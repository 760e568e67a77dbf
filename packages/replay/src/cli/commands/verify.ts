import type { Command } from 'commander';
import type { VerifyOptions } from '../actions/verify.ts';
import type { CommandContext } from '../context.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay verify TRACE...` */
export function verifyCommand(program: Command, context: CommandContext): void {
  program
    .command('verify')
    .description('replay traces under the configuration in which they were recorded, and compare every result')
    .argument('<trace...>', TRACE_ARGUMENT)
    .option('--all', 'go on after a mismatch')
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay verify boot.heaplay.jsonl.gz')
    .action(async (traces: readonly string[], options: VerifyOptions) => {
      const { verifyAction } = await import('../actions/verify.ts');
      context.exitCode = await verifyAction(traces, options, context);
    });
}
