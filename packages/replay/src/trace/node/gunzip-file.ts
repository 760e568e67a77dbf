import { createGunzip } from 'node:zlib';
import type { ByteChunks } from '../bytes.ts';
import { GzipUnpacker } from '../unpack-gzip.ts';
import type { SlowUnpacker } from '../unpacker.ts';

const OUTPUT_BYTES = 262_144;

/**
 * Node's own gunzip, several times as fast as the portable one. It keeps to itself what it had unpacked when it meets
 * damage, and passes over what follows a padding; whenever it does not come to a plain end, the file is read once more
 * by the portable one, which goes on where this one stopped.
 */
export class FileGunzip implements SlowUnpacker {
  whole = false;
  private readonly gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  private readonly readAgain: () => ByteChunks;
  private pieces: Uint8Array[] = [];
  private taken = 0;
  private given = 0;
  private onError = (): void => {};
  private onEnd = (): void => {};
  /** The portable one has told all that there is. */
  private over = false;

  /** `readAgain` reads the whole file from its beginning. */
  constructor(readAgain: () => ByteChunks) {
    this.readAgain = readAgain;
    this.gunzip.on('data', (piece: Uint8Array) => this.pieces.push(piece));
    this.gunzip.on('error', () => this.onError());
    this.gunzip.on('end', () => this.onEnd());
  }

  async *push(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    if (this.over) return;
    this.taken += chunk.length;
    yield* (await this.write(chunk)) ? this.give() : this.startOver();
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    if (this.over) return;
    const fine = await this.end();
    if (fine && this.gunzip.bytesWritten === this.taken) {
      this.whole = true;
      yield* this.give();
    } else yield* this.startOver();
  }

  close(): void {
    this.gunzip.destroy();
  }

  /** Takes a piece; false for damage, or if it ends the stream with something behind it, as padding does. */
  private write(chunk: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.onError = this.onEnd = () => resolve(false);
      this.gunzip.write(chunk, (error) => resolve(error === undefined || error === null));
    });
  }

  /** Ends the stream. That everything was written says little: only the end of what comes out is the end. */
  private end(): Promise<boolean> {
    return new Promise((resolve) => {
      this.onError = () => resolve(false);
      this.onEnd = () => resolve(true);
      this.gunzip.end();
    });
  }

  private *give(): Generator<Uint8Array> {
    for (const piece of this.pieces.splice(0)) {
      this.given += piece.length;
      yield piece;
    }
  }

  /** Unpacks the file once more, without what was given already. */
  private async *startOver(): AsyncGenerator<Uint8Array> {
    this.over = true;
    const unpacker = new GzipUnpacker();
    let left = this.given;
    for await (const chunk of this.readAgain()) {
      for (const piece of unpacker.push(chunk)) {
        if (left < piece.length) yield piece.subarray(left);
        left = Math.max(0, left - piece.length);
      }
    }
    this.whole = unpacker.end();
  }
}
