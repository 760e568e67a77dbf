import { BootPanic } from '../rebase/boot-plan.ts';
import { TraceError } from '../trace/errors.ts';
import { OutputError } from '../trace/node/file.ts';
import type { CommandContext } from './context.ts';
import { BadFile, EXIT, UsageError } from './exit.ts';
import type { ExitCode } from './exit.ts';

/**
 * Tells why a command came to nothing, and how that ends. Whoever asked for JSON gets a value that says it, unless the
 * command line itself was wrong. Throws what is a bug of this program.
 */
export async function reportFailure(error: unknown, { terminal, json }: CommandContext): Promise<ExitCode> {
  terminal.progress?.('');
  if (error instanceof UsageError || error instanceof OutputError) {
    terminal.err(`heaplay: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof TraceError || error instanceof BadFile) {
    const { message } = error;
    terminal.err(`heaplay: ${message}\n`);
    const details = error instanceof TraceError ? traceErrorJson(error) : { message };
    if (json) await terminal.out(`${JSON.stringify({ error: details })}\n`);
    return EXIT.input;
  }
  if (error instanceof BootPanic) {
    const message = `this machine does not boot with that layout: ${error.message}`;
    terminal.err(`heaplay: ${message}\n`);
    if (json) await terminal.out(`${JSON.stringify({ error: { message } })}\n`);
    return EXIT.no;
  }
  throw error;
}

function traceErrorJson({ message, place, field, found, expected, hint }: TraceError): object {
  return { message, ...place, field, found, expected, next: hint };
}
