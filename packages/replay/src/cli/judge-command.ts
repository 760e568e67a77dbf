import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from './exit.ts';

/** How a command ended: with an exit code, or killed by a signal. */
export interface Judgement {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a command with a text on its standard input, which it need not read. What it prints goes to our standard error.
 * Throws `UsageError` if it cannot be run.
 */
export function judge(command: readonly string[], input: string): Promise<Judgement> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 2, 2] });
    const kill = (): void => {
      child.kill();
    };
    // Nobody is there any more to whom it would answer.
    process.once('exit', kill);
    child.once('error', (error) => {
      process.removeListener('exit', kill);
      reject(
        new UsageError(
          `bisect run: ${program} cannot be run (${error.message}). Next: see whether there is such a program and it may be executed`,
        ),
      );
    });
    child.once('exit', (code, signal) => {
      process.removeListener('exit', kill);
      resolve({ code, signal });
    });
    // A command that does not read its input closes it: that is its right.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Was the command interrupted by the user, who means the whole? */
export function wasInterrupted({ code, signal }: Judgement): boolean {
  return signal === 'SIGINT' || code === 128 + constants.signals.SIGINT;
}
