import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** How it ended. */
  exitCode: ExitCode;
}
