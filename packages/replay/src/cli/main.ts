import { Command, CommanderError } from 'commander';
import { BootPanic } from '../rebase/boot-plan.ts';
import { ConfigError } from '../rebase/resolve-setup.ts';
import { TraceError } from '../trace/errors.ts';
import { diffCommand } from './commands/diff.ts';
import { dumpCommand } from './commands/dump.ts';
import { replayCommand } from './commands/replay.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CommandContext } from './context.ts';
import { EXIT, UsageError } from './exit.ts';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Runs the `heaplay` command with these arguments, and says how it ended. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const context: CommandContext = { terminal, exitCode: EXIT.ok };
  const printed: string[] = [];
  const program = new Command('heaplay')
    .description('Flight recorder and time machine for the heaps of the Xen hypervisor')
    .version(VERSION)
    .showHelpAfterError('(heaplay --help tells more)')
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => terminal.err(text) })
    .exitOverride();
  for (const add of [verifyCommand, replayCommand, dumpCommand, diffCommand]) add(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return exitCodeOf(error, terminal);
  } finally {
    for (const text of printed) await terminal.out(text);
  }
  return context.exitCode;
}

function exitCodeOf(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof TraceError) {
    terminal.err(`heaplay: ${error.message}\n`);
    return EXIT.input;
  }
  if (error instanceof UsageError || error instanceof ConfigError) {
    terminal.err(`heaplay: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof BootPanic) {
    terminal.err(`heaplay: this machine does not boot with that layout: ${error.message}\n`);
    return EXIT.no;
  }
  throw error;
}
