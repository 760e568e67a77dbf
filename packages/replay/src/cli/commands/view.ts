import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { ViewOptions } from '../actions/view.ts';
import type { CommandContext } from '../context.ts';
import { parseCount } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';
import { parseFragment } from '../view/start-fragment.ts';

const HELP = `
The page and the traces are served until Ctrl-C, to this machine only, and only to whoever has the whole address: it
holds a secret. A trace from stdin is read to its end before, and kept in memory.
--live shows what is being recorded while it is being recorded: up to 4 traces, each until its footer.
Exit code: 130 after Ctrl-C, as of every command that is interrupted; nothing else ends it.

Examples:
  heaplay view boot.heaplay.jsonl.gz
  heaplay view before.heaplay.jsonl.gz after.heaplay.jsonl.gz --start 'record=792&panel=run'
  heaplay record qemu --launch x86 -o boot.heaplay.jsonl.gz & heaplay view --live boot.heaplay.jsonl.gz
  ssh -L 8080:localhost:8080 build-host heaplay view --no-open --port 8080 boot.heaplay.jsonl.gz`;

/** `heaplay view TRACE...` */
export function viewCommand(program: Command, context: CommandContext): void {
  program
    .command('view')
    .description('look at traces in the browser: physical memory over time')
    .argument('<trace...>', TRACE_ARGUMENT)
    .option('--no-open', 'do not open the browser, only print the address')
    .option('--live', 'follow traces that are still being recorded')
    .option(
      '--start <fragment>',
      'what to show first: what stands behind # in the address of the viewer',
      parseFragment,
    )
    .option('--port <n>', 'listen there; a port that is free unless given', parsePort, 0)
    .option('--host <address>', 'listen there; others than loopback need --unsafe-expose', '127.0.0.1')
    .option('--unsafe-expose', 'let other machines reach it, without encryption')
    .option('--json', 'print one JSON value, when it listens: the address')
    .addHelpText('after', HELP)
    .action(async (traces: readonly string[], options: ViewOptions) => {
      const { viewAction } = await import('../actions/view.ts');
      context.exitCode = await viewAction(traces, options, context);
    });
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535; 0: one that is free.');
  return port;
}
