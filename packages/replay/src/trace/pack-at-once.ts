import { Deflate, Z_SYNC_FLUSH } from 'pako';
import { joinBytes } from './bytes.ts';
import type { Compression } from './unpack.ts';

/**
 * Compresses without waiting for what comes later: what was given can be unpacked from what came out, whatever happens
 * next. That costs some of the compression.
 */
export interface InstantPacker {
  /** Compresses some bytes; they may be used anew. */
  pack(bytes: Uint8Array): Uint8Array;
  /** What ends the stream. */
  end(): Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Makes a packer. Waits for a library only for zstd. */
export async function instantPacker(compression: Compression): Promise<InstantPacker> {
  switch (compression) {
    case 'none':
      return { pack: (bytes) => bytes, end: () => NOTHING };
    case 'gzip':
      return new GzipPacker();
    case 'zstd': {
      const { Zstd } = await import('@hpcc-js/wasm-zstd');
      const library = await Zstd.load();
      // A frame of its own each time: the library cannot flush one.
      return { pack: (bytes) => library.compress(bytes), end: () => NOTHING };
    }
  }
}

/** One gzip stream, flushed behind each piece, so that what came before still helps to compress what follows. */
class GzipPacker implements InstantPacker {
  private readonly deflate = new Deflate({ gzip: true });
  private out: Uint8Array[] = [];

  constructor() {
    this.deflate.onData = (bytes: Uint8Array): void => {
      this.out.push(bytes);
    };
  }

  pack(bytes: Uint8Array): Uint8Array {
    this.deflate.push(bytes, Z_SYNC_FLUSH);
    return this.take();
  }

  end(): Uint8Array {
    this.deflate.push(NOTHING, true);
    return this.take();
  }

  private take(): Uint8Array {
    const bytes = joinBytes(this.out);
    this.out = [];
    return bytes;
  }
}
