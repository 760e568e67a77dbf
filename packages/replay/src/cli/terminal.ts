import pc from 'picocolors';
import { EXIT } from './exit.ts';

/** Where a command prints: data to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  /** Shows how far something has come in place of what it showed before; an empty text takes it away. Only where somebody watches. */
  readonly progress?: (text: string) => void;
}

/** The process's own streams. A reader that has gone away ends the program quietly. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.ok);
      if (stream === process.stdout) process.stderr.write(`heaplay: the output cannot be written (${error.message})\n`);
      process.exit(EXIT.usage);
    });
  }
  return {
    out: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, () => resolve());
      }),
    err: (text) => {
      process.stderr.write(text);
    },
    ...(process.stderr.isTTY ? { progress: showProgress } : {}),
  };
}

/** Back to the first column, the text, and nothing behind it. */
function showProgress(text: string): void {
  // What goes on in the next line could not be taken away.
  process.stderr.write(`\r${text.slice(0, (process.stderr.columns || 80) - 1)}\x1B[K`);
}

/** Does this environment want colours on that stream? `NO_COLOR` has the last word, then `FORCE_COLOR`. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = env;
  if ((no ?? '') !== '' || force === '0' || force === 'false') return false;
  return force !== undefined || (isTerminal && term !== 'dumb');
}

/** Colours, as `NO_COLOR`, `FORCE_COLOR` and the terminal have it. */
export const colors: Pick<typeof pc, 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'> = pc.createColors(
  // picocolors itself also colours whatever a CI run pipes to another program.
  wantsColor(process.env, Boolean(process.stdout.isTTY)),
);
