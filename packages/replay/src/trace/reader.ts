import { Observable } from 'rxjs';
import type { RecordBatch } from './batch.ts';
import { type ByteChunks, joinBytes } from './bytes.ts';
import { TraceError } from './errors.ts';
import { type Sha256, portableSha256 } from './hash.ts';
import type { TraceHeader } from './header.ts';
import { chunksOf } from './observable-chunks.ts';
import { type ParsedPart, TraceParser } from './parser.ts';
import { type TraceCut, type TraceEnd, describeEnd } from './trace-end.ts';
import { type Compression, SNIFF_LENGTH, createUnpacker, sniffCompression } from './unpack.ts';
import { CorruptStream, type SlowUnpacker, type Unpacker } from './unpacker.ts';

/** How a trace is to be read. */
export interface ReadOptions {
  /** What messages call the trace. */
  readonly name?: string;
  /** Records of a batch; 1024 unless said. */
  readonly batchSize?: number;
  /**
   * Hand over the records of each piece of the source when it was read, instead of waiting for a full batch: for a
   * source that may pause, as one that is still being recorded does.
   */
  readonly eager?: boolean;
  /** Most bytes of a line. */
  readonly lineLimit?: number;
  /** A faster SHA-256, where the platform has one. */
  readonly sha256?: Sha256;
  /** Makes a faster gunzip, where the platform has one. */
  readonly gunzip?: () => SlowUnpacker;
}

/** What comes out of a trace: the header, its records in batches, and how it ended. */
export type TracePart = ParsedPart | { readonly part: 'end'; readonly end: TraceEnd };

/** A trace whose header was read. */
export interface TraceReading {
  readonly header: TraceHeader;
  /**
   * The records, for one subscriber. Nothing more is read before he subscribes, and no batch before he is done with
   * the one before; if he puts work off, it piles up, and `pull` is better. To unsubscribe closes the source.
   * Fails with {@link TraceError} behind the last good record.
   */
  readonly batches: Observable<RecordBatch>;
  /** The same for a loop, which may take its time. Either this or `batches`, once. */
  pull(): AsyncIterable<RecordBatch>;
  /** How the trace ended; null as long as it has not. */
  readonly end: TraceEnd | null;
  /** Closes the source of a trace that nobody wants to read further. */
  close(): Promise<void>;
}

/**
 * Reads a trace from its bytes, compressed or not, as far as the header. Throws {@link TraceError} if there is none.
 * `chunks` is read once; an Observable is not held back, so it had better be small.
 */
export async function readTrace(
  chunks: ByteChunks | Observable<Uint8Array>,
  options: ReadOptions = {},
): Promise<TraceReading> {
  return readingOf(readTraceParts(chunks, options));
}

/** A reading of the parts of a trace, of which the header is read. Throws what they throw. */
export async function readingOf(parts: AsyncGenerator<TracePart, void, undefined>): Promise<TraceReading> {
  const first = await parts.next();
  if (first.done === true || first.value.part !== 'header') throw new Error('a trace begins with its header');
  return new PartsReading(first.value.header, parts);
}

/** Reads a trace from its bytes, step by step: the lowest level, where the reader of the parts sets the pace. */
export async function* readTraceParts(
  chunks: ByteChunks | Observable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<TracePart, void, undefined> {
  const name = options.name ?? 'trace';
  const parser = new TraceParser({ ...options, name, sha256: options.sha256 ?? portableSha256 });
  const stream = new UnpackedStream(options.gunzip);
  try {
    for await (const bytes of stream.unpack(chunks instanceof Observable ? chunksOf(chunks) : chunks)) {
      if (bytes !== PIECE_READ) yield* parser.push(bytes);
      else if (options.eager === true) yield* parser.flush();
    }
    const { cut } = stream;
    const lostBytes = yield* parser.end(cut);
    yield { part: 'end', end: endOf(name, parser, stream.compression, cut, lostBytes) };
  } catch (error) {
    if (!(error instanceof CorruptStream)) throw error;
    yield* parser.flush();
    throw corruptTrace(name, parser, error);
  }
}

function endOf(
  trace: string,
  parser: TraceParser,
  compression: Compression,
  streamCut: boolean,
  lostBytes: number,
): TraceEnd {
  const lineCut: TraceCut | null = lostBytes > 0 ? { where: 'line', lostBytes } : null;
  const cut = streamCut && compression !== 'none' ? { where: compression, lostBytes } : lineCut;
  const end = { records: parser.records, bytes: parser.bytes, compression, footer: parser.checkFooter(), cut };
  return { ...end, warning: describeEnd(trace, end) };
}

function corruptTrace(trace: string, parser: TraceParser, { found, expected }: CorruptStream): TraceError {
  const hint = 'the file was damaged on the way: fetch the original again';
  return new TraceError({ trace, line: null, record: parser.next }, { field: '', found, expected, hint });
}

/** Stands between the bytes of one piece of the source and those of the next. */
const PIECE_READ = new Uint8Array(0);

/** Looks at the first bytes, then unpacks. */
class UnpackedStream {
  compression: Compression = 'none';
  /** Did the compressed stream break off? To be asked at the end. */
  cut = false;
  private readonly gunzip: ReadOptions['gunzip'];

  constructor(gunzip: ReadOptions['gunzip']) {
    this.gunzip = gunzip;
  }

  async *unpack(chunks: ByteChunks): AsyncGenerator<Uint8Array> {
    let first: Uint8Array = new Uint8Array(0);
    let unpacker: SlowUnpacker | undefined;
    try {
      for await (const chunk of chunks) {
        if (unpacker !== undefined) yield* unpacker.push(chunk);
        else {
          first = joinBytes([first, chunk]);
          if (first.length < SNIFF_LENGTH) continue;
          unpacker = this.open(first);
          yield* unpacker.push(first);
        }
        yield PIECE_READ;
      }
      if (unpacker === undefined) {
        // Fewer bytes than are needed to look at.
        unpacker = this.open(first);
        yield* unpacker.push(first);
      }
      yield* unpacker.finish();
      this.cut = !unpacker.whole;
    } finally {
      unpacker?.close();
    }
  }

  private open(first: Uint8Array): SlowUnpacker {
    this.compression = sniffCompression(first);
    if (this.compression === 'gzip' && this.gunzip !== undefined) return this.gunzip();
    return new PatientUnpacker(createUnpacker(this.compression));
  }
}

/** An unpacker that does not have to wait, where one might. */
class PatientUnpacker implements SlowUnpacker {
  whole = false;
  private readonly unpacker: Unpacker;

  constructor(unpacker: Unpacker) {
    this.unpacker = unpacker;
  }

  push(chunk: Uint8Array): Iterable<Uint8Array> {
    return this.unpacker.push(chunk);
  }

  finish(): Iterable<Uint8Array> {
    this.whole = this.unpacker.end();
    return [];
  }

  close(): void {}
}

class PartsReading implements TraceReading {
  readonly header: TraceHeader;
  readonly batches: Observable<RecordBatch>;
  end: TraceEnd | null = null;
  private readonly parts: AsyncGenerator<TracePart, void, undefined>;

  constructor(header: TraceHeader, parts: AsyncGenerator<TracePart, void, undefined>) {
    this.header = header;
    this.parts = parts;
    this.batches = new Observable((subscriber) => {
      const pump = async (): Promise<void> => {
        for await (const batch of this.pull()) {
          subscriber.next(batch);
          if (subscriber.closed) return;
        }
        subscriber.complete();
      };
      pump().catch((error: unknown) => {
        subscriber.error(error);
      });
    });
  }

  async *pull(): AsyncGenerator<RecordBatch> {
    for await (const part of this.parts) {
      if (part.part === 'batch') yield part.batch;
      if (part.part === 'end') this.end = part.end;
    }
  }

  async close(): Promise<void> {
    await this.parts.return(undefined);
  }
}
