import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceServer } from '../../src/view/node/trace-server.ts';
import { ask } from './ask.ts';
import { LARGE, PAGE, SMALL, ServedFolder, pathOf } from './served-folder.ts';

let served: ServedFolder;
let server: TraceServer;
let token = '';
beforeAll(async () => {
  served = new ServedFolder();
  writeFileSync(served.file('secret'), 'nobody is to see this');
  server = await served.serve({ 'small.heaplay.jsonl': SMALL, 'large.heaplay.jsonl': LARGE });
  token = pathOf(server).slice(1, -1);
});
afterAll(() => served.close());

describe('[VIEW-SERVE-1] what is served', () => {
  it.each([
    ['', 200, 'text/html; charset=utf-8', PAGE],
    ['?x=/../', 200, 'text/html; charset=utf-8', PAGE],
    [
      'traces.json',
      200,
      'application/json',
      '[{"name":"small.heaplay.jsonl","url":"traces/0","live":false},{"name":"large.heaplay.jsonl","url":"traces/1","live":false}]',
    ],
    ['traces/0', 200, 'application/octet-stream', SMALL],
    ['traces/1', 200, 'application/octet-stream', LARGE],
  ])('/TOKEN/%s', async (path, status, type, text) => {
    const answer = await ask(server.url, { path: `/${token}/${path}` });
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(answer.body.toString() === text).toBe(true);
    const head = await ask(server.url, { method: 'HEAD', path: `/${token}/${path}` });
    const { date: _, ...headers } = answer.headers;
    expect(head.headers).toMatchObject(headers);
    expect([head.status, head.body.length]).toEqual([status, 0]);
  });

  it('the folder without its slash leads there', async () => {
    const { status, headers } = await ask(server.url, { path: `/${token}` });
    expect([status, headers.location]).toEqual([308, `/${token}/`]);
  });
});

describe('[VIEW-SERVE-2] nothing else is', () => {
  const other = 'A'.repeat(43);
  it.each<[what: string, path: string | ((token: string) => string)]>([
    ['no token', '/'],
    ['nothing at all', '*'],
    ['another token', `/${other}/`],
    ['a shorter token', (own) => `/${own.slice(0, -1)}/`],
    ['a longer token', (own) => `/${own}A/`],
    ['the token in other letters', (own) => `/${own.toLowerCase()}/`],
    ['the token further on', (own) => `/x/${own}/`],
    ['two slashes', (own) => `//${own}/`],
    ['a trace without the token', '/traces/0'],
    ['a trace that there is not', (own) => `/${own}/traces/2`],
    ['a number that is none', (own) => `/${own}/traces/00`],
    ['a trace by its name', (own) => `/${own}/small.heaplay.jsonl`],
    ['a file beside it', (own) => `/${own}/secret`],
    ['up', (own) => `/${own}/../secret`],
    ['up from a trace', (own) => `/${own}/traces/../../secret`],
    ['up, encoded', (own) => `/${own}/%2e%2e/secret`],
    ['up, encoded twice', (own) => `/${own}/%252e%252e%252fsecret`],
    ['up, with the other slash', (own) => `/${own}/..\\secret`],
    ['an absolute path', (own) => `/${own}//etc/passwd`],
    ['a dot', (own) => `/${own}/./`],
    ['an encoded page', (own) => `/${own}/%00`],
    ['an address of somewhere else', (own) => `http://example.org/${own}/`],
  ])('%s', async (_, path) => {
    const { status, body } = await ask(server.url, { path: typeof path === 'string' ? path : path(token) });
    expect([status, body.toString()]).toEqual([404, 'there is nothing here']);
  });
});

describe('[VIEW-SERVE-3] who is answered', () => {
  type Headers = Readonly<Record<string, string>>;
  const of =
    (name: string): ((own: string) => Headers) =>
    (own) => ({ Host: name.replace('PORT', own) });
  it.each<[what: string, status: number, headers: (port: string) => Headers]>([
    ['127.0.0.1', 200, of('127.0.0.1:PORT')],
    ['localhost', 200, of('localhost:PORT')],
    ['LOCALHOST', 200, of('LocalHost:PORT')],
    ['::1', 200, of('[::1]:PORT')],
    ['another name, as after DNS rebinding', 421, of('attacker.example:PORT')],
    ['a name that only begins so', 421, of('localhost.attacker.example:PORT')],
    ['an address of the network', 421, of('192.168.1.1:PORT')],
    ['another port', 421, of('127.0.0.1:1')],
    ['no port', 421, of('localhost')],
    ['somebody before it', 421, of('user@127.0.0.1:PORT')],
    ['a dot behind it', 421, of('localhost.:PORT')],
    ['a request of the page itself', 200, () => ({ 'Sec-Fetch-Site': 'same-origin' })],
    ['an address that was typed', 200, () => ({ 'Sec-Fetch-Site': 'none' })],
    ['a page of another site', 403, () => ({ 'Sec-Fetch-Site': 'cross-site' })],
    ['a page of another port', 403, () => ({ 'Sec-Fetch-Site': 'same-site' })],
    ['its own origin', 200, (own) => ({ Host: `127.0.0.1:${own}`, Origin: `http://127.0.0.1:${own}` })],
    ['its own, under another of its names', 403, (own) => ({ Origin: `http://localhost:${own}` })],
    ['another origin', 403, () => ({ Origin: 'http://attacker.example' })],
    ['another port', 403, () => ({ Origin: 'http://127.0.0.1:1' })],
    ['https', 403, (own) => ({ Origin: `https://127.0.0.1:${own}` })],
    ['a page in a sandbox', 403, () => ({ Origin: 'null' })],
  ])('%s: %i', async (_, status, headers) => {
    const own = headers(new URL(server.url).port);
    for (const path of ['', 'traces.json', 'traces/0']) {
      const answer = await ask(server.url, { path: `/${token}/${path}`, headers: own });
      expect(answer.status).toBe(status);
    }
    // Whoever is refused does not learn whether the token was right.
    const wrong = await ask(server.url, { path: '/wrong/', headers: own });
    expect(wrong.status).toBe(status === 200 ? 404 : status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s: 405', async (method) => {
    const { status, headers } = await ask(server.url, { method, path: `/${token}/` });
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    ['two names at once', 'Host: 127.0.0.1:PORT\r\nHost: attacker.example\r\n'],
    ['an empty name', 'Host:\r\n'],
    ['no name', ''],
  ])('%s, which only a request by hand has: 400 or 421', async (_, host) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(
      `GET /${token}/ HTTP/1.1\r\n${host.replace('PORT', new URL(server.url).port)}Connection: close\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 4(00|21) /);
    socket.destroy();
  });
});

describe('[VIEW-SERVE-4] every answer says how it is to be treated', () => {
  it.each<[path: (own: string) => string, host: string | null]>([
    [(own) => `/${own}/`, null],
    [(own) => `/${own}/traces.json`, null],
    [(own) => `/${own}/traces/0`, null],
    [() => '/', null],
    [(own) => `/${own}/`, 'attacker.example'],
  ])('%s', async (path, host) => {
    const { headers } = await ask(server.url, { path: path(token), headers: host === null ? {} : { Host: host } });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
