import type { Command } from 'commander';
import type { ExplainOptions } from '../actions/explain.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay explain TRACE RECORD` */
export function explainCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('explain')
      .description('why an allocation failed, or got this block: its search, step by step')
      .argument('<trace>', TRACE_ARGUMENT)
      .argument('<record>', 'number of the record, from 1', parseCount),
  )
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay explain boot.heaplay.jsonl 523 --mode separate-xenheap')
    .action(async (trace: string, record: number, options: ExplainOptions) => {
      const { explainAction } = await import('../actions/explain.ts');
      context.exitCode = await explainAction(trace, record, options, context);
    });
}
