import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { ExportOptions, ExportTarget } from '../actions/export.ts';
import type { ExportTableOptions, TableTarget } from '../actions/export-tables.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount, parsePositive } from '../parse-count.ts';
import { TABLE_CHOICES, TRACE_ARGUMENT } from '../texts.ts';

const TARGETS: Readonly<Record<ExportTarget | TableTarget, true>> = {
  otlp: true,
  'otlp-json': true,
  chrome: true,
  parquet: true,
  csv: true,
};

const HELP = `
otlp sends spans and metrics to an OpenTelemetry receiver over HTTP, as OTEL_EXPORTER_OTLP_ENDPOINT and the other
standard environment variables say; otlp-json writes the spans as one OTLP/JSON object, which Jaeger opens;
chrome writes slices and counters in the Trace Event Format, for ui.perfetto.dev;
parquet and csv write the tables that heaplay query asks, each as a file in the folder -o, or one of them with --table.
Under another configuration each call says how it came out against the recorded one, as diff judges it. With
--with-recorded, or of two traces, both runs are exported, as two traces of OpenTelemetry.
Exit code 1: the receiver did not take everything.

Examples:
  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 heaplay export boot.heaplay.jsonl.gz --to otlp --start now
  heaplay export boot.heaplay.jsonl.gz --to otlp-json -o boot.json
  heaplay export boot.heaplay.jsonl.gz --to chrome -o boot.trace.json
  heaplay export boot.heaplay.jsonl.gz --mode separate-xenheap --with-recorded --to otlp-json -o both.json
  heaplay export boot.heaplay.jsonl.gz --to parquet -o boot-tables
  heaplay export boot.heaplay.jsonl.gz --to csv --table allocations --mode separate-xenheap > allocations.csv`;

/** `heaplay export TRACE --to ...` */
export function exportCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('export')
      .description('give a run to other tools: OpenTelemetry, Perfetto, tables')
      .argument('<trace>', TRACE_ARGUMENT)
      .argument('[other-trace]', 'otlp, otlp-json: another trace, each call with a link to its counterpart'),
  )
    .addOption(new Option('--to <format>', 'where to, or as what').choices(Object.keys(TARGETS)).makeOptionMandatory())
    .option('-o, --output <file>', 'write there, stdout unless given, or for -; all tables: the folder for them')
    .option('--with-recorded', 'otlp, otlp-json: the recorded run too, each call with a link to its counterpart')
    .option('--sample <ratio>', 'keep this share of calls and lifetimes, 0 to 1; failures are always kept', parseRatio)
    .option(
      '--start <time>',
      'otlp, otlp-json: when the trace began, an ISO 8601 time or now; 1970 unless given',
      parseStart,
    )
    .option('--metrics-every <n>', 'otlp, chrome: records between two samples of the metrics', parsePositive)
    .addOption(new Option('--table <name>', 'parquet, csv: this table alone').choices(TABLE_CHOICES))
    .option('--at <record>', 'parquet, csv: the record behind which pages shows the heap; default: the end', parseCount)
    .option('--every <n>', 'parquet, csv: records between two samples of free_memory', parsePositive)
    .option('--json', 'otlp, a folder of tables: print one JSON value')
    .addHelpText('after', HELP)
    .action(async (trace: string, other: string | undefined, options: ExportOptions | ExportTableOptions) => {
      if (isOfTables(options)) {
        const { exportTables } = await import('../actions/export-tables.ts');
        context.exitCode = await exportTables(trace, other, options, context.terminal);
        return;
      }
      const { exportAction } = await import('../actions/export.ts');
      context.exitCode = await exportAction(trace, other, options, context);
    });
}

function isOfTables(options: ExportOptions | ExportTableOptions): options is ExportTableOptions {
  return options.to === 'parquet' || options.to === 'csv';
}

function parseRatio(text: string): number {
  const ratio = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new InvalidArgumentError('Expected a number from 0 to 1, as in 0.05.');
}

function parseStart(text: string): Date {
  if (text === 'now') return new Date();
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(NaN);
  if (time.getTime() >= 0) return time;
  throw new InvalidArgumentError('Expected now, or a time from 1970 on, as in 2026-03-01T12:00:00Z.');
}
