import { seriesStepwise, seriesToCsv } from '../../analysis/series.ts';
import { statsStepwise } from '../../analysis/stats.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { inTurns } from '../in-turns.ts';
import { expectRecord, openTimelineFile } from '../open-timeline.ts';
import { statsReport } from '../stats-report.ts';

/** What the options of `heaplay stats` say. */
export interface StatsOptions extends ConfigOptions {
  readonly at?: number;
  readonly every?: number;
  readonly format?: 'csv' | 'json';
  readonly json?: boolean;
}

/** `heaplay stats` */
export async function statsAction(
  path: string,
  options: StatsOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { at, every } = options;
  if (every === undefined && options.format !== undefined) {
    throw new UsageError(`stats: --format ${options.format} is for a series. Next: add --every N, or use --json`);
  }
  const timeline = await openTimelineFile(path, options, terminal);
  if (at !== undefined) expectRecord(timeline, `--at ${at}`, at);
  const upTo = at ?? timeline.length;
  if (every === undefined) {
    const stats = await inTurns(statsStepwise(timeline, upTo), 'counting', timeline, terminal);
    const text = options.json === true ? `${JSON.stringify({ trace: timeline.name, ...stats })}\n` : null;
    await terminal.out(text ?? statsReport(timeline.name, stats));
    return EXIT.ok;
  }
  const points = await inTurns(seriesStepwise(timeline, every, upTo), 'counting', timeline, terminal);
  const asJson = options.format === 'json' || (options.format === undefined && options.json === true);
  await terminal.out(asJson ? `${JSON.stringify(points)}\n` : seriesToCsv(points));
  return EXIT.ok;
}
