import { constants } from 'node:os';
import { EXIT } from './exit.ts';
import type { ExitCode } from './exit.ts';
import { interrupt } from './interrupt.ts';
import { main } from './main.ts';
import { asksForTelemetry } from './telemetry/asks-for-telemetry.ts';
import type { OwnTelemetry } from './telemetry/own-telemetry.ts';
import { processTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command with the process's own arguments and streams. */
export async function run(): Promise<void> {
  const interruption: Interruption = { exitCode: null, telemetry: null };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => hear(interruption, 128 + constants.signals[signal]));
  }
  const terminal = untilInterrupted(processTerminal(), interruption);
  try {
    const exitCode = await runWatched(process.argv.slice(2), terminal, interruption);
    process.exitCode = interruption.exitCode ?? exitCode;
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(`heaplay: this is a bug of heaplay, please report it with the command that led to it:\n${what}\n`);
    process.exitCode = EXIT.internal;
  }
}

interface Interruption {
  /** What was heard. */
  exitCode: number | null;
  /** Spans of this run that are to be sent before the program ends. */
  telemetry: OwnTelemetry | null;
  /** Is the program only there to send them? */
  isOver?: boolean;
}

function hear(interruption: Interruption, exitCode: number): void {
  const isSecond = interruption.exitCode !== null;
  interruption.exitCode = exitCode;
  // To exit lets the half-written file of a command go, which to die of the signal would not.
  const exit = (): void => process.exit(exitCode);
  if (interrupt()) return;
  if (isSecond || interruption.telemetry === null) exit();
  interruption.isOver = true;
  void interruption.telemetry?.interrupted().finally(exit);
}

/** Behind an interrupt nothing is printed any more, though the command may still go on for a moment. */
function untilInterrupted(terminal: Terminal, interruption: Interruption): Terminal {
  return {
    ...terminal,
    out: (text) => (interruption.isOver === true ? new Promise(() => {}) : terminal.out(text)),
  };
}

async function runWatched(args: readonly string[], terminal: Terminal, interruption: Interruption): Promise<ExitCode> {
  if (!asksForTelemetry(args, process.env)) return main(args, terminal);
  const { startTelemetry } = await import('./telemetry/own-telemetry.ts');
  const telemetry = startTelemetry(args[0] ?? '', (text) => terminal.err(`heaplay: ${text}\n`));
  if (telemetry === null) return main(args, terminal);
  interruption.telemetry = telemetry;
  return telemetry.run(() => main(args, terminal, (error) => telemetry.failed(error)));
}
