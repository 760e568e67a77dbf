import { constants } from 'node:os';
import { EXIT } from './exit.ts';
import { interrupt } from './interrupt.ts';
import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

/** Runs the command with the process's own arguments and streams. */
export async function run(): Promise<void> {
  let interruptedBy: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interruptedBy = 128 + constants.signals[signal];
      // To exit lets the half-written file of a command go, which to die of the signal would not.
      if (!interrupt()) process.exit(interruptedBy);
    });
  }
  const terminal = processTerminal();
  try {
    const exitCode = await main(process.argv.slice(2), terminal);
    process.exitCode = interruptedBy ?? exitCode;
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(`heaplay: this is a bug of heaplay, please report it with the command that led to it:\n${what}\n`);
    process.exitCode = EXIT.internal;
  }
}
