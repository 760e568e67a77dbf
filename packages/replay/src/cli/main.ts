import { CommanderError } from 'commander';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit.ts';
import type { ExitCode } from './exit.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** What the scripts of `heaplay completion` call, with the words of the line so far behind it. */
const COMPLETE = '__complete';

/** Runs the `heaplay` command with these arguments, and says how it ended; `onFailure` hears why it came to nothing. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  onFailure: (error: unknown) => void = () => {},
): Promise<ExitCode> {
  const context: CommandContext = { terminal, json: false, exitCode: EXIT.ok };
  const printed: string[] = [];
  const program = createProgram(context, (text) => printed.push(text));
  const [first, ...words] = args;
  if (first === COMPLETE) {
    const { completeLine } = await import('./completion/complete-line.ts');
    await terminal.out(completeLine(program, words));
    return EXIT.ok;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    onFailure(error);
    const { reportFailure } = await import('./failure.ts');
    return await reportFailure(error, context);
  } finally {
    for (const text of printed) await terminal.out(text);
  }
  return context.exitCode;
}
