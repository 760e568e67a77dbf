import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Was one JSON value asked for? */
  json: boolean;
  /** How it ended. */
  exitCode: ExitCode;
}
