import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HeapMode } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { reconfigure } from '../../src/rebase/reconfigure.ts';
import { TABLES, TABLE_NAMES, columnsOf } from '../../src/tables/table-schema.ts';
import type { TableName } from '../../src/tables/table-schema.ts';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { askDuckDb, tableIn } from '../duckdb.ts';
import { corpusSource } from '../small-timeline.ts';
import { tableRows } from '../table-rows.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();

const RUNS: readonly (readonly [trace: string, mode: HeapMode | null])[] = [
  ['recordings/x86-2g.4.17.heaplay.jsonl', null],
  ['recordings/x86-2g.4.17.heaplay.jsonl', 'separate-xenheap'],
  ['recordings/arm64-2g.4.17.heaplay.jsonl', 'direct-map-on-demand'],
  ['golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz', null],
  ['golden/4.17.direct-map-all.numa.offline.heaplay.jsonl.gz', null],
  ['golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz', null],
];

interface Exported {
  readonly trace: string;
  readonly format: string;
  readonly tables: readonly { readonly table: TableName; readonly path: string; readonly rows: number }[];
}

describe.each(['parquet', 'csv'] as const)('heaplay export --to %s', (format) => {
  it.each(RUNS)('[EXPORT-TABLES-1] of %s, mode %s: DuckDB reads every row that the replay has', async (path, mode) => {
    const source = await corpusSource(path);
    const to = mode === null ? undefined : reconfigure(source.header, { mode });
    const { rows } = tableRows(source, { ...(to === undefined ? {} : { to }), every: 10 });
    const target = folder.at(`${format}-${RUNS.findIndex((run) => run[0] === path && run[1] === mode)}`);
    const args = ['export', corpusPath(path), '--to', format, '-o', target, '--every', '10'];
    const { exitCode, json } = await heaplayJson<Exported>(...args, ...(mode === null ? [] : ['--mode', mode]));
    expect(exitCode).toBe(0);
    expect(json.tables).toEqual(
      TABLE_NAMES.map((table) => ({ table, path: join(target, `${table}.${format}`), rows: rows[table].length })),
    );
    for (const table of TABLE_NAMES) {
      const file = join(target, `${table}.${format}`);
      expect(await askDuckDb(`select * from ${tableIn(format, file, table)}`)).toEqual(rows[table]);
    }
  });

  it('[EXPORT-TABLES-2] writes one table as the folder has it, into a file or to stdout', async () => {
    const target = folder.at(`${format}-all`);
    expect((await heaplay('export', X86, '--to', format, '-o', target)).exitCode).toBe(0);
    for (const table of TABLE_NAMES) {
      const file = folder.at(`${table}-alone.${format}`);
      const run = await heaplay('export', X86, '--to', format, '--table', table, '-o', file);
      expect(run).toEqual({ exitCode: 0, out: '', err: '' });
      expect(readFileSync(file).equals(readFileSync(join(target, `${table}.${format}`)))).toBe(true);
    }
    if (format === 'parquet') return;
    const { out } = await heaplay('export', X86, '--to', 'csv', '--table', 'calls');
    expect(out).toBe(readFileSync(join(target, 'calls.csv'), 'utf8'));
  });

  it('[EXPORT-TABLES-3] of a run that Xen stops ends there, and says so', async () => {
    const { exitCode, err } = await heaplay('export', BUG, '--to', format, '-o', folder.at(`${format}-bug`));
    expect(exitCode).toBe(0);
    expect(err).toMatch(/Xen stops with a BUG at record \d+ .*; the tables end there\n$/);
  });

  it('[EXPORT-TABLES-4] of a trace that cannot be read leaves nothing', async () => {
    const bad = folder.write('bad.heaplay.jsonl', '{"heaplay":1}\n');
    const target = folder.at(`${format}-none`);
    expect((await heaplay('export', bad, '--to', format, '-o', target)).exitCode).toBe(3);
    expect(existsSync(target)).toBe(false);
  });

  it('[EXPORT-TABLES-8] makes the folder, with those that it lies in, and one that is there does', async () => {
    const target = folder.at(`${format}-deep/a/b`);
    for (const every of ['10', '20']) {
      const { exitCode } = await heaplay('export', X86, '--to', format, '-o', `${target}/`, '--every', every);
      expect(exitCode).toBe(0);
      expect(readdirSync(target).toSorted()).toEqual(TABLE_NAMES.map((table) => `${table}.${format}`).toSorted());
    }
  });

  it.runIf(process.platform === 'linux')('[EXPORT-TABLES-9] ends where no folder can be made', async () => {
    for (const target of ['/proc/nothing', '/proc/nothing/below']) {
      const { exitCode, err } = await heaplay('export', X86, '--to', format, '-o', target);
      expect(exitCode).toBe(2);
      expect(err).toContain(`${target}: cannot be written (ENOENT`);
    }
  });

  it.each([
    [[], /writes a file for each table. Next: name a folder/],
    [['-o', '-'], /name a folder/],
    [['--table', 'calls', '--json'], /--json: a single table/],
    [['--table', 'calls', '--at', '3'], /--at is for the table pages/],
    [['--table', 'pages', '--every', '3'], /--every is for the table free_memory/],
    [['-o', 'x', '--at', '813'], /has 812 records. Next: give a number from 0 to 812/],
    [['-o', 'x', '--sample', '0.5'], /--sample is for --to otlp/],
    [['-o', 'x', '--with-recorded'], /--with-recorded is for --to otlp/],
    [['-o', 'x', X86], /writes the tables of one run/],
    [['--table', 'nothing'], /calls, allocations, free_memory, pages/],
    [['-o', join(X86, 'x')], /cannot be written/],
  ])('[EXPORT-TABLES-5] refuses %j', async (args, message) => {
    const { exitCode, err, out } = await heaplay('export', X86, '--to', format, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(readdirSync(folder.path)).not.toContain('x');
  });
});

describe('what stands in the files', () => {
  it('[EXPORT-TABLES-6] Parquet has types, what may be null, units and meanings of the schema', async () => {
    const target = folder.at('types');
    await heaplay('export', X86, '--to', 'parquet', '-o', target);
    const physical = { int64: 'INT64', int32: 'INT32', boolean: 'BOOLEAN', text: 'BYTE_ARRAY' } as const;
    for (const table of TABLE_NAMES) {
      const file = join(target, `${table}.parquet`);
      const schema = await askDuckDb(
        `select name, type, repetition_type from parquet_schema('${file}') where num_children is null`,
      );
      expect(schema).toEqual(
        columnsOf(table).map(([name, { type, nullable }]) => ({
          name,
          type: physical[type],
          repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED',
        })),
      );
      const [meta] = await askDuckDb(
        `select decode(value) as value from parquet_kv_metadata('${file}') where decode(key) = 'heaplay.columns'`,
      );
      expect(JSON.parse(String(meta?.['value']))).toEqual(TABLES[table].columns);
      const compression = await askDuckDb(`select distinct compression from parquet_metadata('${file}')`);
      expect(compression).toEqual([{ compression: 'SNAPPY' }]);
    }
  });

  it('[EXPORT-TABLES-7] the options of tables say nothing to other formats', async () => {
    for (const option of [
      ['--table', 'calls'],
      ['--at', '1'],
      ['--every', '1'],
    ]) {
      const { exitCode, err } = await heaplay('export', X86, '--to', 'chrome', ...option);
      expect(exitCode).toBe(2);
      expect(err).toContain(`${option[0]} is for the tables of --to parquet and csv`);
    }
  });
});
