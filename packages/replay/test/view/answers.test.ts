import { once } from 'node:events';
import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ServeError, serveTraces } from '../../src/view/node/trace-server.ts';
import type { TraceServer } from '../../src/view/node/trace-server.ts';
import { ask, begin } from './ask.ts';
import { LARGE, PAGE, SMALL, ServedFolder, pathOf } from './served-folder.ts';

let served: ServedFolder;
let server: TraceServer;
let token = '';
beforeAll(async () => {
  served = new ServedFolder();
  server = await served.serve({ 'small.heaplay.jsonl': SMALL, 'large.heaplay.jsonl': LARGE });
  token = pathOf(server).slice(1, -1);
});
afterAll(() => served.close());

describe('[VIEW-SERVE-5] parts of a trace', () => {
  const size = SMALL.length;
  it.each<[range: string, status: number, first: number, end: number]>([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=0-', 206, 0, size],
    ['bytes=5-9', 206, 5, 10],
    [`bytes=${size - 1}-`, 206, size - 1, size],
    ['bytes=7-999999', 206, 7, size],
    ['bytes=-4', 206, size - 4, size],
    ['bytes=-999999', 206, 0, size],
    ['BYTES=5-9', 206, 5, 10],
    [`bytes=${size}-`, 416, 0, 0],
    ['bytes=999999-', 416, 0, 0],
    ['bytes=-0', 416, 0, 0],
    ['bytes=9-5', 200, 0, size],
    ['bytes=0-1,3-4', 200, 0, size],
    ['lines=0-1', 200, 0, size],
    ['bytes=', 200, 0, size],
    ['bytes=-', 200, 0, size],
    ['bytes=a-b', 200, 0, size],
    ['bytes=1-2 ', 206, 1, 3],
    ['bytes=0x1-2', 200, 0, size],
    [`bytes=${'9'.repeat(40)}-`, 200, 0, size],
  ])('%s: %i', async (range, status, first, end) => {
    const { headers, body, ...answer } = await ask(server.url, {
      path: `/${token}/traces/0`,
      headers: { Range: range },
    });
    expect(answer.status).toBe(status);
    expect(headers['accept-ranges']).toBe('bytes');
    expect(body.toString()).toBe(SMALL.slice(first, end));
    expect(headers['content-length']).toBe(String(end - first));
    const told = { 200: undefined, 206: `bytes ${first}-${end - 1}/${size}`, 416: `bytes */${size}` }[status];
    expect(headers['content-range']).toBe(told);
  });

  it('[VIEW-SERVE-6] a part of another version is not given: If-Range', async () => {
    const changing = await served.serve({ 'changing.heaplay.jsonl': SMALL });
    const path = `${pathOf(changing)}traces/0`;
    const { etag = '' } = (await ask(changing.url, { method: 'HEAD', path })).headers;
    const part = (condition: string): Promise<{ status: number }> =>
      ask(changing.url, { path, headers: { Range: 'bytes=0-3', 'If-Range': condition } });
    expect((await part(etag)).status).toBe(206);
    expect((await part('"other"')).status).toBe(200);
    expect((await part('Wed, 21 Oct 2026 07:28:00 GMT')).status).toBe(200);
    appendFileSync(served.file('changing.heaplay.jsonl'), '\n');
    expect((await part(etag)).status).toBe(200);
  });

  it('HEAD knows no parts', async () => {
    const { status, headers } = await ask(server.url, {
      method: 'HEAD',
      path: `/${token}/traces/0`,
      headers: { Range: 'bytes=0-0' },
    });
    expect([status, headers['content-length']]).toEqual([200, String(size)]);
  });
});

describe('[VIEW-SERVE-7] what goes wrong', () => {
  it('whoever goes away in the middle leaves nothing behind', async () => {
    for (let round = 0; round < 20; round++) {
      const response = await begin(server.url, { path: `/${token}/traces/1` });
      await once(response, 'readable');
      response.destroy();
    }
    const { body } = await ask(server.url, { path: `/${token}/traces/1` });
    expect(body.length).toBe(LARGE.length);
    expect(served.notes).toEqual([]);
  });

  it('a slow reader is waited for', async () => {
    const response = await begin(server.url, { path: `/${token}/traces/1` });
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length < 1_000_000) await sleep(1);
    }
    expect(length).toBe(LARGE.length);
  });

  it('a trace that is not there any more: 404, and it is told', async () => {
    const gone = await served.serve({ 'gone.heaplay.jsonl': SMALL });
    rmSync(served.file('gone.heaplay.jsonl'));
    const { status, body } = await ask(gone.url, { path: `${pathOf(gone)}traces/0` });
    expect([status, body.toString()]).toEqual([404, 'it is not there any more']);
    expect(served.notes.splice(0).join()).toContain('ENOENT');
  });

  it('a file that becomes shorter while it is read: the answer breaks off, so that nobody takes it for whole', async () => {
    const shrinking = await served.serve({ 'shrinking.heaplay.jsonl': LARGE });
    const response = await begin(shrinking.url, { path: `${pathOf(shrinking)}traces/0` });
    truncateSync(served.file('shrinking.heaplay.jsonl'), 100);
    const read = async (): Promise<void> => {
      for await (const _ of response);
    };
    await expect(read()).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(served.notes.join()).toContain('the file has become shorter while it was read'));
    served.notes.splice(0);
  });

  it('a port that is taken', async () => {
    await expect(serveTraces({ page: PAGE, traces: [], port: Number(new URL(server.url).port) })).rejects.toThrow(
      /EADDRINUSE/,
    );
  });

  it('an address that others can reach, unless that is wanted', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.org']) {
      await expect(serveTraces({ page: PAGE, traces: [], host })).rejects.toThrow(ServeError);
    }
    const exposed = await serveTraces({ page: PAGE, traces: [], host: '0.0.0.0', exposed: true });
    const { pathname, port: own } = new URL(exposed.url);
    const as = async (host: string): Promise<number> =>
      (await ask(`http://127.0.0.1:${own}`, { path: pathname, headers: { Host: host } })).status;
    expect(await as(`127.0.0.1:${own}`)).toBe(200);
    expect(await as(new URL(exposed.url).host)).toBe(200);
    expect(await as(`attacker.example:${own}`)).toBe(421);
    await exposed.close();
  });

  it('a page that is none', async () => {
    await expect(serveTraces({ page: '<p>', traces: [] })).rejects.toThrow('no policy');
  });
});

describe('[VIEW-SERVE-8] the address that a browser is started with', () => {
  it('leads to the page once', async () => {
    const { pathname, origin } = new URL(server.addressToOpen());
    expect(pathname).not.toContain(token);
    expect((await ask(origin, { method: 'HEAD', path: pathname })).status).toBe(404);
    const { status, headers } = await ask(origin, { path: pathname });
    expect([status, headers.location]).toEqual([303, `/${token}/`]);
    expect((await ask(origin, { path: pathname })).status).toBe(404);
  });

  it('is no way to anything else', async () => {
    const { pathname, origin } = new URL(server.addressToOpen());
    for (const path of ['/', '/traces.json', '/traces/0']) {
      expect((await ask(origin, { path: `${pathname}${path}` })).status).toBe(404);
    }
  });

  it('tokens are long, and never the same', async () => {
    const others = await Promise.all([0, 1, 2].map(() => serveTraces({ page: PAGE, traces: [] })));
    const tokens = [server, ...others].map(({ url }) => new URL(url).pathname.slice(1, -1));
    expect(new Set(tokens).size).toBe(4);
    for (const each of tokens) expect(Buffer.from(each, 'base64url').length).toBe(32);
    await Promise.all(others.map((other) => other.close()));
  });
});
