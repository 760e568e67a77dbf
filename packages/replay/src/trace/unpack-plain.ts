import type { Unpacker } from './unpacker.ts';

/** No compression. */
export class PlainUnpacker implements Unpacker {
  push(chunk: Uint8Array): Iterable<Uint8Array> {
    return [chunk];
  }

  end(): boolean {
    return true;
  }
}
