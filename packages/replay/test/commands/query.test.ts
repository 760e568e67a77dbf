import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { reconfigure } from '../../src/rebase/reconfigure.ts';
import { TABLES, TABLE_NAMES, columnsOf } from '../../src/tables/table-schema.ts';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { askDuckDb, tableIn } from '../duckdb.ts';
import { corpusSource } from '../small-timeline.ts';
import { tableRows } from '../table-rows.ts';
import { BUG, Folder, SCRUB, X86 } from './folder.ts';

const folder = new Folder();
const RECORDING = 'recordings/x86-2g.4.17.heaplay.jsonl';
const SCRUB_NAME = 'golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz';

describe('heaplay query', () => {
  it.each([
    [RECORDING, null],
    [RECORDING, 'separate-xenheap'],
    [SCRUB_NAME, null],
  ] as const)('[QUERY-1] of %s, mode %s: every table, in every format, is what the replay has', async (path, mode) => {
    const source = await corpusSource(path);
    const to = mode === null ? {} : { to: reconfigure(source.header, { mode }) };
    const at = Math.floor(source.table.length / 2);
    const { rows } = tableRows(source, { ...to, every: 7, at });
    const options = ['--every', '7', '--at', String(at), ...(mode === null ? [] : ['--mode', mode])];
    for (const table of TABLE_NAMES) {
      const ask = ['query', corpusPath(path), `select * from ${table}`, ...options];
      const json = await heaplayJson<unknown>(...ask);
      expect(json.exitCode).toBe(0);
      expect(json.json).toEqual(rows[table]);
      for (const format of ['csv', 'parquet'] as const) {
        const file = folder.at(`${table}.${format}`);
        expect(await heaplay(...ask, '--format', format, '-o', file)).toEqual({ exitCode: 0, out: '', err: '' });
        expect(await askDuckDb(`select * from ${tableIn(format, file, table)}`)).toEqual(rows[table]);
      }
      const text = (await heaplay(...ask)).out.trimEnd().split('\n');
      expect(text[0]?.trim().split(/ +/)).toEqual(columnsOf(table).map(([name]) => name));
      expect(text.length).toBe(rows[table].length + 2);
    }
  });

  it('[QUERY-2] writes numbers whole, and values that have parts', async () => {
    const sql = `select 1e300 as f, 9007199254740993 as b, 2::hugeint << 70 as h, 1.50::decimal(9, 2) as d, [1, null] as l,
      {'a': {'b': 'x"y'}} as s, date '2020-01-01' as t, 'nan'::double as n, null as z, '' as e, map {1: 'x'} as m`;
    const { out } = await heaplay('query', X86, sql, '--format', 'json');
    expect(out).toBe(
      '[\n{"f":1e+300,"b":9007199254740993,"h":2361183241434822606848,"d":1.50,"l":[1,null],"s":{"a":{"b":"x\\"y"}},"t":"2020-01-01","n":"NaN","z":null,"e":"","m":[{"key":1,"value":"x"}]}\n]\n',
    );
    const csv = await heaplay('query', X86, sql, '--format', 'csv');
    expect(csv.out.split('\r\n')[1]).toBe(
      '1e+300,9007199254740993,2361183241434822606848,1.50,"[1,null]","{""a"":{""b"":""x\\""y""}}",2020-01-01,NaN,,"","[{""key"":1,""value"":""x""}]"',
    );
    const file = folder.at('values.parquet');
    await heaplay('query', X86, sql, '--format', 'parquet', '-o', file);
    const [typed] = await askDuckDb(
      `select b::varchar as b, h::varchar as h, l::varchar as l, s.a.b as s, t::varchar as t, z, m::varchar as m from '${file}'`,
    );
    expect(typed).toEqual({
      b: '9007199254740993',
      h: String(2 ** 71),
      l: '[1, NULL]',
      s: 'x"y',
      t: '2020-01-01',
      z: null,
      m: '{1=x}',
    });
  });

  it('[QUERY-3] has no rows as it has some', async () => {
    const ask = ['query', X86, 'select record, call from calls where false'];
    expect((await heaplay(...ask, '--json')).out).toBe('[]\n');
    expect((await heaplay(...ask, '--format', 'csv')).out).toBe('record,call\r\n');
    expect((await heaplay(...ask)).out).toBe('record  call\n(0 rows)\n');
    expect(await heaplay('query', X86, 'create table t as select 1')).toEqual({ exitCode: 0, out: '', err: '' });
    const none = await heaplay(
      'query',
      X86,
      'create table t as select 1',
      '--format',
      'parquet',
      '-o',
      folder.at('none'),
    );
    expect(none.exitCode).toBe(2);
    expect(none.err).toContain('the last statement returns no rows');
    expect(existsSync(folder.at('none'))).toBe(false);
  });

  it('[QUERY-4] carries statements out one after the other, from a file too', async () => {
    const sql = 'create view failures as from calls where failed; select count(*)::integer as n from failures;';
    const file = folder.write('question.sql', `-- How many?\n${sql}`);
    const { rows } = tableRows(await corpusSource(RECORDING), { tables: ['calls'] });
    const expected = [{ n: rows.calls.filter(({ failed }) => failed).length }];
    expect(expected).not.toEqual([{ n: 0 }]);
    for (const args of [
      [X86, sql],
      ['--file', file, X86],
    ]) {
      expect((await heaplayJson('query', ...args)).json).toEqual(expected);
    }
  });

  it('[QUERY-5] asks several traces, each row with the path of its own', async () => {
    const { json } = await heaplayJson(
      'query',
      X86,
      SCRUB,
      'select trace, count(*) as n from calls group by 1 order by 1',
    );
    const counts = await Promise.all(
      [
        [SCRUB, SCRUB_NAME],
        [X86, RECORDING],
      ].map(async ([trace, name = '']) => ({
        trace,
        n: tableRows(await corpusSource(name), { tables: ['calls'] }).rows.calls.length,
      })),
    );
    expect(json).toEqual(counts);
  });

  it('[QUERY-6] says where Xen stopped', async () => {
    const { exitCode, err, out } = await heaplay(
      'query',
      BUG,
      "select count(*) > 0 as some from calls where bug = 'BUG'",
    );
    expect(exitCode).toBe(0);
    expect(out).toContain('true');
    expect(err).toMatch(/Xen stops with a BUG at record \d+/);
  });

  it('[QUERY-7] tells its tables', async () => {
    const { out } = await heaplay('query', '--tables');
    for (const table of TABLE_NAMES) {
      expect(out).toContain(`${table}: ${TABLES[table].description}`);
      for (const [name, { description }] of columnsOf(table)) {
        expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
        expect(out).toContain(description);
      }
    }
    expect((await heaplayJson('query', '--tables')).json).toEqual(TABLES);
  });
});

describe('SQL that cannot be carried out', () => {
  it.each([
    ['selec 1', 'Parser Error: syntax error at or near "selec"', 'LINE 1: selec 1\n        ^'],
    ['select\n  mfnn from calls', 'Referenced column "mfnn" not found', 'LINE 2:   mfnn from calls\n          ^'],
    [
      'select * from nothing',
      'Next: name one of the tables calls, allocations, free_memory, pages',
      'LINE 1: select * from nothing\n                      ^',
    ],
    ['select 1; select * from nothing', 'in statement 2 of 2: Catalog Error', 'allocations'],
    ["select 'x'::integer from calls", 'Conversion Error', "Could not convert string 'x'"],
    ["select error('no good') from calls", 'no good', ''],
    ['', 'there is no statement. Next: give one', ''],
    ['/* nothing */', 'there is no statement', ''],
  ])('[QUERY-8] %j: what and where, 2', async (sql, what, where) => {
    const { exitCode, out, err } = await heaplay('query', X86, sql);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(what);
    expect(err).toContain(where);
    expect(err).not.toContain('bug of heaplay');
  });

  it('[QUERY-9] is found before the trace is read', async () => {
    const { exitCode, err } = await heaplay('query', folder.at('missing'), 'select * from nothing');
    expect([exitCode, err.includes('nothing does not exist')]).toEqual([2, true]);
    expect((await heaplay('query', folder.at('missing'), 'select * from calls')).exitCode).toBe(3);
  });

  it.each([
    ["select * from read_csv('PATH')"],
    ["select * from read_text('PATH')"],
    ["select * from 'PATH'"],
    ["select * from glob('PATH')"],
    ["copy calls to 'PATH.out'"],
    ["copy calls from 'PATH'"],
    ["attach 'PATH.out' as other"],
    ["export database 'PATH.out'"],
    ["import database 'PATH'"],
    ['install httpfs'],
    ['load httpfs'],
    ["load 'PATH'"],
    ["select * from read_csv('http://127.0.0.1:9/x.csv')"],
    ['set enable_external_access = true'],
    ['reset enable_external_access'],
    ["set temp_directory = 'PATH.out'"],
    ["pragma enable_profiling = 'json'; pragma profiling_output = 'PATH.out'"],
    ['set autoinstall_known_extensions = true'],
    ['select 1; set lock_configuration = false'],
  ])('[QUERY-10] reaches neither a file nor the network: %s', async (sql) => {
    const path = folder.write('secret.csv', 'secret\nkept\n');
    const { exitCode, out } = await heaplay('query', X86, sql.replace('PATH', path));
    expect([exitCode, out]).toEqual([2, '']);
    expect(existsSync(`${path}.out`)).toBe(false);
  });

  it.each([
    [[], 'found nothing, expected a trace and a statement'],
    [['select 1'], 'found "select 1" alone'],
    [['--file', 'x.sql'], 'expected a trace beside --file'],
    [[X86, 'select 1', '--json', '--format', 'csv'], '--json and --format csv'],
    [['-', '--file', '-'], 'stdin is both the trace and the statement'],
    [['-', '-', 'select 1 from calls'], '"-" twice'],
    [[X86, 'from pages', '--at', '813'], 'has 812 records'],
    [[X86, 'from pages', '-o', '/nowhere/x'], 'cannot be written'],
  ])('[QUERY-11] wrong usage: %j', async (args, message) => {
    const { exitCode, err } = await heaplay('query', ...args);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });

  it('[QUERY-12] a file with SQL that cannot be read is bad input', async () => {
    const { exitCode, err } = await heaplay('query', X86, '--file', folder.at('missing.sql'));
    expect([exitCode, err.includes('missing.sql: cannot be read')]).toEqual([3, true]);
  });

  it('[QUERY-13] leaves the file that was there, and nothing behind', async () => {
    const file = folder.write('kept.csv', 'of before');
    for (const format of ['csv', 'parquet', 'json', 'table']) {
      const sql = "select case when record > 700 then error('late') else record end as x from calls";
      const { exitCode } = await heaplay('query', X86, sql, '--format', format, '-o', file);
      expect([exitCode, readFileSync(file, 'utf8')]).toEqual([2, 'of before']);
    }
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('heaplay-sql-'))).toEqual([]);
  });
});
