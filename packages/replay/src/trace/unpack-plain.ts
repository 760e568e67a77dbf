import type { Unpacker } from './unpacker.ts';

/** A whole file may come as one piece; it is not to become lines all at once. */
const PIECE_BYTES = 65_536;

/** No compression. */
export class PlainUnpacker implements Unpacker {
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }

  end(): boolean {
    return true;
  }
}
