import { describe, expect, it } from 'vitest';
import { HEADER, RECORDS } from '../../test/sample-trace.ts';
import { instantPacker } from './pack-at-once.ts';
import { readTrace } from './reader.ts';
import type { Compression } from './unpack.ts';

const FORMS: readonly Compression[] = ['none', 'gzip', 'zstd'];

/** The lines of a trace, each packed so that it can be unpacked without those behind it: as a recorder flushes them. */
async function packedLines(compression: Compression): Promise<readonly Uint8Array[]> {
  const packer = await instantPacker(compression);
  return [HEADER, ...RECORDS].map((line) => packer.pack(new TextEncoder().encode(`${line}\n`)).slice());
}

describe('a trace that is still being recorded is handed over as it comes', () => {
  it.each(FORMS)('%s: each piece gives its records before the next piece is asked for', async (compression) => {
    const pieces = await packedLines(compression);
    const seen: number[] = [];
    let records = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces) {
        // Whoever asks for this piece had to be done with those before it.
        seen.push(records);
        yield piece;
      }
      seen.push(records);
    }
    const reading = await readTrace(source(), { eager: true });
    for await (const batch of reading.pull()) {
      expect(batch.first).toBe(records + 1);
      records += batch.records.length;
    }
    // The header's piece and the first record's are asked for with nothing read.
    expect(seen).toEqual([0, 0, 1, 2, 3]);
  });

  it.each(FORMS)('%s: otherwise records wait for a full batch', async (compression) => {
    const pieces = await packedLines(compression);
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces;
    }
    const sizes: number[] = [];
    for await (const { records } of (await readTrace(source())).pull()) sizes.push(records.length);
    expect(sizes).toEqual([RECORDS.length]);
  });
});
