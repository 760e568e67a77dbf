import type { Command } from 'commander';
import type { SweepOptions } from '../actions/sweep.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parsePositive } from '../parse-count.ts';
import { TRACE_ARGUMENT } from '../texts.ts';
import { collectAxes } from '../vary.ts';

const HELP = `
A line is one JSON object: trace, vary (the varied keys), what replay --json says (calls, failed, orphaned, bug,
freePages, digest, ...), and what diff --json says against the recorded run (compared, same, moved, failedOnlyInB,
firstDivergence, firstFailure, ranOut, metrics with fragmentation, ...): a is the recorded run, b this one. A
configuration that there cannot be, or that does not boot, is a line with "impossible", which says why; a trace that
cannot be read, lines with "error". The order is that of the traces, then of the values, the last key fastest.
--mode, --xen, --set and --config hold for every run; heap.xenheapMaxMfn and heap.xenHeap, where modes are varied, for
the mode that has them.

Exit code 0: nothing but frames differs anywhere, as with diff. 1: something does, or a run is impossible.
3: a trace cannot be read.

Examples:
  heaplay sweep boot.heaplay.jsonl.gz --vary mode=direct-map-all,separate-xenheap --vary xen=4.17,4.23
  heaplay sweep boot.heaplay.jsonl.gz --vary mode=separate-xenheap,direct-map-partial --set heap.xenheapMaxMfn=0x3ffff
  heaplay sweep *.heaplay.jsonl.gz --vary heap.dmaBits=0,30,32 --json | jq -r '[.trace, .vary[], .failed] | @csv'`;

/** `heaplay sweep TRACE... --vary KEY=V1,V2...` */
export function sweepCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('sweep')
      .description('replay traces under every combination of configurations, in parallel: one line a run')
      .argument('<trace...>', TRACE_ARGUMENT)
      .requiredOption(
        '--vary <key=v1,v2...>',
        'mode, xen, or a heap. or machine. key, and its values; repeatable',
        collectAxes,
      ),
  )
    .option('--jobs <n>', 'runs at once; as many as there are processors unless given', parsePositive)
    .option('--json', 'print JSON Lines: on a terminal it is a table otherwise')
    .option('--table', 'print the table, wherever it goes')
    .addHelpText('after', HELP)
    .action(async (traces: readonly string[], options: SweepOptions) => {
      const { sweepAction } = await import('../actions/sweep.ts');
      context.exitCode = await sweepAction(traces, options, context);
    });
}
