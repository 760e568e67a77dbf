import { Decompress, ZstdErrorCode } from 'fzstd';
import { CorruptStream, type Unpacker } from './unpacker.ts';

/** fzstd calls itself once a frame: small pieces bound the depth. */
const PIECE_BYTES = 16_384;

/** Zstandard with any number of frames. */
export class ZstdUnpacker implements Unpacker {
  private readonly unpacked: Uint8Array[] = [];
  private readonly decompress = new Decompress((bytes) => {
    if (bytes.length > 0) this.unpacked.push(bytes);
  });

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      // A copy: fzstd keeps what it cannot use yet, and the caller may use its buffer anew.
      const error = this.feed(chunk.slice(at, at + PIECE_BYTES), false);
      yield* this.unpacked.splice(0);
      if (error !== undefined) throw error;
    }
  }

  end(): boolean {
    const error = this.feed(new Uint8Array(0), true);
    if (error !== undefined && !error.cut) throw error;
    return error === undefined;
  }

  private feed(bytes: Uint8Array, last: boolean): ZstdFault | undefined {
    try {
      this.decompress.push(bytes, last);
      return undefined;
    } catch (error) {
      return new ZstdFault(error);
    }
  }
}

class ZstdFault extends CorruptStream {
  /** It ended too soon. */
  readonly cut: boolean;

  constructor(error: unknown) {
    const text = error instanceof Error ? error.message : String(error);
    super(`damaged data (fzstd says: ${text})`, 'a zstd stream');
    this.cut = error instanceof Error && 'code' in error && error.code === ZstdErrorCode.UnexpectedEOF;
  }
}
