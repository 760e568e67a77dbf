import {
  ZStream,
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';
import { CorruptStream, type Unpacker } from './unpacker.ts';

/** zlib's code for "a gzip wrapper, nothing else, with the largest window". */
const GZIP_ONLY = 16 + 15;
const OUTPUT_BYTES = 65_536;

/**
 * Gzip with any number of members. It drives zlib's own interface: that gives all that was unpacked before an error,
 * which the stream classes of Node.js and of the browsers keep to themselves.
 */
export class GzipUnpacker implements Unpacker {
  private readonly stream = new ZStream();
  private readonly output = new Uint8Array(OUTPUT_BYTES);
  /** The last member is whole, and no byte of another one was seen. */
  private atEnd = false;

  constructor() {
    zlibInflateInit2(this.stream, GZIP_ONLY);
  }

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    const stream = this.stream;
    stream.input = chunk;
    stream.next_in = 0;
    stream.avail_in = chunk.length;
    while (stream.avail_in > 0 || stream.avail_out === 0) {
      if (this.atEnd && !this.startMember()) return;
      stream.output = this.output;
      stream.next_out = 0;
      stream.avail_out = OUTPUT_BYTES;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      if (stream.next_out > 0) yield this.output.subarray(0, stream.next_out);
      if (status === Z_STREAM_END) this.atEnd = true;
      else if (status !== Z_OK && status !== Z_BUF_ERROR) throw this.corrupt();
    }
  }

  end(): boolean {
    return this.atEnd;
  }

  /** Begins with the next member, if there is one; zeros behind the last one are padding. */
  private startMember(): boolean {
    const stream = this.stream;
    while (stream.avail_in > 0 && stream.input[stream.next_in] === 0) {
      stream.next_in += 1;
      stream.avail_in -= 1;
    }
    if (stream.avail_in === 0) return false;
    zlibInflateReset(stream);
    this.atEnd = false;
    return true;
  }

  private corrupt(): CorruptStream {
    const { msg, total_in: at } = this.stream;
    if (msg === 'incorrect header check') {
      return new CorruptStream('bytes behind the end of the gzip stream', 'nothing more, or another gzip member');
    }
    const where = `${at} bytes into its gzip member`;
    if (msg === 'incorrect data check') {
      return new CorruptStream(`a CRC, ${where}, that does not fit the data`, 'the CRC of the data before it');
    }
    return new CorruptStream(`damaged data ${where} (zlib says: ${msg})`, 'a gzip stream');
  }
}
