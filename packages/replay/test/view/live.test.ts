import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantPacker } from '../../src/trace/pack-at-once.ts';
import { FooterWatch } from '../../src/view/footer-watch.ts';
import { openServedTrace } from '../../src/view/node/open-served-trace.ts';
import { PipedTrace } from '../../src/view/node/piped-trace.ts';
import { ask, begin } from './ask.ts';
import { SMALL, ServedFolder, pathOf } from './served-folder.ts';

let served: ServedFolder;
beforeAll(() => {
  served = new ServedFolder();
});
afterAll(() => served.close());

describe('[VIEW-LIVE-1] a trace that is being recorded', () => {
  const lines = SMALL.split('\n')
    .slice(0, -1)
    .map((line) => `${line}\n`);

  it('comes as it grows, until its footer', async () => {
    const file = served.file('growing.heaplay.jsonl');
    const live = await served.serve({ 'growing.heaplay.jsonl': lines[0] ?? '' }, true);
    const response = await begin(live.url, { path: `${pathOf(live)}traces/0` });
    expect(response.headers).toMatchObject({ 'heaplay-bytes-so-far': String(lines[0]?.length) });
    expect(response.headers['content-length']).toBeUndefined();
    const all = [...lines.slice(1), '{"type":"end","records":3,"sha256":"0"}\n'];
    let text = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      text += chunk.toString();
      const next = all.shift();
      if (next !== undefined) appendFileSync(file, next);
    }
    expect(all).toEqual([]);
    expect(text).toBe(`${SMALL}{"type":"end","records":3,"sha256":"0"}\n`);
    expect((await ask(live.url, { method: 'HEAD', path: `${pathOf(live)}traces/0` })).status).toBe(200);
  });

  it.each<[what: string, change: (file: string) => void, note: string]>([
    ['replaced', (file) => (writeFileSync(`${file}.new`, SMALL), renameSync(`${file}.new`, file)), 'another file'],
    ['truncated', (file) => truncateSync(file, 10), 'truncated'],
    ['deleted', (file) => rmSync(file), 'deleted'],
  ])('that is %s ends, with a note', async (name, change, note) => {
    const file = served.file(`${name}.heaplay.jsonl`);
    const live = await served.serve({ [`${name}.heaplay.jsonl`]: SMALL }, true);
    const response = await begin(live.url, { path: `${pathOf(live)}traces/0` });
    let text = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.length === SMALL.length) change(file);
    }
    expect(text).toBe(SMALL);
    expect(served.notes.splice(0).join()).toContain(note);
    const list = await ask(live.url, { path: `${pathOf(live)}traces.json` });
    expect(JSON.parse(list.body.toString())).toMatchObject([{ live: true, note: expect.stringContaining(note) }]);
  });

  it('a part of it is a part of what is there', async () => {
    const live = await served.serve({ 'part.heaplay.jsonl': SMALL }, true);
    const path = `${pathOf(live)}traces/0`;
    const { status, body } = await ask(live.url, { path, headers: { Range: 'bytes=1-' } });
    expect([status, body.toString()]).toEqual([206, SMALL.slice(1)]);
  });

  it('the server ends though somebody follows', async () => {
    const live = await served.serve({ 'endless.heaplay.jsonl': SMALL }, true);
    const response = await begin(live.url, { path: `${pathOf(live)}traces/0` });
    const read = async (): Promise<void> => {
      for await (const _ of response) void live.close();
    };
    await expect(read()).rejects.toThrow('aborted');
  });
});

describe('[VIEW-LIVE-2] the end of a trace is told by its bytes', () => {
  const FOOTER = '{"type":"end","records":3,"sha256":"0"}\n';
  const whole = new TextEncoder().encode(SMALL + FOOTER);

  /** For each number of bytes that have come one by one: is it taken for ended? */
  function endings(bytes: Uint8Array): readonly number[] {
    const watch = new FooterWatch();
    const ended: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      watch.push(bytes.subarray(at, at + 1));
      if (watch.ended) ended.push(at + 1);
    }
    return ended;
  }

  it('plain: with the last byte, and no other', () => {
    expect(endings(whole)).toEqual([whole.length]);
  });

  it('gzip: with the last byte of the stream, in one member or two', () => {
    const one = gzipSync(whole);
    expect(endings(one)).toEqual([one.length]);
    const two = Buffer.concat([gzipSync(whole.subarray(0, 70)), gzipSync(whole.subarray(70))]);
    expect(endings(two)).toEqual([two.length]);
  });

  it('zstd', async () => {
    const packer = await instantPacker('zstd');
    const bytes = Buffer.concat([packer.pack(whole.subarray(0, 70)), packer.pack(whole.subarray(70))]);
    expect(endings(bytes).at(-1)).toBe(bytes.length);
    expect(endings(bytes)[0]).toBeGreaterThan(bytes.length - 8);
  });

  it.each([
    ['no footer', SMALL],
    ['a record behind it', `${SMALL}${FOOTER}${SMALL}`],
    ['a word of a record', `${SMALL}{"type":"observe_digest","digest":"end"}\n`],
    ['a text that is no JSON', `${SMALL}"type":"end"\n`],
    ['another value', `${SMALL}null\n`],
  ])('%s: not ended', (_, text) => {
    const watch = new FooterWatch();
    watch.push(new TextEncoder().encode(text));
    expect(watch.ended).toBe(false);
  });

  it('what is damaged does not end, and does no harm', () => {
    const watch = new FooterWatch();
    watch.push(Uint8Array.of(0x1f, 0x8b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    watch.push(whole);
    expect(watch.ended).toBe(false);
  });
});

describe('[VIEW-LIVE-3] a trace that comes out of a pipe', () => {
  it('is kept: it can be followed twice, from its beginning', async () => {
    const pipe = served.file('pipe');
    execFileSync('mkfifo', [pipe]);
    const writing = open(pipe, 'w');
    const opening = openServedTrace(pipe, { name: 'pipe', live: true, tell: () => {} });
    const writer = await writing;
    await writer.write(SMALL.slice(0, 300));
    const trace = await opening;
    const texts = [0, 1].map(async () => {
      let text = '';
      for await (const chunk of trace.follow(new AbortController().signal)) text += Buffer.from(chunk).toString();
      return text;
    });
    await writer.write(SMALL.slice(300));
    await writer.close();
    expect(await Promise.all(texts)).toEqual([SMALL, SMALL]);
    const opened = await trace.open();
    const parts: string[] = [];
    for await (const chunk of opened.read(299, 302)) parts.push(Buffer.from(chunk).toString());
    expect(parts.join('')).toBe(SMALL.slice(299, 302));
  });

  it('one that is too long to be kept is refused, with what to do', async () => {
    const file = served.file('long');
    writeFileSync(file, SMALL);
    await expect(new PipedTrace('long', file, false, 100).whole()).rejects.toThrow(/write it to a file first/);
  });
});
