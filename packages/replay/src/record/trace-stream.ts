import { Observable } from 'rxjs';
import type { Observer, OperatorFunction } from 'rxjs';
import { portableSha256 } from '../trace/hash.ts';
import type { TraceHeader } from '../trace/header.ts';
import { instantPacker } from '../trace/pack-at-once.ts';
import type { InstantPacker } from '../trace/pack-at-once.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { TraceWriter } from '../trace/writer.ts';
import type { WriteOptions } from '../trace/writer.ts';

/** Most records that wait to be passed on. */
export const FLUSH_RECORDS = 1000;

/** How long a record waits at most, in milliseconds: half of what is promised, as a timer may be late. */
export const FLUSH_MILLISECONDS = 50;

/** How a trace is to be written while it is recorded. */
export interface StreamOptions extends WriteOptions {
  /**
   * Pass records on by the clock, too; true unless said. Without, the same records make the same bytes, compressed ones
   * as well: for a source that never pauses.
   */
  readonly timed?: boolean;
}

/** What a {@link TraceStream} needs beside the header. */
export interface StreamTools {
  readonly timed: boolean;
  readonly packer: InstantPacker;
  readonly sha256: NonNullable<WriteOptions['sha256']>;
}

/**
 * Makes bytes of a trace of records while they are being recorded. A record is passed on, with all bytes that are
 * needed to unpack it, before {@link FLUSH_RECORDS} are waiting, and when {@link FLUSH_MILLISECONDS} have gone by: at
 * the next record, or when the program gives timers their turn.
 */
export class TraceStream implements Observer<TraceRecord> {
  private readonly writer: TraceWriter;
  private readonly sink: (bytes: Uint8Array) => void;
  private readonly packer: InstantPacker;
  private readonly timed: boolean;
  private waiting = 0;
  private dueAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Was the footer written? */
  ended = false;

  /** `sink` gets the bytes, the header's at once. What it throws comes out of the method that led to it, or of the timer. */
  constructor(header: TraceHeader, sink: (bytes: Uint8Array) => void, { packer, sha256, timed }: StreamTools) {
    this.sink = sink;
    this.timed = timed;
    this.packer = packer;
    this.writer = new TraceWriter(header, (bytes) => sink(packer.pack(bytes)), sha256);
    this.writer.flush();
  }

  /** Takes a record. */
  next(record: TraceRecord): void {
    if (this.ended) return;
    this.writer.write(record);
    this.waiting++;
    if (this.waiting >= FLUSH_RECORDS || (this.timed && this.isDue())) this.flush();
  }

  /** Passes on what waits. */
  flush(): void {
    if (this.ended) return;
    this.waiting = 0;
    this.writer.flush();
  }

  /** The source broke off: what was recorded is whole all the same. */
  error(): void {
    this.complete();
  }

  /** Ends the trace with its footer. */
  complete(): void {
    if (this.ended) return;
    this.stop();
    this.writer.end();
    this.sink(this.packer.end());
  }

  /** Drops what waits, and writes nothing more. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  /** Has the first of the records that wait waited long enough? */
  private isDue(): boolean {
    const now = performance.now();
    if (this.waiting > 1) return now >= this.dueAt;
    this.dueAt = now + FLUSH_MILLISECONDS;
    // A timer of before may come early for this record, which does no harm.
    this.timer ??= setTimeout(this.onTimer, FLUSH_MILLISECONDS);
    return false;
  }

  private readonly onTimer = (): void => {
    this.timer = undefined;
    this.flush();
  };
}

/**
 * Makes the bytes of a trace of records, for a socket, a response, a pipe: each piece can be read, up to a whole
 * record, without those that come later, and comes in time as {@link TraceStream} says. What the source emits while
 * the library for zstd is being loaded waits. An error of the source comes behind a whole trace.
 */
export function traceBytes(
  header: TraceHeader,
  options: StreamOptions = {},
): OperatorFunction<TraceRecord, Uint8Array> {
  const { compression = 'none', sha256 = portableSha256, timed = true } = options;
  return (source) =>
    new Observable((subscriber) => {
      let stream: TraceStream | undefined;
      const early: ((stream: TraceStream) => void)[] = [];
      const soon = (act: (stream: TraceStream) => void): void => {
        if (stream === undefined) early.push(act);
        else act(stream);
      };
      const finish = (act: () => void): void =>
        soon((to) => {
          to.complete();
          act();
        });
      const subscription = source.subscribe({
        next: (record) => soon((to) => to.next(record)),
        error: (error) => finish(() => subscriber.error(error)),
        complete: () => finish(() => subscriber.complete()),
      });
      const begin = async (): Promise<void> => {
        const packer = await instantPacker(compression);
        const pass = (bytes: Uint8Array): void => {
          if (bytes.length > 0) subscriber.next(bytes);
        };
        stream = new TraceStream(header, pass, { packer, sha256, timed });
        for (const act of early.splice(0)) act(stream);
      };
      begin().catch((error: unknown) => subscriber.error(error));
      return () => {
        subscription.unsubscribe();
        stream?.stop();
      };
    });
}
