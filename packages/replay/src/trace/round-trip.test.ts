import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryHeader, arbitraryTrace, decodedRecord } from '../../test/arbitrary-trace.ts';
import { recordJson } from '../../../core/test/arbitrary/record-json.ts';
import { batchesOf } from './batches-of.ts';
import { joinBytes } from './bytes.ts';
import { encodeRecord, recordToJson } from './encode-record.ts';
import { decodeHeader, encodeHeader } from './header.ts';
import type { TraceHeader } from './header.ts';
import { readTrace } from './reader.ts';
import { TraceTable } from './table.ts';
import type { TraceRecord } from './trace-record.ts';
import type { Compression } from './unpack.ts';
import { writeTrace } from './writer.ts';

const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'zstd'];

async function written(
  header: TraceHeader,
  records: readonly TraceRecord[],
  compression: Compression,
  batchSize: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  // A copy: a piece is only good until the next.
  for await (const piece of writeTrace(header, batchesOf(records, batchSize), { compression }))
    pieces.push(piece.slice());
  return joinBytes(pieces);
}

/** The bytes in pieces of these sizes, over and over, in a buffer that is used again for each. */
async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(1, ...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const piece = bytes.subarray(at, at + (sizes[turn % sizes.length] ?? bytes.length));
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0x5a);
    at += piece.length;
  }
}

const pieceSizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70_000 })), {
  minLength: 1,
  maxLength: 5,
});

describe('a trace that is written and read again is what it was', () => {
  test.each(COMPRESSIONS)('compression %s, in batches of 1, 13 and 777, in pieces of any size', async (compression) => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryTrace(60),
        fc.constantFrom(1, 13, 777),
        fc.constantFrom(1, 13, 777),
        pieceSizes,
        async ({ header, records }, writeSize, readSize, sizes) => {
          const bytes = await written(header, records, compression, writeSize);
          const reading = await readTrace(inPieces(bytes, sizes), { batchSize: readSize });
          expect(reading.header).toEqual(header);
          const read: TraceRecord[] = [];
          for await (const { first, records: batch } of reading.pull()) {
            expect(first).toBe(read.length + 1);
            expect(batch.length).toBeLessThanOrEqual(readSize);
            read.push(...batch);
          }
          expect(read).toEqual(records);
          expect(reading.end).toMatchObject({
            records: records.length,
            compression,
            footer: 'verified',
            cut: null,
            warning: null,
          });
        },
      ),
      { seed: 20_269, numRuns: 60 },
    );
  });

  test('how it is cut into batches does not show in the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTrace(1600), async ({ header, records }) => {
        const one = await written(header, records, 'none', 1);
        for (const size of [13, 777]) expect(await written(header, records, 'none', size)).toEqual(one);
      }),
      { seed: 20_270, numRuns: 4 },
    );
  });
});

describe('a record', () => {
  test('is the same after text, and after the text of that', () => {
    fc.assert(
      fc.property(recordJson, (json) => {
        const record = decodedRecord(JSON.parse(JSON.stringify(json)));
        const line = encodeRecord(record);
        expect(line).not.toMatch(/[\n\r]/);
        expect(JSON.parse(line)).toEqual(recordToJson(record));
        const again = decodedRecord(JSON.parse(line));
        expect(again).toEqual(record);
        expect(encodeRecord(again)).toBe(line);
      }),
      { seed: 20_271, numRuns: 2000 },
    );
  });

  test('is the same out of the columns of a table, wherever in it', () => {
    fc.assert(
      fc.property(fc.array(recordJson, { maxLength: 40, size: 'max' }), (json) => {
        const records = json.map((fields) => decodedRecord(JSON.parse(JSON.stringify(fields))));
        const table = new TraceTable();
        records.forEach((record, at) => expect(table.append(record)).toBe(at + 1));
        expect([...table.records()]).toEqual(records);
        table.trim();
        expect([...table.records()]).toEqual(records);
        records.forEach((record, at) => expect(table.typeAt(at + 1)).toBe(record.type));
      }),
      { seed: 20_272, numRuns: 150 },
    );
  });
});

test('a header is the same after text', () => {
  fc.assert(
    fc.property(arbitraryHeader, (header) => {
      const line = encodeHeader(header);
      expect(line).not.toMatch(/[\n\r]/);
      expect(decodeHeader(JSON.parse(line))).toEqual({ ok: true, value: { header, upcasts: [] } });
    }),
    { seed: 20_273, numRuns: 400 },
  );
});
