import { closeSync, openSync, writeSync } from 'node:fs';
import process from 'node:process';
import { Subject, lastValueFrom } from 'rxjs';
import type { Observer } from 'rxjs';
import type { TraceHeader } from '../../trace/header.ts';
import { OutputError, compressionOf, nodeSha256 } from '../../trace/node/file.ts';
import { instantPacker } from '../../trace/pack-at-once.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import { TraceStream } from '../trace-stream.ts';
import type { StreamOptions, StreamTools } from '../trace-stream.ts';

/**
 * A trace file that grows while a program records: `recorder.subscribe(file)`. A record is with the operating system at
 * most 100 ms later, or 1,000 records, and stays there if the process is killed; a program that keeps timers from
 * their turn, and records nothing meanwhile, makes it later. When the process exits the trace is ended with its footer.
 */
export class RecordingFile implements Observer<TraceRecord> {
  readonly path: string;
  /** Why the file cannot be written any further. Records are dropped from then on. */
  failure: OutputError | null = null;
  private readonly over = new Subject<never>();
  /** Resolves when the trace has been ended; rejects with {@link OutputError} if it cannot be written any further. */
  readonly finished: Promise<void> = lastValueFrom(this.over, { defaultValue: undefined });
  private readonly descriptor: number;
  private readonly stream: TraceStream;
  private readonly onExit = (): void => this.complete();

  /** Writes to an open file, which is closed at the end. */
  constructor(path: string, descriptor: number, header: TraceHeader, tools: StreamTools) {
    this.path = path;
    this.descriptor = descriptor;
    process.once('exit', this.onExit);
    this.stream = new TraceStream(header, (bytes) => this.write(bytes), tools);
  }

  /** Writes a record, now or soon. */
  next(record: TraceRecord): void {
    this.stream.next(record);
  }

  /** Writes what waits. */
  flush(): void {
    this.stream.flush();
  }

  /** The source broke off: ends the trace all the same. */
  error(): void {
    this.complete();
  }

  /** Ends the trace with its footer. */
  complete(): void {
    if (this.stream.ended || this.failure !== null) return;
    this.stream.complete();
    // The footer may be what there is no room for.
    if (this.isWritable()) this.close(() => this.over.complete());
  }

  private isWritable(): boolean {
    return this.failure === null;
  }

  /** Everything, at once: what a stream of Node.js still holds dies with the process. */
  private write(bytes: Uint8Array): void {
    if (this.failure !== null) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    } catch (error) {
      const failure = new OutputError(this.path, error);
      this.failure = failure;
      this.close(() => this.over.error(failure));
    }
  }

  private close(tell: () => void): void {
    process.removeListener('exit', this.onExit);
    closeSync(this.descriptor);
    tell();
  }
}

/**
 * Begins a trace file, compressed as the end of its name says (`.gz`, `.zst`) unless told otherwise; what was in it is
 * gone. The header is there when the promise resolves. Throws {@link OutputError}.
 */
export async function recordToFile(
  path: string,
  header: TraceHeader,
  options: StreamOptions = {},
): Promise<RecordingFile> {
  const packer = await instantPacker(options.compression ?? compressionOf(path));
  const tools = { packer, sha256: options.sha256 ?? nodeSha256, timed: options.timed ?? true };
  let descriptor: number;
  try {
    descriptor = openSync(path, 'w');
  } catch (error) {
    throw new OutputError(path, error);
  }
  const file = new RecordingFile(path, descriptor, header, tools);
  if (file.failure !== null) await file.finished;
  return file;
}
