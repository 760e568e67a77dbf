import { sampleHeap } from '../../analysis/heap-sample.ts';
import { seriesCsv, seriesStepwise } from '../../analysis/series.ts';
import type { SeriesPoint } from '../../analysis/series.ts';
import { statsStepwise } from '../../analysis/stats.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { inTurns } from '../in-turns.ts';
import { expectRecord, openTimelineFile } from '../open-timeline.ts';
import { statsReport } from '../stats-report.ts';
import type { Terminal } from '../terminal.ts';

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
  const asJson = options.format === 'json' || (options.format === undefined && options.json === true);
  await printSeries(timeline, every, upTo, asJson, terminal);
  return EXIT.ok;
}

/** Lines that are printed together. */
const PIECE = 4096;

/** Prints a series once all of it is there: an interrupt leaves none of it behind. Text takes less than figures. */
async function printSeries(
  timeline: Timeline,
  every: number,
  upTo: number,
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  const csv = seriesCsv(sampleHeap(timeline.momentAt(upTo).heap));
  const lines: string[] = asJson ? [] : [csv.header];
  const take = (point: SeriesPoint): void => {
    lines.push(asJson ? `${lines.length === 0 ? '[' : ','}${JSON.stringify(point)}` : csv.line(point));
  };
  await inTurns(seriesStepwise(timeline, every, upTo, take), 'counting', timeline, terminal);
  if (asJson) lines.push(']\n');
  for (let at = 0; at < lines.length; at += PIECE) await terminal.out(lines.slice(at, at + PIECE).join(''));
}
