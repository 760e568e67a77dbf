import type { RecordBatch } from './batch.ts';
import { hexOf } from './bytes.ts';
import { encodeFooter, encodeRecord } from './encode-record.ts';
import { type IncrementalHash, type Sha256, portableSha256 } from './hash.ts';
import { type TraceHeader, encodeHeader } from './header.ts';
import { packBytes } from './pack.ts';
import type { TraceFooter, TraceRecord } from './trace-record.ts';
import type { Compression } from './unpack.ts';

/** How a trace is to be written. */
export interface WriteOptions {
  readonly compression?: Compression;
  /** A faster SHA-256, where the platform has one. */
  readonly sha256?: Sha256;
}

/** Characters that are gathered before they become a piece of bytes. */
const PIECE_LENGTH = 65_536;

const utf8 = new TextEncoder();

/** Makes lines of records as they come, and bytes of the lines: for somebody who records. */
export class TraceWriter {
  private readonly sink: (bytes: Uint8Array) => void;
  private readonly hash: IncrementalHash;
  private text: string;
  private records = 0;

  /** `sink` gets the bytes, uncompressed, piece by piece. */
  constructor(header: TraceHeader, sink: (bytes: Uint8Array) => void, sha256: Sha256 = portableSha256) {
    this.sink = sink;
    this.hash = sha256();
    this.text = `${encodeHeader(header)}\n`;
  }

  /** Appends a record. */
  write(record: TraceRecord): void {
    this.text += `${encodeRecord(record)}\n`;
    this.records += 1;
    if (this.text.length >= PIECE_LENGTH) this.flush();
  }

  /** Passes on what was gathered, so that a trace that is cut short here loses nothing. */
  flush(): void {
    if (this.text === '') return;
    const bytes = utf8.encode(this.text);
    this.text = '';
    this.hash.update(bytes);
    this.sink(bytes);
  }

  /** Ends the trace with its footer. Nothing may be written any more. */
  end(): TraceFooter {
    this.flush();
    const footer: TraceFooter = { type: 'end', records: this.records, sha256: hexOf(this.hash.digest()) };
    this.sink(utf8.encode(`${encodeFooter(footer)}\n`));
    return footer;
  }
}

/** Writes a trace: gives its bytes piece by piece, as fast as they are taken. */
export async function* writeTrace(
  header: TraceHeader,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* packBytes(plainBytes(header, batches, options.sha256), options.compression ?? 'none');
}

async function* plainBytes(
  header: TraceHeader,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  sha256: Sha256 | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces: Uint8Array[] = [];
  const writer = new TraceWriter(header, (bytes) => pieces.push(bytes), sha256);
  for await (const { records } of batches) {
    for (const record of records) writer.write(record);
    yield* pieces.splice(0);
  }
  writer.end();
  yield* pieces;
}
