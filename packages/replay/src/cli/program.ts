import { Command } from 'commander';
import { completionCommand } from './commands/completion.ts';
import { diffCommand } from './commands/diff.ts';
import { dumpCommand } from './commands/dump.ts';
import { replayCommand } from './commands/replay.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CommandContext } from './context.ts';
import { VERSION } from './version.ts';

/**
 * The commands, their arguments and options. What a command does is loaded when it is called: to answer `--help` or to
 * complete a line takes nothing of the model.
 */
export function createProgram(context: CommandContext, print: (text: string) => void): Command {
  const program = new Command('heaplay')
    .description('Flight recorder and time machine for the heaps of the Xen hypervisor')
    .version(VERSION)
    .showHelpAfterError('(heaplay --help tells more)')
    .configureOutput({ writeOut: print, writeErr: (text) => context.terminal.err(text) })
    .exitOverride()
    .addHelpText('after', '\nExample:\n  heaplay verify boot.heaplay.jsonl.gz');
  for (const add of [verifyCommand, replayCommand, dumpCommand, diffCommand, completionCommand]) add(program, context);
  for (const command of program.commands) {
    command
      .copyInheritedSettings(program)
      .showHelpAfterError(`(heaplay ${command.name()} --help tells more)`)
      .hook('preAction', (_, called) => {
        context.json = called.opts()['json'] === true;
      });
  }
  return program;
}
