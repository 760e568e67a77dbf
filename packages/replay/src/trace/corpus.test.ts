import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeHeader } from './header.ts';
import { encodeRecord } from './encode-record.ts';
import { readTrace } from './reader.ts';
import type { TraceRecord } from './trace-record.ts';

const CORPUS = new URL('../../../../corpus/', import.meta.url);

const files = ['golden', 'recordings'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, CORPUS)).map((name) => new URL(`${folder}/${name}`, CORPUS)),
);

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The flags of a record are a set: recorders write them in any order. */
function withFlagsSorted(line: string): string {
  return line.replace(/"flags":\[[^\]]*\]/, (flags) => flags.slice(9, -1).split(',').toSorted().join(','));
}

describe('the corpus', () => {
  test('holds the reference traces, and the recordings', () => {
    const golden = files.filter(({ pathname }) => pathname.includes('/golden/'));
    expect(golden).toHaveLength(261);
    expect(files.length).toBeGreaterThan(golden.length);
  });

  test.each(files.map((file) => [file.pathname.split('/').at(-1), file]))(
    '%s is read without an error, and written again byte for byte',
    async (name, file) => {
      const bytes = readFileSync(file);
      const lines = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
      // The reference traces have no footer; what Heaplay recorded has one, which tells its records and their hash.
      const footer = lines.findIndex((line) => line.startsWith('{"type":"end"'));
      const end = footer < 0 ? lines.length : footer;
      const reading = await readTrace(oneChunk(bytes), { name: String(name) });
      expect(encodeHeader(reading.header)).toBe(lines[0]);
      const records: TraceRecord[] = [];
      for await (const batch of reading.pull()) {
        expect(batch.first).toBe(records.length + 1);
        records.push(...batch.records);
      }
      expect(records.length).toBe(end - 1);
      const state = footer < 0 ? 'missing' : 'verified';
      expect(reading.end).toMatchObject({ records: records.length, footer: state, cut: null });
      const different = records.findIndex(
        (r, i) => withFlagsSorted(encodeRecord(r)) !== withFlagsSorted(String(lines[i + 1])),
      );
      expect(different < 0 ? null : [encodeRecord(records[different] as TraceRecord), lines[different + 1]]).toBe(null);
    },
  );
});
