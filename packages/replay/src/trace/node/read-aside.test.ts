import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CORPUS, corpusPath } from '../../../test/corpus.ts';
import { HEADER, RECORDS, traceOf } from '../../../test/sample-trace.ts';
import { encodeRecord } from '../encode-record.ts';
import { TraceError } from '../errors.ts';
import { DEFAULT_BATCH_SIZE } from '../parser.ts';
import type { TraceReading } from '../reader.ts';
import { TraceTable } from '../table.ts';
import { readTraceFile } from './file.ts';
import { paysAside, readTraceFileAside, startReading } from './read-aside.ts';
import { BATCHES_AHEAD, THREAD_BATCH_SIZE, type ThreadReadOptions } from './read-message.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-aside-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array | string): string {
  const path = join(folder, 'a.heaplay.jsonl');
  writeFileSync(path, bytes);
  return path;
}

/** All that a reader says: the header, each record as a line, and the end or the error behind them. */
async function saidBy(
  read: (path: string, options: ThreadReadOptions) => Promise<TraceReading>,
  path: string,
  options: ThreadReadOptions = {},
): Promise<object> {
  const lines: string[] = [];
  const said = { header: undefined as unknown, lines, end: undefined as unknown, error: undefined as unknown };
  try {
    const reading = await read(path, { name: 'a trace', ...options });
    said.header = reading.header;
    for await (const { first, records } of reading.pull()) {
      expect(first).toBe(lines.length + 1);
      expect(records.length).toBeLessThanOrEqual(DEFAULT_BATCH_SIZE);
      lines.push(...records.map(encodeRecord));
    }
    said.end = reading.end;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { message, place, problem, cause } = error;
    said.error = { message, place, problem, cause: cause instanceof Error ? cause.message : cause };
  }
  return said;
}

const aside = (path: string, options?: ThreadReadOptions): Promise<object> => saidBy(readTraceFileAside, path, options);
const here = (path: string, options?: ThreadReadOptions): Promise<object> => saidBy(readTraceFile, path, options);

/** Many records: more batches than a thread reads ahead. */
const MANY = THREAD_BATCH_SIZE * (BATCHES_AHEAD + 4);
const LONG = traceOf(...RECORDS.slice(0, 1), ...Array<string>(MANY).fill('{"type":"query_page_offline","mfn":9}'));

describe('a table that goes to another thread', () => {
  it.each(CORPUS)('is the same there: %s', async (path) => {
    const reading = await readTraceFile(corpusPath(path));
    for await (const { records } of reading.pull()) {
      const table = TraceTable.of(records);
      const packed = structuredClone(table.pack(), { transfer: table.buffers });
      const there = [...new TraceTable(packed).records()];
      expect(there.map(encodeRecord)).toEqual(records.map(encodeRecord));
    }
  });
});

describe('a trace that is read on a thread of its own is the same', { timeout: 60_000 }, () => {
  it.each(CORPUS.filter((path, at) => path.startsWith('recordings') || at % 24 === 0))('%s', async (path) => {
    expect(await aside(corpusPath(path))).toEqual(await here(corpusPath(path)));
  });

  it('with many batches', async () => {
    expect(await aside(file(LONG))).toEqual(await here(file(LONG)));
    expect(await aside(file(gzipSync(LONG)))).toEqual(await here(file(gzipSync(LONG))));
  });

  it.each([
    ['an empty file', ''],
    ['only blank lines', '\n \n'],
    ['no header', RECORDS.join('\n')],
    ['no trace', 'PK\u0003\u0004'],
    ['no text', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 10)],
    ['a header only', HEADER],
    ['a newer version', HEADER.replace('"heaplay":1', '"heaplay":99')],
    ['a line that is no JSON', traceOf(...RECORDS, '{"type":', ...RECORDS)],
    ['an unknown call', traceOf(...RECORDS, '{"type":"alloc_domheap_page","order":0}')],
    ['a wrong field', traceOf(...RECORDS, '{"type":"alloc_domheap_pages","order":99}')],
    ['a frame that is not there', traceOf(...RECORDS, '{"type":"free_domheap_pages","mfn":5000,"order":0}')],
    ['a record behind the end of Xen', traceOf(RECORDS[0] ?? '', '{"type":"heap_init_late","bug":"BUG"}', ...RECORDS)],
    ['a wrong footer', traceOf(...RECORDS, `{"type":"end","records":9,"sha256":"${'0'.repeat(64)}"}`)],
    ['a second header', traceOf(...RECORDS, HEADER)],
    ['an error behind many batches', `${LONG}nonsense\n`],
    ['keys of others, and stacks', traceOf('{"type":"heap_init_late","x-a":{"b":[1]}}', ...withStacks())],
  ])('%s', async (_, content) => {
    expect(await aside(file(content))).toEqual(await here(file(content)));
  });

  it('a line of more bytes than are allowed', async () => {
    expect(await aside(file(traceOf(...RECORDS, `{"x-long":"${'x'.repeat(2000)}`)), { lineLimit: 1000 })).toEqual(
      await here(file(traceOf(...RECORDS, `{"x-long":"${'x'.repeat(2000)}`)), { lineLimit: 1000 }),
    );
  });

  it('cut anywhere, and damaged anywhere', async () => {
    const text = Buffer.from(traceOf(...RECORDS, ...RECORDS, ...RECORDS));
    const packed = Buffer.concat([gzipSync(text.subarray(0, 200)), gzipSync(text.subarray(200))]);
    for (const bytes of [text, packed]) {
      for (let at = 1; at < bytes.length; at += Math.ceil(bytes.length / 5)) {
        expect(await aside(file(bytes.subarray(0, at)))).toEqual(await here(file(bytes.subarray(0, at))));
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0x55;
        expect(await aside(file(damaged))).toEqual(await here(file(damaged)));
      }
    }
  });

  it('a file that is not there, and a folder', async () => {
    expect(await aside(join(folder, 'none'))).toEqual(await here(join(folder, 'none')));
    expect(await aside(folder)).toEqual(await here(folder));
  });
});

describe('the thread', () => {
  it('stops a few batches ahead of the one who reads, and goes on when he does', { timeout: 60_000 }, async () => {
    const worker = startReading({ path: file(LONG), options: {} });
    let messages = 0;
    worker.on('message', () => (messages += 1));
    const settled = async (count: number): Promise<void> => {
      await vi.waitUntil(() => messages >= count, { timeout: 20_000 });
      await sleep(300);
      expect(messages).toBe(count);
    };
    await settled(1 + BATCHES_AHEAD);
    worker.postMessage('taken', []);
    await settled(2 + BATCHES_AHEAD);
    await worker.terminate();
  });

  it('ends when nobody wants more', { timeout: 60_000 }, async () => {
    const path = file(LONG);
    const reading = await readTraceFileAside(path);
    expect((await firstValueFrom(reading.batches)).records.length).toBe(DEFAULT_BATCH_SIZE);
    await reading.close();
    expect(reading.end).toBe(null);
    const unread = await readTraceFileAside(path);
    await unread.close();
    expect(unread.end).toBe(null);
  });

  it('is not for what is small, for what is no file, or for the standard input', async () => {
    expect(await paysAside(file(LONG))).toBe(false);
    expect(await paysAside('-')).toBe(false);
    expect(await paysAside(folder)).toBe(false);
    expect(await paysAside(join(folder, 'none'))).toBe(false);
  });
});

/** Calls by two callers, with times, CPUs and interrupts. */
function withStacks(): string[] {
  return Array.from(
    { length: 3000 },
    (_, at) => `{"at":${at},"caller":["f${at % 2}"],"type":"query_page_offline","mfn":9,"virqs":1,"cpu":${at % 3}}`,
  );
}
