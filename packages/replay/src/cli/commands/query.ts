import { Option } from 'commander';
import type { Command } from 'commander';
import type { QueryOptions } from '../actions/query.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount, parsePositive } from '../parse-count.ts';

const HELP = `
Tables: calls, allocations, free_memory, pages; heaplay query --tables tells their columns. With several traces, each
begins with a column trace. SQL is DuckDB's (https://duckdb.org/docs/sql), and sees no file and no network.
Ten questions to begin with: docs/sql.md.

Examples:
  heaplay query boot.heaplay.jsonl "select symbol, sum(held_pages) as pages from allocations group by all order by pages desc"
  heaplay query boot.heaplay.jsonl --mode separate-xenheap "select * from calls where failed" --format csv -o failed.csv
  heaplay query before.heaplay.jsonl after.heaplay.jsonl "select trace, max(free_pages) from calls group by trace"
  heaplay query boot.heaplay.jsonl --file question.sql --json`;

/** `heaplay query TRACE... SQL` */
export function queryCommand(program: Command, context: CommandContext): void {
  withConfigOptions(
    program
      .command('query')
      .description('ask the tables of a run in SQL')
      .argument('[trace-and-sql...]', 'traces, plain, gzip or zstd, - for stdin; then the SQL, unless --file is given')
      .option('--file <file>', 'with the SQL; - for stdin')
      .addOption(
        new Option('--format <format>', 'of the rows; default: table').choices(['table', 'json', 'csv', 'parquet']),
      )
      .option('-o, --output <file>', 'write them there; stdout unless given, or for -')
      .option('--at <record>', 'the record behind which pages shows the heap; default: the end', parseCount)
      .option(
        '--every <n>',
        'records between two samples of free_memory; about 1000 samples unless given',
        parsePositive,
      )
      .option('--tables', 'tell the tables and their columns, and ask nothing'),
  )
    .option('--json', 'print one JSON value, as --format json')
    .addHelpText('after', HELP)
    .action(async (args: string[], options: QueryOptions) => {
      const { queryAction } = await import('../actions/query.ts');
      context.exitCode = await queryAction(args, options, context);
    });
}
