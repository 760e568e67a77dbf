import type { Command } from 'commander';
import type { DumpOptions } from '../actions/dump.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay dump TRACE` */
export function dumpCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('dump')
      .description('show the heap at a record: counts, free lists, domains')
      .argument('<trace>', TRACE_ARGUMENT),
  )
    .option('--at <record>', 'behind this record; 0: power-on; default: the end', parseCount)
    .option('--json', 'print an observe_heap record')
    .addHelpText('after', '\nExample:\n  heaplay dump boot.heaplay.jsonl --at 120')
    .action(async (trace: string, options: DumpOptions) => {
      const { dumpAction } = await import('../actions/dump.ts');
      context.exitCode = await dumpAction(trace, options, context);
    });
}
