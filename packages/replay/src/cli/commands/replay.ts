import type { Command } from 'commander';
import type { ReplayOptions } from '../actions/replay.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

/** `heaplay replay TRACE` */
export function replayCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('replay')
      .description('replay a trace, under its own configuration or another, and tell what came of it')
      .argument('<trace>', TRACE_ARGUMENT),
  )
    .option('--until <record>', 'stop behind this record', parseCount)
    .option('-o, --output <file>', 'write the trace with the results that this configuration gives; - for stdout')
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay replay boot.heaplay.jsonl --xen 4.23 -o newer.heaplay.jsonl.gz')
    .action(async (trace: string, options: ReplayOptions) => {
      const { replayAction } = await import('../actions/replay.ts');
      context.exitCode = await replayAction(trace, options, context);
    });
}
