import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { askDuckDb } from './duckdb.ts';
import { Folder, X86 } from './commands/folder.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));
const folder = new Folder();
const temporary = folder.at('tmp');
mkdirSync(temporary);

/** A query as a process; what it puts aside lies in a folder of its own. */
function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, 'query', ...args], { env: { ...process.env, TMPDIR: temporary } });
}

async function ended(
  child: ChildProcessWithoutNullStreams,
): Promise<{ readonly code: number | null; readonly err: string }> {
  let err = '';
  child.stderr.on('data', (text) => (err += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, err };
}

/** More rows than anybody would wait for. */
const ENDLESS = 'select i, i * 2 as twice from range(1000000000000) t(i)';
/** The same, of which nothing comes out before the end. */
const SILENT = 'select sum(i * j) from range(1000000000) a(i), range(1000000) b(j)';

describe('heaplay query as a process', () => {
  it.each(['table', 'json', 'csv'])('[QUERY-14] a reader that goes away ends %s quietly', async (format) => {
    const child = start(X86, ENDLESS, '--format', format);
    const end = ended(child);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await end).toEqual({ code: 0, err: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each(['table', 'json', 'csv'])('[QUERY-15] an interrupt ends %s while rows come out: 130', async (format) => {
    const child = start(X86, ENDLESS, '--format', format);
    const end = ended(child);
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.resume();
    expect(await end).toEqual({ code: 130, err: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('[QUERY-16] an interrupt ends what DuckDB works on: 130, and nothing is left', async () => {
    const output = folder.write('kept.json', 'of before');
    const child = start(X86, `create table big as select i from range(1000) t(i); ${SILENT}`, '--json', '-o', output);
    const end = ended(child);
    child.stdout.resume();
    await sleep(3000);
    child.kill('SIGINT');
    expect(await end).toEqual({ code: 130, err: '' });
    expect(readFileSync(output, 'utf8')).toBe('of before');
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder.path).toSorted()).toEqual(['kept.json', 'tmp']);
  });

  it('[QUERY-17] an interrupt ends Parquet that is put aside, and takes it along', async () => {
    const child = start(X86, ENDLESS, '--format', 'parquet');
    const end = ended(child);
    child.stdout.resume();
    await sleep(3000);
    child.kill('SIGINT');
    expect(await end).toEqual({ code: 130, err: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('[QUERY-18] reads the trace or the statement from stdin, and writes Parquet into a pipe', async () => {
    const sql = start(X86, '--file', '-', '--json');
    sql.stdin.end('select max(record)::integer as last from calls');
    const [text] = await Promise.all([textOf(sql), ended(sql)]);
    expect(JSON.parse(text.toString())).toEqual([{ last: 811 }]);
    const trace = start('-', 'select record from calls order by record', '--format', 'parquet');
    trace.stdin.end(readFileSync(X86));
    const [bytes, end] = await Promise.all([textOf(trace), ended(trace)]);
    expect(end).toEqual({ code: 0, err: '' });
    const file = folder.at('piped.parquet');
    writeFileSync(file, bytes);
    expect(await askDuckDb(`select count(*)::integer as n, max(record) as last from '${file}'`)).toEqual([
      { n: 811, last: 811 },
    ]);
  });
});

async function textOf(child: ChildProcessWithoutNullStreams): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
