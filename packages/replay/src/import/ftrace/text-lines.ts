import { joinBytes } from '../../trace/bytes.ts';
import type { ByteChunks } from '../../trace/bytes.ts';
import { SNIFF_LENGTH, createUnpacker, sniffCompression } from '../../trace/unpack.ts';
import { CorruptStream } from '../../trace/unpacker.ts';
import type { Unpacker } from '../../trace/unpacker.ts';
import { badInput } from '../problem.ts';

/** Characters of a line that are kept; no event is longer. */
export const LONGEST_LINE = 4096;

/**
 * The lines of a file of any length, as they come: unpacked (gzip, zstd), UTF-8, without their ends. Of a line that is
 * longer than {@link LONGEST_LINE} the rest is left out. Throws `TraceError` where a compressed file is damaged.
 */
export async function* textLines(chunks: ByteChunks, name: string): AsyncGenerator<readonly string[], void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of unpackedPieces(chunks, name)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    yield lines.map(tidy);
  }
  rest += decoder.decode();
  if (rest !== '') yield [tidy(rest)];
}

function tidy(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.length > LONGEST_LINE ? text.slice(0, LONGEST_LINE) : text;
}

/** The bytes of a file, unpacked piece by piece. */
async function* unpackedPieces(chunks: ByteChunks, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  let unpacker: Unpacker | undefined;
  let first: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) {
      if (unpacker !== undefined) {
        yield* unpacker.push(chunk);
        continue;
      }
      first.push(chunk.slice());
      const start = joinBytes(first);
      if (start.length < SNIFF_LENGTH) continue;
      first = [];
      unpacker = createUnpacker(sniffCompression(start));
      yield* unpacker.push(start);
    }
    yield* first;
    if (unpacker?.end() === false) throw new CorruptStream('a compressed file that breaks off', 'a whole one');
  } catch (error) {
    if (!(error instanceof CorruptStream)) throw error;
    const { found, expected } = error;
    throw badInput(name, null, { found, expected, hint: 'the file was damaged on the way: fetch the original again' });
  }
}
