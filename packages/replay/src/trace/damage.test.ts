import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { describe, expect, test } from 'vitest';
import { HEADER, RECORDS, chunksOf, readAll } from '../../test/sample-trace.ts';
import type { ReadAll } from '../../test/sample-trace.ts';
import { joinBytes } from './bytes.ts';
import { nodeSha256 } from './node/file.ts';
import { decodedRecord } from '../../test/arbitrary-trace.ts';
import { decodeHeader, encodeHeader } from './header.ts';
import { readTrace } from './reader.ts';
import type { TraceRecord } from './trace-record.ts';
import type { Compression } from './unpack.ts';
import { writeTrace } from './writer.ts';

const SEEN = [
  ...RECORDS,
  '{"type":"domain_create","domain":1,"maxPages":64,"at":12345,"caller":["create","é💾"]}',
  '{"type":"observe_digest","digest":"00112233aabbccdd","x-note":{"a":[1,null]}}',
  '{"type":"populate_physmap","domain":1,"order":3,"flags":["no_dma"],"result":null}',
].map((line) => decodedRecord(JSON.parse(line)));

async function plainTrace(): Promise<Uint8Array> {
  const read = decodeHeader(JSON.parse(HEADER));
  if (!read.ok) throw new Error(read.problem.found);
  const pieces: Uint8Array[] = [];
  for await (const piece of writeTrace(read.value.header, [{ first: 1, records: SEEN }])) pieces.push(piece.slice());
  return joinBytes(pieces);
}

const plain = await plainTrace();
const zstd = await Zstd.load();
const text = new TextDecoder().decode(plain);
/** Two places within lines: the file is put together of three compressed pieces, one of which may end where it is cut. */
const [second, third] = [plain.length * 0.7, plain.length * 0.85].map(Math.trunc);
const PIECES = [plain.subarray(0, second), plain.subarray(second, third), plain.subarray(third)];

/** The same trace three times, and how many records can be read before its last byte is there. */
const TRACES: readonly (readonly [Compression, Uint8Array, number])[] = [
  ['none', plain, SEEN.length],
  ['gzip', joinBytes(PIECES.map((piece) => gzipSync(piece))), SEEN.length],
  // A block of zstd is there as a whole, or not at all.
  ['zstd', joinBytes(PIECES.map((piece) => zstd.compress(piece))), 5],
];

const READ = { batchSize: 2, sha256: nodeSha256 };
const SAYS_ALL = /found .*; expected .*\. Next: ./s;

function isPrefix(records: readonly TraceRecord[]): boolean {
  return isDeepStrictEqual(records, SEEN.slice(0, records.length));
}

/** What is wrong with what came out of a trace that was cut; null if nothing is. */
function cutProblem({ records, end, error }: ReadAll): string | null {
  if (!isPrefix(records)) return 'wrong records';
  if (error !== null) {
    if (error.record !== 0 || records.length > 0) return `not about the header: ${error.message}`;
    return SAYS_ALL.test(error.message) ? null : `says too little: ${error.message}`;
  }
  // Nothing but the last line feed, or what closes the compressed stream, is missing.
  if (end?.footer === 'verified') return records.length === SEEN.length ? null : 'a footer, but not all records';
  const said = `; ${records.length} ${records.length === 1 ? 'record was' : 'records were'} read, `;
  return end?.warning?.includes(said) === true ? null : `warns of something else: ${end?.warning}`;
}

describe('a trace that was cut, wherever', () => {
  test.each(TRACES)('compression %s: no header, or the records before the cut and a warning', async (_, bytes, all) => {
    const problems: unknown[] = [];
    const counts: number[] = [];
    for (let cut = 0; cut < bytes.length; cut++) {
      const read = await readAll(bytes.slice(0, cut), READ);
      const problem = cutProblem(read);
      if (problem !== null) problems.push([cut, problem]);
      counts.push(read.records.length);
    }
    expect(problems).toEqual([]);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(all);
    expect((await readAll(bytes, READ)).end).toMatchObject({ footer: 'verified', cut: null, warning: null });
  });

  test('plain: exactly the lines that are whole', async () => {
    const lines = text.split('\n');
    for (let whole = 1; whole <= SEEN.length; whole++) {
      const bytes = new TextEncoder().encode(lines.slice(0, whole + 1).join('\n'));
      expect((await readAll(bytes)).records.length).toBe(whole);
      const cut = await readAll(bytes.slice(0, -1));
      expect(cut.records.length).toBe(whole - 1);
      expect(cut.end?.cut).toEqual({ where: 'line', lostBytes: new TextEncoder().encode(lines[whole]).length - 1 });
    }
  });
});

/** What is wrong with what came out of a trace of which a byte was changed; null if nothing is. */
async function damageProblem(damaged: Uint8Array): Promise<string | null> {
  const { records, end, error } = await readAll(damaged, READ);
  if (error !== null) return SAYS_ALL.test(error.message) ? null : `says too little: ${error.message}`;
  if (end === null) return 'no end';
  if (end.warning !== null) return null;
  // A time stamp in a gzip header, say, is no loss.
  const again = await readTrace(chunksOf(damaged));
  await again.close();
  return isPrefix(records) && records.length === SEEN.length && encodeHeader(again.header) === text.split('\n')[0]
    ? null
    : 'accepted, but it is another trace';
}

describe('a trace with a footer of which one byte was changed, whichever', () => {
  test.each(TRACES)('compression %s: an error, a warning, or nothing lost', async (_, bytes) => {
    const problems: unknown[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0xa0]) {
        const damaged = bytes.slice();
        damaged[at] = (bytes[at] ?? 0) ^ mask;
        const problem = await damageProblem(damaged);
        if (problem !== null) problems.push([at, mask, problem]);
      }
    }
    expect(problems).toEqual([]);
  });
});
