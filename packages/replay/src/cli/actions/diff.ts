import { lastValueFrom } from 'rxjs';
import { diffConfigurations } from '../../diff/diff-configurations.ts';
import { differs } from '../../diff/diff-result.ts';
import type { DiffResult, DiffSide } from '../../diff/diff-result.ts';
import type { HeapMetrics } from '../../diff/heap-metrics.ts';
import { diffTraces } from '../../diff/diff-traces.ts';
import { sameSetup } from '../../rebase/reconfigure.ts';
import type { CommandContext } from '../context.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { brief, count, pages, table } from '../format.ts';
import { checkStdin, openTraceFile } from '../open-trace.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay diff` say. */
export interface DiffOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** `heaplay diff` */
export async function diffAction(
  path: string,
  other: string | undefined,
  options: DiffOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkStdin([path, other]);
  const trace = await openTraceFile(path, terminal.err);
  const from = { machine: trace.header.machine, heap: trace.header.heap };
  let result: DiffResult;
  if (other === undefined) {
    const to = wantedSetup(from, options);
    if (sameSetup(from, to)) {
      throw new UsageError(
        'diff: nothing to compare with: the configuration is the recorded one. Next: give a second trace, or another --mode, --xen, --set or --config',
      );
    }
    result = await lastValueFrom(trace.batches.pipe(diffConfigurations(trace.name, from, to)));
  } else {
    if (!sameSetup(from, wantedSetup(from, options))) {
      throw new UsageError(
        'diff: two traces are compared under their own configurations. Next: leave out --mode, --xen, --set and --config',
      );
    }
    const second = await openTraceFile(other, terminal.err);
    result = await lastValueFrom(diffTraces(trace, second));
  }
  await terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : human(result));
  return differs(result) ? EXIT.no : EXIT.ok;
}

function human(diff: DiffResult): string {
  const side = ({ trace, mode, xen, layout }: DiffSide): string =>
    `${trace}, ${mode}, Xen ${xen}${layout === 'planned' ? ', boot planned anew' : ''}`;
  const parts = [
    `${colors.bold('a')}  ${side(diff.a)}\n${colors.bold('b')}  ${side(diff.b)}\n\n`,
    table(
      [
        ['calls compared', count(diff.calls)],
        ['same result', count(diff.same)],
        ['other frames', count(diff.moved)],
        ['failed in a only', count(diff.failedOnlyInA)],
        ['failed in b only', count(diff.failedOnlyInB)],
        ['otherwise different', count(diff.changed)],
        ['orphaned in b', count(diff.orphaned)],
        ['only in a', count(diff.onlyInA)],
        ['only in b', count(diff.onlyInB)],
      ].filter(([name]) => name !== undefined && (!name.startsWith('only') || diff.onlyInA + diff.onlyInB > 0)),
    ),
  ];
  for (const [name, bug] of Object.entries(diff.bugs)) {
    if (bug !== null)
      parts.push(`${colors.red(`${name} stops`)} at record ${bug.record}: ${bug.kind} [${bug.rule}] ${bug.message}\n`);
  }
  const { firstDivergence, firstFailure } = diff;
  if (firstDivergence !== null) {
    const { record, call, a, b } = firstDivergence;
    parts.push(`\nfirst divergence  record ${record}, ${call}: a ${brief(a)}, b ${brief(b)}\n`);
  }
  if (firstFailure !== null) {
    const { record, call, reason } = firstFailure;
    parts.push(`first failure     record ${record}, ${call} in b${reason === null ? '' : `: ${reason}`}\n`);
  }
  parts.push(`\n${metricsTable(diff.metrics.a, diff.metrics.b)}`);
  return parts.join('');
}

function metricsTable(a: HeapMetrics, b: HeapMetrics): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return table([
    ['', 'a', 'b'],
    ['free at the end', pages(a.freePages), pages(b.freePages)],
    ['least ever free', pages(a.lowestFreePages), pages(b.lowestFreePages)],
    ['claimed', count(a.claims), count(b.claims)],
    ['to scrub', count(a.needScrub), count(b.needScrub)],
    ['free blocks', count(a.freeBlocks), count(b.freeBlocks)],
    ['largest free order', String(a.largestFreeOrder), String(b.largestFreeOrder)],
    ['unusable for 2 MiB', percent(a.unusableForOrder9), percent(b.unusableForOrder9)],
    ['failed calls', count(a.failed), count(b.failed)],
  ]);
}
