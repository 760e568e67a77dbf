import { join } from 'node:path';
import { CsvEncoder } from '../../tables/csv-encoder.ts';
import { ParquetEncoder, ROW_GROUP_ROWS } from '../../tables/parquet-encoder.ts';
import type { TableEncoder } from '../../tables/table-encoder.ts';
import { TABLE_NAMES } from '../../tables/table-schema.ts';
import type { TableName } from '../../tables/table-schema.ts';
import { plural, table as columns } from '../../text/format.ts';
import { STDIO } from '../../trace/node/file.ts';
import { makeFolder } from '../../trace/node/make-folder.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { TELEMETRY_OPTIONS, refuseOptions } from '../export/foreign-options.ts';
import { fileSink, terminalSink } from '../export/table-sink.ts';
import type { TableSink } from '../export/table-sink.ts';
import { loadSource } from '../open-timeline.ts';
import type { Terminal } from '../terminal.ts';
import { tableOptions, walkedTables } from '../walked-tables.ts';
import type { TableOptions } from '../walked-tables.ts';

/** The formats of tables. */
export type TableTarget = 'parquet' | 'csv';

/** What the options of `heaplay export --to parquet|csv` say. */
export interface ExportTableOptions extends TableOptions {
  readonly to: TableTarget;
  readonly table?: TableName;
  readonly output?: string;
  readonly json?: boolean;
}

/** A table on its way into a file. */
interface Target {
  readonly table: TableName;
  readonly path: string;
  readonly encoder: TableEncoder;
  readonly sink: TableSink;
  rows: number;
}

/** `heaplay export --to parquet|csv` */
export async function exportTables(
  path: string,
  other: string | undefined,
  options: ExportTableOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (other !== undefined) {
    throw new UsageError(`--to ${options.to} writes the tables of one run. Next: export each trace by itself`);
  }
  checkOptions(options);
  const { to, table } = options;
  const source = await loadSource(path, terminal);
  const tables = table === undefined ? TABLE_NAMES : [table];
  // A batch is a row group; of text a small one does.
  const size = to === 'parquet' ? { batchRows: ROW_GROUP_ROWS } : {};
  const walk = { ...tableOptions(source, options), ...size, tables };
  if (table === undefined) await makeFolder(options.output ?? '');
  const targets = new Map(tables.map((name) => [name, openTarget(name, options, terminal)]));
  try {
    for (const { sink, encoder } of targets.values()) await sink.write(encoder.begin());
    for await (const batch of walkedTables(source, walk, terminal)) {
      const target = targets.get(batch.table);
      if (target === undefined) continue;
      target.rows += batch.length;
      await target.sink.write(target.encoder.rows(batch));
    }
    for (const { sink, encoder } of targets.values()) await sink.write(encoder.end());
    for (const { sink } of targets.values()) await sink.close();
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    for (const { sink } of targets.values()) await sink.drop(cause);
    throw error;
  }
  if (table === undefined) await report(source.name, to, [...targets.values()], options, terminal);
  return EXIT.ok;
}

/** Each option and where it says nothing, with why and what to do. */
function checkOptions(options: ExportTableOptions): void {
  const { to, table, output, json, at, every } = options;
  refuseOptions(options, TELEMETRY_OPTIONS, 'is for --to otlp, otlp-json and chrome');
  const folder = table === undefined;
  const problems = [
    folder &&
      (output === undefined || output === STDIO) &&
      `--to ${to} writes a file for each table. Next: name a folder with -o DIR, or one table with --table`,
    !folder && json === true && '--json: a single table is all that is written. Next: leave it out',
    table !== undefined && table !== 'pages' && at !== undefined && '--at is for the table pages. Next: leave it out',
    table !== undefined &&
      table !== 'free_memory' &&
      every !== undefined &&
      '--every is for the table free_memory. Next: leave it out',
    to === 'parquet' &&
      !folder &&
      (output === undefined || output === STDIO) &&
      process.stdout.isTTY &&
      '--to parquet does not write to a terminal. Next: name a file with -o, or pass it on',
  ];
  const problem = problems.find((text) => typeof text === 'string');
  if (typeof problem === 'string') throw new UsageError(problem);
}

function openTarget(table: TableName, options: ExportTableOptions, terminal: Terminal): Target {
  const { to, output = STDIO } = options;
  const encoder = to === 'csv' ? new CsvEncoder(table) : new ParquetEncoder(table);
  const path = options.table === undefined ? join(output, `${table}.${to}`) : output;
  // What a terminal shows goes through the one place that prints.
  const sink = path === STDIO && to === 'csv' ? terminalSink(terminal) : fileSink(path);
  return { table, path, encoder, sink, rows: 0 };
}

async function report(
  trace: string,
  format: TableTarget,
  targets: readonly Target[],
  { json }: ExportTableOptions,
  { out }: Terminal,
): Promise<void> {
  if (json === true) {
    const tables = targets.map(({ table, path, rows }) => ({ table, path, rows }));
    await out(`${JSON.stringify({ trace, format, tables })}\n`);
    return;
  }
  await out(columns(targets.map(({ path, rows }) => [path, plural(rows, 'row')])));
}
