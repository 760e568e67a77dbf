import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORDS, readAll, traceOf } from '../../../test/sample-trace.ts';
import { TraceError } from '../errors.ts';
import { loadTraceFile } from './file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-gunzip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = Buffer.from(traceOf(...RECORDS, ...RECORDS));
const third = Math.floor(text.length / 3);
const MEMBERS = Buffer.concat([gzipSync(text.subarray(0, third)), gzipSync(text.subarray(third))]);

/** What is read of these bytes from a file: by Node's gunzip, and the portable one where that one meets damage. */
async function fromFile(bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, 'a.heaplay.jsonl.gz');
  writeFileSync(path, bytes);
  try {
    const { table, end } = await loadTraceFile(path, { name: 'a.heaplay.jsonl' });
    return { records: [...table.records()], end };
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
}

/** What is read of them by the portable one alone. */
async function fromMemory(bytes: Uint8Array): Promise<unknown> {
  const { records, end, error } = await readAll(bytes);
  return error === null ? { records, end } : error.message;
}

describe('gunzip of a file is the portable one, only faster', () => {
  it('a trace in two members', async () => {
    const found = await fromFile(MEMBERS);
    expect(found).toEqual(await fromMemory(MEMBERS));
    expect(found).toMatchObject({ end: { compression: 'gzip', cut: null } });
  });

  it('cut at every byte', async () => {
    for (let length = 0; length < MEMBERS.length; length++) {
      const bytes = MEMBERS.subarray(0, length);
      expect(await fromFile(bytes)).toEqual(await fromMemory(bytes));
    }
  });

  it('changed at every byte', async () => {
    for (let at = 2; at < MEMBERS.length; at++) {
      const bytes = Uint8Array.from(MEMBERS);
      bytes[at] = (bytes[at] ?? 0) ^ 0x55;
      expect(await fromFile(bytes)).toEqual(await fromMemory(bytes));
    }
  });

  it.each([
    ['padding', Buffer.alloc(9)],
    ['padding, and a member behind it', Buffer.concat([Buffer.alloc(9), gzipSync(`${RECORDS[0]}\n`)])],
    ['text', Buffer.from('more')],
  ])('%s behind its end', async (_, more) => {
    const bytes = Buffer.concat([MEMBERS, more]);
    expect(await fromFile(bytes)).toEqual(await fromMemory(bytes));
  });
});
