import { describe, expect, it } from 'vitest';
import { Random } from '../record/workload/random.ts';
import { joinBytes } from './bytes.ts';
import { instantPacker } from './pack-at-once.ts';
import { type Compression, createUnpacker } from './unpack.ts';

const PIECES = 60;

/** What a reader finds in the first bytes of a stream, and whether it ends there. */
function unpacked(compression: Compression, bytes: Uint8Array): { readonly text: string; readonly whole: boolean } {
  const unpacker = createUnpacker(compression);
  let text = '';
  for (const piece of unpacker.push(bytes)) text += new TextDecoder().decode(piece);
  return { text, whole: unpacker.end() };
}

describe('compression that does not wait', () => {
  it.each(['none', 'gzip', 'zstd'] as const)(
    '%s: what was given can be unpacked from what came out, behind every piece',
    async (compression) => {
      const random = new Random(5);
      const packer = await instantPacker(compression);
      const out: Uint8Array[] = [];
      let text = '';
      for (let n = 0; n < PIECES; n++) {
        // From what a record takes to more than zlib's buffers hold, in words that repeat.
        const words = random.between(8, random.oneIn(8) ? 20_000 : 50);
        const piece = Array.from({ length: words }, () => `${random.below(999)},`).join('');
        text += piece;
        out.push(packer.pack(new TextEncoder().encode(piece)).slice());
        expect(unpacked(compression, joinBytes(out)).text === text).toBe(true);
      }
      out.push(packer.end());
      expect(unpacked(compression, joinBytes(out))).toEqual({ text, whole: true });
    },
  );
});
