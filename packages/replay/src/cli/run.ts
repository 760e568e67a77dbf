import { constants } from 'node:os';
import { EXIT } from './exit.ts';
import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

/** Runs the command with the process's own arguments and streams. */
export async function run(): Promise<void> {
  // To exit lets the half-written file of a command go, which to die of the signal would not.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const terminal = processTerminal();
  try {
    process.exitCode = await main(process.argv.slice(2), terminal);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(`heaplay: this is a bug of heaplay, please report it with the command that led to it:\n${what}\n`);
    process.exitCode = EXIT.internal;
  }
}
