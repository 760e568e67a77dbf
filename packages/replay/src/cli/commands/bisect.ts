import type { Command } from 'commander';
import type { BisectOptions } from '../actions/bisect.ts';
import type { BisectRunOptions } from '../actions/bisect-run.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXPRESSION_HELP, TRACE_ARGUMENT } from '../texts.ts';
import { bisectSessionCommands } from './bisect-session.ts';

/** `heaplay bisect TRACE --when EXPR`, `heaplay bisect run`, and the commands around a session. */
export function bisectCommand(program: Command, context: CommandContext): void {
  const bisect = withConfigOptions(
    program
      .command('bisect')
      .description('find the first record behind which something holds')
      .usage('TRACE --when EXPRESSION [options]\n       heaplay bisect COMMAND ...')
      // An option behind a subcommand belongs to the subcommand.
      .enablePositionalOptions()
      .argument('<trace>', TRACE_ARGUMENT)
      // Not a required one: commander would ask the subcommands for it, too.
      .option('--when <expression>', 'a condition that stays true once it is true')
      .option('--scan', 'ask at every record: the condition may become false again'),
  )
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `${EXPRESSION_HELP}\nExamples:\n  heaplay bisect boot.heaplay.jsonl --when 'heap.freePages < 4096'\n  heaplay bisect boot.heaplay.jsonl --when 'failed && call.order == 9' --scan\n  heaplay bisect run boot.heaplay.jsonl -- ./is-heap-good.sh`,
    )
    .action(async (trace: string, options: BisectOptions) => {
      const { bisectAction } = await import('../actions/bisect.ts');
      context.exitCode = await bisectAction(trace, options, context);
    });
  bisectSessionCommands(bisect, context);
  runCommand(bisect, context);
}

/** `heaplay bisect run TRACE -- COMMAND` */
function runCommand(bisect: Command, context: CommandContext): void {
  withConfigOptions(
    bisect
      .command('run')
      .description(
        'let a command judge: the heap as JSON on its standard input, exit code 0 good, 1 to 127 bad, 125 skip',
      )
      .argument('<trace>', TRACE_ARGUMENT)
      .argument('<command...>', 'the command and its arguments, behind --'),
  )
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `\nAn exit code of 128 or above stops the search. Power-on counts as good, the end as bad.\n\nExample:\n  heaplay bisect run boot.heaplay.jsonl -- jq -e '.freePages >= 4096'`,
    )
    .action(async (trace: string, command: readonly string[], options: BisectRunOptions) => {
      const { bisectRun } = await import('../actions/bisect-run.ts');
      context.exitCode = await bisectRun(trace, command, options, context);
    });
}
