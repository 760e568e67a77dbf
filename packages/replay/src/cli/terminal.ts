import pc from 'picocolors';

/** Where a command prints: data to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
}

/** The process's own streams. A reader that has gone away ends the program quietly. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, () => resolve());
      }),
    err: (text) => {
      process.stderr.write(text);
    },
  };
}

/** Colours, as the terminal, `NO_COLOR` and `FORCE_COLOR` have it. */
export const colors: Pick<typeof pc, 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'> = pc;
