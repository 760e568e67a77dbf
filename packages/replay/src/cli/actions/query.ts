import { randomUUID } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { DatabaseMissing, SqlError } from '../../tables/node/sql-error.ts';
import { RunDatabase } from '../../tables/node/run-database.ts';
import type { SqlRows } from '../../tables/node/sql-rows.ts';
import { TABLES } from '../../tables/table-schema.ts';
import { STDIO, fileChunks, writeFileWhole } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { BadFile, EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { loadSource } from '../open-timeline.ts';
import { listTables } from '../query/list-tables.ts';
import { csvOutput, jsonOutput, tableOutput } from '../query/row-output.ts';
import { checkStdin } from '../open-trace.ts';
import type { Terminal } from '../terminal.ts';
import { tableOptions, walkedTables } from '../walked-tables.ts';
import type { TableOptions } from '../walked-tables.ts';

/** How the rows of a query are written. */
export type QueryFormat = 'table' | 'json' | 'csv' | 'parquet';

/** What the options of `heaplay query` say. */
export interface QueryOptions extends TableOptions {
  readonly file?: string;
  readonly format?: QueryFormat;
  readonly output?: string;
  readonly tables?: boolean;
  readonly json?: boolean;
}

/** `heaplay query` */
export async function queryAction(
  args: readonly string[],
  options: QueryOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  if (options.tables === true) {
    await terminal.out(options.json === true ? `${JSON.stringify(TABLES)}\n` : listTables());
    return EXIT.ok;
  }
  const format = formatOf(options);
  const { traces, sql } = await whatToAsk(args, options);
  checkStdin(traces);
  const database = await opened(() => RunDatabase.open(traces.length > 1));
  try {
    return await ask(database, { traces, sql, format, options }, terminal);
  } catch (error) {
    if (database.isInterrupted) return EXIT.interrupted;
    throw error instanceof SqlError ? new UsageError(error.message) : error;
  } finally {
    database.close();
  }
}

interface Asked {
  readonly traces: readonly string[];
  readonly sql: string;
  readonly format: QueryFormat;
  readonly options: QueryOptions;
}

async function ask(
  database: RunDatabase,
  { traces, sql, format, options }: Asked,
  terminal: Terminal,
): Promise<ExitCode> {
  const tables = await database.check(sql);
  for (const trace of traces) {
    if (tables.length === 0) break;
    const source = await loadSource(trace, terminal);
    const walk = { ...tableOptions(source, options), tables };
    for await (const batch of walkedTables(source, walk, terminal)) await database.load(batch, trace);
  }
  database.finishLoading();
  // To end the process while DuckDB works would wait for it to end.
  const listen = (): (() => void) =>
    onInterrupt(() => {
      database.interrupt();
      deaf = listen();
    });
  let deaf = listen();
  try {
    const rows = await database.query(sql);
    if (format === 'parquet') await writeParquet(database, rows, options);
    else await write(outputOf(format, rows), options, terminal);
  } finally {
    deaf();
  }
  return EXIT.ok;
}

function formatOf({ format, json, output }: QueryOptions): QueryFormat {
  if (json === true && format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format}: the rows are written once. Next: leave one of them out`);
  }
  const wanted = format ?? (json === true ? 'json' : 'table');
  if (wanted === 'parquet' && (output === undefined || output === STDIO) && process.stdout.isTTY) {
    throw new UsageError(
      '--format parquet does not write to a terminal. Next: name a file with -o, or pass it on to another program',
    );
  }
  return wanted;
}

async function whatToAsk(
  args: readonly string[],
  { file }: QueryOptions,
): Promise<{ readonly traces: readonly string[]; readonly sql: string }> {
  if (file === undefined) {
    const sql = args.at(-1);
    const traces = args.slice(0, -1);
    if (sql !== undefined && traces.length > 0) return { traces, sql };
    const found = sql === undefined ? 'nothing' : `"${sql}" alone`;
    throw new UsageError(
      `query: found ${found}, expected a trace and a statement. Next: write it as in heaplay query boot.heaplay.jsonl "select * from calls", or name a file with --file`,
    );
  }
  if (args.length === 0) throw new UsageError('query: expected a trace beside --file. Next: name one');
  if (file === STDIO && args.includes(STDIO)) {
    throw new UsageError('query: stdin is both the trace and the statement. Next: name a file for one of them');
  }
  return { traces: args, sql: await readSql(file) };
}

async function readSql(path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of fileChunks(path)) pieces.push(piece);
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new BadFile(
      `--file ${path}: cannot be read (${why}), expected a file with SQL. Next: see whether the path is right`,
    );
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

async function opened(open: () => Promise<RunDatabase>): Promise<RunDatabase> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof DatabaseMissing ? new UsageError(`query: ${error.message}`) : error;
  }
}

function outputOf(format: Exclude<QueryFormat, 'parquet'>, rows: SqlRows): AsyncIterable<string> {
  switch (format) {
    case 'table':
      return tableOutput(rows);
    case 'json':
      return jsonOutput(rows);
    case 'csv':
      return csvOutput(rows);
  }
}

async function write(pieces: AsyncIterable<string>, { output }: QueryOptions, { out }: Terminal): Promise<void> {
  if (output !== undefined && output !== STDIO) {
    await writeFileWhole(output, encoded(pieces));
    return;
  }
  for await (const piece of pieces) {
    await out(piece);
    // A reader that has gone away is noticed before DuckDB works on.
    await turn();
  }
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

/** DuckDB writes a file that is its own; what is asked for appears whole or not at all. */
async function writeParquet(database: RunDatabase, rows: SqlRows, { output = STDIO }: QueryOptions): Promise<void> {
  if (rows.columns.length === 0) {
    throw new UsageError('--format parquet: the last statement returns no rows. Next: end with a select');
  }
  const draft = join(tmpdir(), `heaplay-sql-${randomUUID()}.parquet`);
  const drop = (): void => rmSync(draft, { force: true });
  process.once('exit', drop);
  try {
    await database.writeParquet(rows, draft);
    await writeFileWhole(output, createReadStream(draft));
  } finally {
    drop();
    process.removeListener('exit', drop);
  }
}
