import { joinBytes } from '../../trace/bytes.ts';
import type { ByteChunks } from '../../trace/bytes.ts';
import { createUnpacker, sniffCompression } from '../../trace/unpack.ts';
import { CorruptStream } from '../../trace/unpacker.ts';
import { badInput } from '../problem.ts';

/** No log is longer: what is, is something else. */
const MOST_BYTES = 2 ** 28;

/** A file as text: unpacked if it is packed (gzip, zstd), UTF-8 or UTF-16 by its mark. Throws `TraceError`. */
export async function readText(chunks: ByteChunks, name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk.slice());
  const bytes = unpack(joinBytes(pieces), name);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function unpack(bytes: Uint8Array, name: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const unpacker = createUnpacker(sniffCompression(bytes));
  try {
    for (const piece of unpacker.push(bytes)) {
      length += piece.length;
      if (length > MOST_BYTES) {
        throw badInput(name, null, {
          found: `more than ${MOST_BYTES / 2 ** 20} MiB of text`,
          expected: 'a log of one boot',
          hint: 'give the part of it that begins with the boot',
        });
      }
      pieces.push(piece.slice());
    }
    if (unpacker.end()) return joinBytes(pieces);
    throw new CorruptStream('a compressed file that breaks off', 'a whole one');
  } catch (error) {
    if (!(error instanceof CorruptStream)) throw error;
    const { found, expected } = error;
    throw badInput(name, null, { found, expected, hint: 'the file was damaged on the way: fetch the original again' });
  }
}
