import { PlainUnpacker } from './unpack-plain.ts';
import { GzipUnpacker } from './unpack-gzip.ts';
import type { Unpacker } from './unpacker.ts';
import { ZstdUnpacker } from './unpack-zstd.ts';

/** How a trace is compressed. */
export type Compression = 'none' | 'gzip' | 'zstd';

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** Bytes that {@link sniffCompression} wants to see, if there are as many. */
export const SNIFF_LENGTH = 4;

/** How a file is compressed, told by its first bytes. */
export function sniffCompression(first: Uint8Array): Compression {
  if (GZIP.every((byte, i) => first[i] === byte)) return 'gzip';
  if (ZSTD.every((byte, i) => first[i] === byte)) return 'zstd';
  return 'none';
}

/** What undoes a compression. */
export function createUnpacker(compression: Compression): Unpacker {
  switch (compression) {
    case 'none':
      return new PlainUnpacker();
    case 'gzip':
      return new GzipUnpacker();
    case 'zstd':
      return new ZstdUnpacker();
  }
}
