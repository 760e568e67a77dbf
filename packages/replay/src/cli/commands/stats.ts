import { Option } from 'commander';
import type { Command } from 'commander';
import type { StatsOptions } from '../actions/stats.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount, parsePositive } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay stats TRACE` */
export function statsCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('stats')
      .description('count a run: calls, free memory, fragmentation, high-water marks, what is still held')
      .argument('<trace>', TRACE_ARGUMENT)
      .option('--at <record>', 'up to this record; default: the end', parseCount)
      .option('--every <records>', 'print the figures behind every so many records, as a series', parsePositive)
      .addOption(new Option('--format <format>', 'of the series; default: csv').choices(['csv', 'json'])),
  )
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      '\nExamples:\n  heaplay stats boot.heaplay.jsonl\n  heaplay stats boot.heaplay.jsonl --every 100 > boot.csv',
    )
    .action(async (trace: string, options: StatsOptions) => {
      const { statsAction } = await import('../actions/stats.ts');
      context.exitCode = await statsAction(trace, options, context);
    });
}
