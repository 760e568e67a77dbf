import { lastValueFrom, tap } from 'rxjs';
import { bisect, scanStepwise } from '../../analysis/bisect.ts';
import type { BisectResult } from '../../analysis/bisect.ts';
import type { Expression } from '../../expression/expression.ts';
import { count, plural, table } from '../../text/format.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { condition } from '../condition.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { describeRecordOf } from '../describe-record.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { openTimelineFile } from '../open-timeline.ts';
import { colors } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { inTurns } from '../in-turns.ts';

/** What the options of `heaplay bisect` say. */
export interface BisectOptions extends ConfigOptions {
  readonly when?: string;
  readonly scan?: boolean;
  readonly json?: boolean;
}

/** `heaplay bisect TRACE --when EXPR` */
export async function bisectAction(
  path: string,
  options: BisectOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  if (options.when === undefined) {
    throw new UsageError(
      "bisect: nothing to look for. Next: say what, as in --when 'heap.freePages < 4096', or see heaplay bisect --help",
    );
  }
  const expression = condition('--when', options.when);
  const begin = performance.now();
  const timeline = await openTimelineFile(path, options, terminal);
  const result =
    options.scan === true
      ? await inTurns(scanStepwise(timeline, expression), 'scanning', timeline, terminal)
      : await bisected(timeline, expression, terminal);
  const seconds = (performance.now() - begin) / 1000;
  const text =
    options.json === true
      ? `${JSON.stringify({ record: result.record, call: result.call, probes: result.probes, seconds })}\n`
      : human(timeline, expression.text, result, seconds);
  await terminal.out(text);
  return result.record === null ? EXIT.no : EXIT.ok;
}

async function bisected(timeline: Timeline, expression: Expression, { progress }: Terminal): Promise<BisectResult> {
  const search = bisect(timeline, expression).pipe(
    tap(({ probes }) => progress?.(`bisecting: ${plural(probes, 'moment')} looked at`)),
  );
  // Narrowings come before the result, which is the last.
  const result = (await lastValueFrom(search)) as BisectResult;
  progress?.('');
  return result;
}

function human(timeline: Timeline, text: string, { record, probes }: BisectResult, seconds: number): string {
  const effort = `${count(probes)} of ${plural(timeline.length + 1, 'moment')}, ${seconds.toFixed(3)} s`;
  if (record === null) {
    return `${colors.bold('never')}: ${text} does not hold behind record ${count(timeline.length)}, ${endOf(timeline)}\n${table([['looked at', effort]])}`;
  }
  const free = (at: number): string => count(timeline.momentAt(at).heap.totals.freePages);
  const change = record === 0 ? free(0) : `${free(record - 1)} → ${free(record)}`;
  return [
    `${colors.bold(`record ${count(record)}`)} is the first behind which ${text} holds\n`,
    `  ${describeRecordOf(timeline, record)}\n`,
    `  free pages  ${change}\n`,
    `  looked at   ${effort}\n`,
  ].join('');
}

function endOf({ bug }: Timeline): string {
  return bug === null ? 'the last one' : `the last before Xen stops with a ${bug.kind}`;
}
