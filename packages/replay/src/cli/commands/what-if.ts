import type { Command } from 'commander';
import type { WhatIfOptions } from '../actions/what-if.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { collectCounts, parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

const EXAMPLE = `
What depends on a record that is left out is orphaned: skipped, and counted.

Examples:
  heaplay what-if boot.heaplay.jsonl --without 120 121
  heaplay what-if boot.heaplay.jsonl --change '120 order=0'
  heaplay what-if boot.heaplay.jsonl --change 120 domain=null 0x79 order=9 --mode direct-map-on-demand`;

/** `heaplay what-if TRACE --without N... --change 'N key=value ...'` */
export function whatIfCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('what-if')
      .description('compare a run with the same one without some records, or with some changed')
      .argument('<trace>', TRACE_ARGUMENT)
      .option('--without <record...>', 'leave these records out', collectCounts)
      .option('--change <change...>', 'a record, and KEY=VALUE as the format writes it; null takes a key out'),
  )
    .option('--moves <number>', 'tell at most so many moved allocations one by one', parseCount)
    .option('--json', 'print one JSON value')
    .addHelpText('after', EXAMPLE)
    .action(async (trace: string, options: WhatIfOptions) => {
      const { whatIfAction } = await import('../actions/what-if.ts');
      context.exitCode = await whatIfAction(trace, options, context);
    });
}
