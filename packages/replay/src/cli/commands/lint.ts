import type { Command } from 'commander';
import type { LintActionOptions } from '../actions/lint.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parsePositive } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

const HELP = `
Rules: va-on-dom-heap, va-beyond-direct-map, stashed-transient, unmap-on-other-cpu, use-after-unmap, use-after-free,
access-unmapped, double-free, free-unallocated, free-wrong-heap, order-mismatch, xenheap-owned, max-mfn-in-wrong-mode,
leak, offline-dirty, online-broken.
Calls that would stop Xen are told and left out, so that what comes after them is looked at too.

Examples:
  heaplay lint run.heaplay.jsonl
  heaplay lint run.heaplay.jsonl --mode separate-xenheap --ignore leak`;

/** `heaplay lint TRACE` */
export function lintCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('lint')
      .description(
        'misuse that another layout would punish: wrong frees, stashed mappings, addresses that work by luck',
      )
      .argument('<trace>', TRACE_ARGUMENT),
  )
    .option(
      '--stash-limit <calls>',
      'calls that a CPU may make while it keeps a transient mapping (100)',
      parsePositive,
    )
    .option('--ignore <rule...>', 'leave out findings of these rules')
    .option('--json', 'print one JSON value')
    .addHelpText('after', HELP)
    .action(async (trace: string, options: LintActionOptions) => {
      const { lintAction } = await import('../actions/lint.ts');
      context.exitCode = await lintAction(trace, options, context);
    });
}
