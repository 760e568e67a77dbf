import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WORKLOADS, WORKLOAD_NAMES } from '../../src/record/workload/catalogue.ts';
import { loadTrace } from '../../src/trace/load.ts';
import { loadTraceFile } from '../../src/trace/node/file.ts';
import { heaplay } from '../cli.ts';
import { Folder } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const folder = new Folder();

/** `heaplay record workload` with these arguments. */
function workload(...args: readonly string[]): ReturnType<typeof heaplay> {
  return heaplay('record', 'workload', ...args);
}

describe('heaplay record workload', () => {
  it('lists every workload with the question that it answers, and so does its help', async () => {
    const [list, help] = await Promise.all([workload('--list'), workload('--help')]);
    for (const { exitCode, err, out } of [list, help]) {
      expect([exitCode, err]).toEqual([0, '']);
      expect(WORKLOAD_NAMES.filter((name) => !out.includes(`${name}\n`))).toEqual([]);
      expect(WORKLOAD_NAMES.filter((name) => !out.includes(WORKLOADS[name].question))).toEqual([]);
    }
  });

  it.each(['', '.gz', '.zst'])('writes a whole trace that verifies: *.heaplay.jsonl%s', async (ending) => {
    const path = folder.at(`claims.heaplay.jsonl${ending}`);
    const made = await workload('claims-race', '--seed', '3', '--events', '2500', '-o', path);
    expect([made.exitCode, made.err]).toEqual([0, '']);
    expect(made.out).toContain('2,500 records');
    const { end, header } = await loadTraceFile(path);
    expect(end).toMatchObject({ records: 2500, footer: 'verified', warning: null });
    expect(header.recorder).toMatchObject({
      name: 'heaplay',
      source: 'workload:claims-race seed=3 events=2500 memory=1073741824 nodes=1 domains=6 domain-memory=268435456',
    });
    expect((await heaplay('verify', path)).exitCode).toBe(0);
  });

  it.each(['', '.gz', '.zst'])('makes the same bytes of the same seed, compressed or not: %s', async (ending) => {
    const record = async (name: string, seed: string): Promise<Buffer> => {
      const path = folder.at(`${name}${ending}`);
      await workload('domain-churn', '--seed', seed, '--events', '3000', '-o', path);
      return readFileSync(path);
    };
    const [a, b, other] = [await record('a', '1'), await record('b', '1'), await record('other', '2')];
    expect(a.equals(b)).toBe(true);
    expect(a.equals(other)).toBe(false);
  });

  it('takes parameters and a configuration', async () => {
    const path = folder.at('configured.heaplay.jsonl');
    const parameters = ['--memory', '256M', '--nodes', '2', '--domains', '3', '--domain-memory', '4MiB'];
    const config = ['--mode', 'separate-xenheap', '--xen', '4.17', '--set', 'heap.dmaBits=26'];
    const { exitCode } = await workload('boot-storm', '--events', '500', ...parameters, ...config, '-o', path);
    expect(exitCode).toBe(0);
    const { header } = await loadTraceFile(path);
    expect(header.machine).toMatchObject({ frames: 65_536, nodes: [{ id: 0 }, { id: 1 }] });
    expect(header.heap).toMatchObject({ mode: 'separate-xenheap', xen: '4.17', dmaBits: 26 });
    expect(header.heap.xenHeap).not.toBeNull();
    expect(header.recorder.source).toMatch(/memory=268435456 nodes=2 domains=3 domain-memory=4194304$/);
  });

  it.each([
    ['claim-race', [], 'Next: did you mean "claims-race"?'],
    ['nothing-like-it', [], 'Next: known are domain-churn, '],
    ['numa-imbalance', ['--nodes', '1'], '--nodes: found 1; expected 2 to 255.'],
    ['domain-churn', ['--domain-memory', '8G'], '--domain-memory: found 8G; expected 2M to 4G.'],
    ['domain-churn', ['--memory', '1M'], '--memory: found 1M; expected 64M to 2P.'],
    ['mixed-orders', ['--domain-memory', '64M'], '--domain-memory: found 64M; this workload has no such parameter.'],
    ['mixed-orders', ['--seed', '0x100000000'], '--seed: found 4294967296; expected an integer below 2^32.'],
    ['mixed-orders', ['--events', '0'], 'Expected a number above 0.'],
    ['mixed-orders', ['--memory', '4X'], 'Expected a size, as in 4G or 512M'],
    ['mixed-orders', ['--mode', 'direct'], 'Allowed choices are'],
    ['mixed-orders', ['--set', 'heap.dmaBits=x'], 'heap.dmaBits: found "x"'],
    ['mixed-orders', ['-o', '/nowhere/at/all'], '/nowhere/at/all: cannot be written'],
  ])('refuses %s %j', async (name, args, message) => {
    const { exitCode, out, err } = await workload(name, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('wants a name', async () => {
    const { exitCode, err } = await workload();
    expect(exitCode).toBe(2);
    expect(err).toContain('found no name');
  });

  it('[MODE-1] tells that a machine does not boot with a layout', async () => {
    const { exitCode, err } = await workload(
      'mixed-orders',
      '--mode',
      'separate-xenheap',
      '--memory',
      '64M',
      '--set',
      'machine.ram=[[256,8000]]',
    );
    expect(exitCode).toBe(1);
    expect(err).toContain('does not boot with that layout: Not enough space for xenheap');
  });

  it('says that Xen stopped, and ends the trace with that', async () => {
    const path = folder.at('stopped.heaplay.jsonl');
    // Nothing is left for the frame table.
    const args = ['mixed-orders', '--memory', '64M', '--set', 'machine.ram=[[256,300]]', '-o', path];
    const { exitCode, out } = await workload(...args);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/stopped +Xen stops here: BUG \[BOOT-3\]/);
    const { table, end } = await loadTraceFile(path);
    expect(table.record(table.length)).toMatchObject({ type: 'alloc_boot_pages', bug: 'BUG' });
    expect(end.footer).toBe('verified');
    expect((await heaplay('verify', path)).exitCode).toBe(0);
  });
});

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Begins to record for ever, and sends signals when something has been made. */
async function interrupted(
  args: readonly string[],
  made: (out: number) => boolean,
  signal: NodeJS.Signals,
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, 'record', 'workload', 'mixed-orders', '--events', '1000000000', ...args]);
  const out: Buffer[] = [];
  let err = '';
  let length = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    out.push(bytes);
    length += bytes.length;
  });
  child.stderr.on('data', (text) => (err += String(text)));
  const closed = once(child, 'close') as Promise<[number | null]>;
  while (!made(length) && child.exitCode === null) await sleep(20);
  child.kill(signal);
  const [code] = await closed;
  return { code, out: Buffer.concat(out), err };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('[CLI-37] an interrupt ends a recording with a whole trace', () => {
  it.each([
    ['', 'SIGINT', 130],
    ['.gz', 'SIGINT', 130],
    ['.zst', 'SIGTERM', 143],
  ] as const)('in a file%s: %s', async (ending, signal, exitCode) => {
    const path = folder.at(`interrupted.heaplay.jsonl${ending}`);
    const { code, out, err } = await interrupted(
      ['-o', path],
      () => existsSync(path) && statSync(path).size > 200_000,
      signal,
    );
    expect([code, err]).toEqual([exitCode, '']);
    expect(out.toString()).toContain('interrupted   the trace ends here, whole');
    const { end } = await loadTraceFile(path);
    expect(end).toMatchObject({ footer: 'verified', cut: null });
    expect(end.records).toBeGreaterThan(1000);
  });

  it('on the standard output', async () => {
    const { code, out, err } = await interrupted([], (length) => length > 200_000, 'SIGINT');
    expect(code).toBe(130);
    expect(err).toContain('interrupted   the trace ends here, whole');
    const { end } = await loadTrace(one(out));
    expect(end).toMatchObject({ footer: 'verified', cut: null });
  });

  it('overwrites what was there before, at once: a recording grows', async () => {
    const path = folder.at('before.heaplay.jsonl');
    writeFileSync(path, 'x'.repeat(10_000_000));
    const { code } = await interrupted(
      ['-o', path],
      () => readFileSync(path, 'utf8').startsWith('{"heaplay"'),
      'SIGINT',
    );
    expect(code).toBe(130);
    expect((await loadTraceFile(path)).end.footer).toBe('verified');
  });
});
