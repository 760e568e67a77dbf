import type { Command } from 'commander';
import type { SessionOptions } from '../actions/bisect-session.ts';
import { withConfigOptions } from '../config-options.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';

const VERDICTS = {
  good: 'say that a record is good: what is looked for has not happened yet',
  bad: 'say that a record is bad: it has happened',
  skip: 'say that a record cannot be judged: one near it is asked about next',
} as const;

/** `heaplay bisect start|good|bad|skip|log|replay|reset`, as git has them. */
export function bisectSessionCommands(bisect: Command, context: CommandContext): void {
  withConfigOptions(
    command('start', 'begin a search in which you judge the records').argument('<trace>', TRACE_ARGUMENT),
  )
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay bisect start boot.heaplay.jsonl --mode separate-xenheap')
    .action(async (trace: string, options: SessionOptions & ConfigOptions) => {
      const { bisectStart } = await import('../actions/bisect-session.ts');
      context.exitCode = await bisectStart(trace, options, context);
    });
  for (const verdict of ['good', 'bad', 'skip'] as const) {
    command(verdict, VERDICTS[verdict])
      .argument('[record]', 'its number; default: the one that is looked at', parseCount)
      .option('--json', 'print one JSON value')
      .addHelpText('after', `\nExample:\n  heaplay bisect ${verdict} 120`)
      .action(async (record: number | undefined, options: SessionOptions) => {
        const { bisectMark } = await import('../actions/bisect-session.ts');
        context.exitCode = await bisectMark(verdict, record, options, context);
      });
  }
  command('log', 'print what was said so far, as lines that replay reads')
    .addHelpText('after', '\nExample:\n  heaplay bisect log > search.txt')
    .action(async (options: SessionOptions) => {
      const { bisectLog } = await import('../actions/bisect-session.ts');
      context.exitCode = await bisectLog(options, context);
    });
  command('replay', 'begin anew with what a log says')
    .argument('<log-file>', 'what bisect log printed; - for stdin')
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  heaplay bisect replay search.txt')
    .action(async (path: string, options: SessionOptions) => {
      const { bisectReplay } = await import('../actions/bisect-session.ts');
      context.exitCode = await bisectReplay(path, options, context);
    });
  command('reset', 'end the search, and take its file away')
    .addHelpText('after', '\nExample:\n  heaplay bisect reset')
    .action(async (options: SessionOptions) => {
      const { bisectReset } = await import('../actions/bisect-session.ts');
      context.exitCode = await bisectReset(options, context);
    });

  function command(name: string, description: string): Command {
    return bisect
      .command(name)
      .description(description)
      .option('--session <file>', 'where the search is kept', '.heaplay-bisect.json');
  }
}
