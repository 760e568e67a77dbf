import { main } from '../src/cli/main.ts';
import type { ExitCode } from '../src/cli/exit.ts';

/** What a command printed, and how it ended. */
export interface CliRun {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process. */
export async function heaplay(...args: readonly string[]): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await main(args, {
    out: async (text) => {
      out.push(text);
    },
    err: (text) => {
      err.push(text);
    },
  });
  return { exitCode, out: out.join(''), err: err.join('') };
}

/** Runs the command with `--json` and reads what it printed: exactly one value. */
export async function heaplayJson<T>(...args: readonly string[]): Promise<CliRun & { readonly json: T }> {
  const run = await heaplay(...args, '--json');
  return { ...run, json: JSON.parse(run.out) as T };
}
