import type { Command } from 'commander';
import type { ReportOptions } from '../actions/report.ts';
import type { CommandContext } from '../context.ts';
import { TRACE_ARGUMENT } from '../texts.ts';
import { parseFragment } from '../view/start-fragment.ts';

const HELP = `
The file holds the viewer and the traces: it opens with a double click, needs no network, and sends nothing anywhere.
It bears the names of the traces without their folders. Without -o it is put beside the first trace, as NAME.html, if
there is no such file yet; of stdin, to stdout.
Exit code: 3 for a trace that is damaged behind its header; the report is written, and shows it up to there.

Examples:
  heaplay report boot.heaplay.jsonl.gz
  heaplay report before.heaplay.jsonl.gz after.heaplay.jsonl.gz --start 'record=792&panel=run' -o ticket-4711.html
  heaplay record workload mixed-orders --events 5000 | heaplay report - -o workload.html`;

/** `heaplay report TRACE...` */
export function reportCommand(program: Command, context: CommandContext): void {
  program
    .command('report')
    .description('write traces and the viewer into one HTML file, to be looked at offline')
    .argument('<trace...>', TRACE_ARGUMENT)
    .option('-o, --output <file>', 'write it there; - for stdout')
    .option(
      '--start <fragment>',
      'what to show first: what stands behind # in the address of the viewer',
      parseFragment,
    )
    .option('--json', 'print one JSON value: what was written')
    .addHelpText('after', HELP)
    .action(async (traces: readonly string[], options: ReportOptions) => {
      const { reportAction } = await import('../actions/report.ts');
      context.exitCode = await reportAction(traces, options, context);
    });
}
