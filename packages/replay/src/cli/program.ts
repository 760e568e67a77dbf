import { Command } from 'commander';
import { bisectCommand } from './commands/bisect.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { diffCommand } from './commands/diff.ts';
import { dumpCommand } from './commands/dump.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { lintCommand } from './commands/lint.ts';
import { pageCommand } from './commands/page.ts';
import { pdxCommand } from './commands/pdx.ts';
import { planCommand } from './commands/plan.ts';
import { queryCommand } from './commands/query.ts';
import { recordCommand } from './commands/record.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { statsCommand } from './commands/stats.ts';
import { sweepCommand } from './commands/sweep.ts';
import { verifyCommand } from './commands/verify.ts';
import { viewCommand } from './commands/view.ts';
import { whatIfCommand } from './commands/what-if.ts';
import type { CommandContext } from './context.ts';
import { VERSION } from '../version.ts';

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
    .enablePositionalOptions()
    .addHelpText('after', '\nExample:\n  heaplay verify boot.heaplay.jsonl.gz');
  for (const add of COMMANDS) add(program, context);
  for (const command of program.commands) {
    command.copyInheritedSettings(program).hook('preAction', (_, called) => {
      context.json = called.opts()['json'] === true;
    });
    pointToHelp(command, `heaplay ${command.name()}`);
  }
  return program;
}

const COMMANDS = [
  verifyCommand,
  replayCommand,
  dumpCommand,
  diffCommand,
  bisectCommand,
  checkCommand,
  explainCommand,
  pageCommand,
  whatIfCommand,
  sweepCommand,
  statsCommand,
  queryCommand,
  lintCommand,
  planCommand,
  pdxCommand,
  recordCommand,
  importCommand,
  exportCommand,
  viewCommand,
  reportCommand,
  completionCommand,
];

/** Wrong usage of a command, or of one below it, leads to that command's own help. */
function pointToHelp(command: Command, line: string): void {
  command.showHelpAfterError(`(${line} --help tells more)`);
  for (const below of command.commands) pointToHelp(below, `${line} ${below.name()}`);
}
