import { open, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DEFAULT_BATCH_SIZE } from '../parser.ts';
import { type TracePart, type TraceReading, readingOf } from '../reader.ts';
import { TraceTable } from '../table.ts';
import { type Compression, SNIFF_LENGTH, sniffCompression } from '../unpack.ts';
import { STDIO } from './file.ts';
import { type ReadMessage, type ReadTask, type ThreadReadOptions, unpackError } from './read-message.ts';

/** The size from which on a thread of its own pays: to start takes as long as some 250,000 records take to parse. */
const LEAST_BYTES = 16 * 2 ** 20;
const LEAST_BYTES_PACKED = 2 * 2 ** 20;

/** Is it worth a thread of its own to read this file? */
export async function paysAside(path: string): Promise<boolean> {
  if (path === STDIO || availableParallelism() < 2) return false;
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size < LEAST_BYTES_PACKED) return false;
    return found.size >= LEAST_BYTES || (await compressionOfFile(path)) !== 'none';
  } catch {
    // Whoever reads it will say what is wrong.
    return false;
  }
}

async function compressionOfFile(path: string): Promise<Compression> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(SNIFF_LENGTH), 0, SNIFF_LENGTH, 0);
    return sniffCompression(buffer);
  } finally {
    await file.close();
  }
}

/**
 * As `readTraceFile`, on a thread of its own: the file is unpacked, parsed and checked there while the records before
 * are worked on here. The thread is a few thousand records ahead at most. Throws {@link TraceError}.
 */
export async function readTraceFileAside(path: string, options: ThreadReadOptions = {}): Promise<TraceReading> {
  return readingOf(partsAside({ path, options }));
}

async function* partsAside(task: ReadTask): AsyncGenerator<TracePart, void, undefined> {
  const thread = new ReadThread(task);
  try {
    for (;;) {
      const message = await thread.next();
      switch (message.part) {
        case 'header':
          yield message;
          break;
        case 'batch':
          thread.taken();
          yield* batchesOf(new TraceTable(message.table), message.first);
          break;
        case 'end':
          yield message;
          return;
        case 'failure':
          throw unpackError(message.failure);
      }
    }
  } finally {
    await thread.close();
  }
}

/** The records of a table in batches, each made when it is asked for. */
function* batchesOf(table: TraceTable, first: number): Generator<TracePart> {
  for (let from = 1; from <= table.length; from += DEFAULT_BATCH_SIZE) {
    const last = Math.min(table.length, from + DEFAULT_BATCH_SIZE - 1);
    yield { part: 'batch', batch: { first: first + from - 1, records: [...table.records(from, last)] } };
  }
}

/** Starts a thread that reads. It says {@link ReadMessage}s, and wants to be told of each batch that was taken. */
export function startReading(task: ReadTask): Worker {
  // Always what was built: not every version of Node.js runs TypeScript. So conditions that lead to sources are left out.
  const built = createRequire(import.meta.url).resolve('#read-thread');
  return new Worker(built, { workerData: task, execArgv: [] });
}

/** A thread that reads. It keeps the process alive only while somebody waits for what it says. */
class ReadThread {
  private readonly worker: Worker;
  private readonly messages: ReadMessage[] = [];
  /** What ended it. */
  private readonly ended: unknown[] = [];
  private wake = (): void => {};

  constructor(task: ReadTask) {
    this.worker = startReading(task);
    this.worker.unref();
    this.worker.on('message', (message: ReadMessage) => {
      this.messages.push(message);
      this.wake();
    });
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', (code) => this.end(new Error(`the thread that reads ended too early, with ${code}`)));
  }

  /** What it says next. Throws if it ended without an end or a failure. */
  async next(): Promise<ReadMessage> {
    for (;;) {
      const message = this.messages.shift();
      if (message !== undefined) return message;
      if (this.ended.length > 0) throw this.ended[0];
      this.worker.ref();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.worker.unref();
    }
  }

  /** A batch was taken: it may read one more. */
  taken(): void {
    this.worker.postMessage('taken', []);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private end(why: unknown): void {
    this.ended.push(why);
    this.wake();
  }
}
