import { joinBytes } from '../trace/bytes.ts';
import { SNIFF_LENGTH, createUnpacker, sniffCompression } from '../trace/unpack.ts';
import { GzipUnpacker } from '../trace/unpack-gzip.ts';
import { CorruptStream } from '../trace/unpacker.ts';
import type { Unpacker } from '../trace/unpacker.ts';

/** A footer is shorter than this, with its line end and whatever extensions somebody may have put into it. */
const FOOTER_BYTES = 4096;

const LINE_FEED = 10;

/** Sees the bytes of a trace go by, compressed or not, and tells whether it has ended. */
export class FooterWatch {
  private first: Uint8Array = new Uint8Array(0);
  private unpacker: Unpacker | undefined;
  private tail: Uint8Array = new Uint8Array(0);
  private damaged = false;

  /** Takes further bytes. What is damaged has no end that could be told. */
  push(bytes: Uint8Array): void {
    if (this.damaged) return;
    let piece = bytes;
    if (this.unpacker === undefined) {
      piece = this.first = joinBytes([this.first, bytes]);
      if (piece.length < SNIFF_LENGTH) return;
      this.unpacker = createUnpacker(sniffCompression(piece));
    }
    try {
      for (const unpacked of this.unpacker.push(piece)) this.keep(unpacked);
    } catch (error) {
      if (!(error instanceof CorruptStream)) throw error;
      this.damaged = true;
    }
  }

  /** Is the last whole line the footer, and the compressed stream around it whole? */
  get ended(): boolean {
    if (this.damaged || this.tail.at(-1) !== LINE_FEED) return false;
    // What gzip has behind the last line comes a moment later than the line.
    if (this.unpacker instanceof GzipUnpacker && !this.unpacker.end()) return false;
    const start = this.tail.lastIndexOf(LINE_FEED, this.tail.length - 2) + 1;
    return isFooterLine(new TextDecoder().decode(this.tail.subarray(start)));
  }

  private keep(unpacked: Uint8Array): void {
    if (unpacked.length === 0) return;
    // A copy in both cases: what was unpacked is valid for a moment only.
    const all = unpacked.length >= FOOTER_BYTES ? unpacked : joinBytes([this.tail, unpacked]);
    this.tail = all.slice(-FOOTER_BYTES);
  }
}

function isFooterLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'type' in value && value.type === 'end';
  } catch {
    return false;
  }
}
