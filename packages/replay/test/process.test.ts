import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './corpus.ts';
import { RECORDS, traceOf } from './sample-trace.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));
const BOOT = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, ...args]);
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const texts = { out: '', err: '' };
  child.stdout.on('data', (text) => (texts.out += String(text)));
  child.stderr.on('data', (text) => (texts.err += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

describe('the command as a process', () => {
  it('[CLI-32] "-" is stdin and stdout; what came of it goes to stderr then', async () => {
    const child = start('replay', '-', '-o', '-', '--json');
    child.stdin.end(readFileSync(BOOT));
    const { code, out, err } = await ended(child);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').length).toBe(814);
    expect(JSON.parse(err)).toMatchObject({ records: 812, bug: null });
  });

  it('[CLI-33] a reader that goes away ends it quietly', async () => {
    const child = start('replay', '-', '-o', '-');
    child.stdin.on('error', () => {});
    // What comes out is more than a pipe holds.
    child.stdin.end(
      traceOf(...RECORDS.slice(0, 1), ...Array<string>(20_000).fill('{"type":"query_page_offline","mfn":9}')),
    );
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, err } = await ended(child);
    expect([code, err]).toEqual([0, '']);
  });

  it('[CLI-34] an interrupt ends it with 130, and takes the half-written file along', async () => {
    const child = start('replay', '-', '-o', join(folder, 'out.heaplay.jsonl.gz'));
    const end = ended(child);
    // Standard input stays open: it waits for more.
    child.stdin.on('error', () => {});
    child.stdin.write(traceOf(...RECORDS));
    for (let turn = 0; turn < 500 && readdirSync(folder).length === 0; turn++) await sleep(20);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.out\.heaplay\.jsonl\.gz\..*\.part$/)]);
    child.kill('SIGINT');
    expect(await end).toEqual({ code: 130, out: '', err: '' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('[CLI-35] an interrupt ends bisect run with 130, and the command that judges', async () => {
    const pidFile = join(folder, 'pid');
    const child = start('bisect', 'run', BOOT, '--', 'sh', '-c', `echo $$ > "${pidFile}"; exec sleep 60`);
    const end = ended(child);
    for (let turn = 0; turn < 500 && !/\d\n/.test(contentOf(pidFile)); turn++) await sleep(20);
    child.kill('SIGINT');
    expect(await end).toEqual({ code: 130, out: '', err: '' });
    const pid = Number(contentOf(pidFile));
    for (let turn = 0; turn < 100 && isAlive(pid); turn++) await sleep(20);
    expect(isAlive(pid)).toBe(false);
  });
});

function contentOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Is there such a process, apart from one that has ended and waits for somebody to ask how? */
function isAlive(pid: number): boolean {
  const status = contentOf(`/proc/${pid}/status`);
  return status !== '' && !/^State:\s+Z/m.test(status);
}
