import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { heaplay } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { ask, begin } from './ask.ts';
import { SMALL } from './served-folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../trace-viewer/dist/index.html', import.meta.url));
const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

const folder = mkdtempSync(join(tmpdir(), 'heaplay-view-'));
const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts `heaplay view`; `first` is the first thing that it prints. */
function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly first: Promise<string>; readonly err: () => string } {
  const child = spawn(process.execPath, [BIN, 'view', ...args], { env: { ...process.env, ...env } });
  children.push(child);
  let err = '';
  child.stderr.on('data', (text) => (err += String(text)));
  const first = once(child.stdout, 'data').then(([text]) => String(text));
  return { child, first, err: () => err };
}

async function code(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];
}

describe('[VIEW-CLI-1] heaplay view as a process', () => {
  it('serves the page and the traces as they are, until it is interrupted', async () => {
    const { child, first } = start([X86, NUMA, '--no-open', '--json', '--start', 'record=7&frame=0x7fd24']);
    const text = await first;
    const { url } = JSON.parse(text) as { readonly url: string };
    expect(text).toBe(`${JSON.stringify({ url })}\n`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/#record=7&frame=0x7fd24$/);
    const { pathname } = new URL(url);
    const get = async (path: string): Promise<Buffer> => (await ask(url, { path: pathname + path })).body;
    expect((await get('')).equals(readFileSync(PAGE))).toBe(true);
    const traces = JSON.parse((await get('traces.json')).toString()) as readonly { name: string; url: string }[];
    expect(traces.map(({ name }) => name)).toEqual([X86, NUMA].map((path) => path.replace(/.*\//, '')));
    expect((await get(traces[0]?.url ?? '')).equals(readFileSync(X86))).toBe(true);
    expect((await get(traces[1]?.url ?? '')).equals(readFileSync(NUMA))).toBe(true);
    child.kill('SIGINT');
    expect(await code(child)).toBe(130);
  });

  it('the policy of the page is sent as well, and no other page may frame it', async () => {
    const { first } = start([X86, '--no-open']);
    const url = (await first).trim();
    const { headers } = await ask(url, { path: new URL(url).pathname });
    const [, policy = ''] = /content="(default-src 'none'[^"]*)"/.exec(readFileSync(PAGE, 'utf8')) ?? [];
    expect(policy).toContain("script-src 'sha256-");
    expect(headers['content-security-policy']).toBe(`${policy}; frame-ancestors 'none'`);
  });

  it('an interrupt ends what is being sent, too', async () => {
    const file = join(folder, 'live.heaplay.jsonl');
    writeFileSync(file, SMALL);
    const { child, first } = start(['--live', file, '--no-open']);
    const url = (await first).trim();
    const response = await begin(url, { path: `${new URL(url).pathname}traces/0` });
    const read = async (): Promise<void> => {
      for await (const _ of response) child.kill('SIGTERM');
    };
    await expect(read()).rejects.toThrow('aborted');
    expect(await code(child)).toBe(143);
  });

  it('stdin is read to its end, and can be asked for more than once', async () => {
    const { child, first } = start(['-', '--no-open']);
    child.stdin.end(gzipSync(SMALL));
    const url = (await first).trim();
    const path = `${new URL(url).pathname}traces/0`;
    for (const _ of [0, 1]) expect((await ask(url, { path })).body.equals(gzipSync(SMALL))).toBe(true);
  });

  it('stdin can be followed', async () => {
    const { child, first } = start(['-', '--no-open', '--live']);
    const half = SMALL.indexOf('\n') + 1;
    child.stdin.write(SMALL.slice(0, half));
    const url = (await first).trim();
    const response = await begin(url, { path: `${new URL(url).pathname}traces/0` });
    let text = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.length === half) child.stdin.end(SMALL.slice(half));
    }
    expect(text).toBe(SMALL);
  });
});

describe('[VIEW-CLI-2] the browser', () => {
  const browser = (text: string): string => {
    const path = join(folder, 'browser.sh');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('is started with an address that is good once, not with that of the page', async () => {
    const told = join(folder, 'address');
    const { first } = start([X86], {
      BROWSER: browser(`echo "$1" > "${told}.part" && mv "${told}.part" "${told}"`),
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
    });
    const url = (await first).trim();
    for (let turn = 0; turn < 500 && !existsSync(told); turn++) await sleep(20);
    const address = new URL(readFileSync(told, 'utf8').trim());
    expect(address.origin).toBe(new URL(url).origin);
    expect(address.pathname).not.toContain(new URL(url).pathname.slice(1, -1));
    const { status, headers } = await ask(url, { path: address.pathname });
    expect([status, headers.location]).toEqual([303, new URL(url).pathname]);
    expect((await ask(url, { path: address.pathname })).status).toBe(404);
  });

  it('that cannot be started is told, and nothing ends', async () => {
    const { first, err } = start([X86], { BROWSER: browser('exit 3'), DISPLAY: '', WAYLAND_DISPLAY: '' });
    const url = (await first).trim();
    for (let turn = 0; turn < 500 && !err().includes('could not be opened'); turn++) await sleep(20);
    expect(err()).toContain('heaplay: the browser could not be opened (');
    expect((await ask(url, { path: new URL(url).pathname })).status).toBe(200);
  });
});

describe('[VIEW-CLI-3] what is wrong with a line', () => {
  it.each<[what: string, code: number, args: readonly string[], said: RegExp]>([
    ['no trace', 2, [], /missing required argument/],
    ['a trace that is not there', 3, ['nope.heaplay.jsonl'], /ENOENT/],
    ['what is no trace', 3, [PAGE], /header/],
    ['a folder', 3, [folder], /EISDIR/],
    ['one of two that is not there', 3, [X86, 'nope'], /nope.*ENOENT/],
    ['stdin twice', 2, ['-', '-'], /"-" twice/],
    ['a port that is none', 2, [X86, '--port', '65536'], /0 to 65535/],
    ['a host that others can reach', 2, [X86, '--host', '0.0.0.0'], /other machines can reach.*--unsafe-expose/],
    ['a host that there is not', 2, [X86, '--host', '203.0.113.1', '--unsafe-expose'], /cannot listen there/],
    ['more than can be followed', 2, ['--live', X86, X86, X86, X86, X86], /at most 4/],
    ['a start that is none', 2, [X86, '--start', 'record 7'], /what stands behind #/],
  ])('%s: exit code %i', async (_, exit, args, said) => {
    const { exitCode, out, err } = await heaplay('view', '--no-open', ...args);
    expect([exitCode, out]).toEqual([exit, '']);
    expect(err).toMatch(said);
  });

  it('a port that is taken', async () => {
    const { first } = start([X86, '--no-open']);
    const { port } = new URL((await first).trim());
    const { exitCode, out, err } = await heaplay('view', '--no-open', X86, '--port', port);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(
      new RegExp(`--port ${port}: .*cannot listen there.*Next: leave out --port, or give another`, 's'),
    );
  });

  it('of --json the value says what is wrong', async () => {
    const { exitCode, out } = await heaplay('view', '--no-open', '--json', 'nope.heaplay.jsonl');
    expect(exitCode).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ error: { trace: 'nope.heaplay.jsonl' } });
  });
});
