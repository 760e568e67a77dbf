import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process, { stdin, stdout } from 'node:process';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RecordBatch } from '../batch.ts';
import type { ByteChunks } from '../bytes.ts';
import { TraceError } from '../errors.ts';
import type { Sha256 } from '../hash.ts';
import type { TraceHeader } from '../header.ts';
import { type LoadedTrace, loadTrace } from '../load.ts';
import { type ReadOptions, type TracePart, type TraceReading, readTrace, readTraceParts } from '../reader.ts';
import type { Compression } from '../unpack.ts';
import { type WriteOptions, writeTrace } from '../writer.ts';
import { FileGunzip } from './gunzip-file.ts';

/** The path that stands for the standard input or output. */
export const STDIO = '-';

const READ_BYTES = 262_144;

/** Something that cannot be written: where, why, and what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';

  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `${path}: cannot be written (${why}); expected a file in a folder that is there and may be written to. Next: give another path`,
      { cause },
    );
  }
}

/** Node's own SHA-256, ten times as fast as the portable one. */
export const nodeSha256: Sha256 = () => createHash('sha256');

/** The bytes of a file, or of the standard input for `-`. Throws {@link TraceError} if it cannot be read. */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const source = path === STDIO ? stdin : createReadStream(path, { highWaterMark: READ_BYTES });
  try {
    for await (const chunk of source) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads a trace from a file or, for `-`, from the standard input, as far as the header. Throws {@link TraceError}. */
export async function readTraceFile(path: string, options: ReadOptions = {}): Promise<TraceReading> {
  return readTrace(fileChunks(path), await fileOptions(path, options));
}

/** Reads a trace from a file, part by part. Throws {@link TraceError}. */
export async function* readFileParts(path: string, options: ReadOptions): AsyncGenerator<TracePart, void, undefined> {
  yield* readTraceParts(fileChunks(path), await fileOptions(path, options));
}

/** Reads a whole trace from a file or, for `-`, from the standard input. Throws {@link TraceError}. */
export async function loadTraceFile(path: string, options: ReadOptions = {}): Promise<LoadedTrace> {
  return loadTrace(fileChunks(path), await fileOptions(path, options));
}

/**
 * Writes a trace to a file, compressed as the end of its name says (`.gz`, `.zst`), or to the standard output for `-`.
 * The file appears whole or not at all.
 */
export async function writeTraceFile(
  path: string,
  header: TraceHeader,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  options: WriteOptions = {},
): Promise<void> {
  const compression = options.compression ?? compressionOf(path);
  await writeFileWhole(path, writeTrace(header, batches, { sha256: nodeSha256, ...options, compression }));
}

/**
 * Writes bytes to a file, which appears whole or not at all, or to the standard output for `-`. What is no file, a
 * device or a pipe, is written to as it is. Throws {@link OutputError}, or what `bytes` throws.
 */
export async function writeFileWhole(path: string, bytes: ByteChunks): Promise<void> {
  if (path === STDIO) {
    await writeAll(bytes, stdout);
    return;
  }
  const source = new Source(bytes);
  try {
    const target = await targetOf(path);
    if (target.isFile) await writeDraft(target.path, source);
    else await pipeline(source, createWriteStream(target.path));
  } catch (error) {
    throw source.failed ? error : new OutputError(path, error);
  }
}

/** Bytes, and whether it was they that failed, or what they were written to. */
class Source implements ByteChunks {
  failed = false;
  private readonly bytes: ByteChunks;

  constructor(bytes: ByteChunks) {
    this.bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.bytes;
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

/** Where a path leads to, and whether it is, or will be, a file. A rename would put a file in the place of a device. */
async function targetOf(path: string): Promise<{ readonly path: string; readonly isFile: boolean }> {
  try {
    const found = await stat(path);
    return { path: await realpath(path), isFile: found.isFile() };
  } catch {
    return { path, isFile: true };
  }
}

/** Writes a file beside the one that is meant, then puts it in its place. */
async function writeDraft(path: string, bytes: ByteChunks): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  const drop = (): void => rmSync(draft, { force: true });
  // Also if somebody ends the process meanwhile.
  process.once('exit', drop);
  try {
    await pipeline(bytes, createWriteStream(draft, { flags: 'wx' }));
    await rename(draft, path);
  } catch (error) {
    drop();
    throw error;
  } finally {
    process.removeListener('exit', drop);
  }
}

/** The compression that a file's name asks for. */
export function compressionOf(path: string): Compression {
  if (path.endsWith('.gz')) return 'gzip';
  return path.endsWith('.zst') ? 'zstd' : 'none';
}

/** Everything to a stream that stays open: others may want to write to it as well. */
async function writeAll(bytes: ByteChunks, stream: Writable): Promise<void> {
  for await (const chunk of bytes) {
    await new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

async function fileOptions(path: string, options: ReadOptions): Promise<ReadOptions> {
  const name = path === STDIO ? 'standard input' : path;
  // Where there is damage, a file is read a second time; a pipe cannot be.
  const again = path !== STDIO && (await isFile(path)) ? { gunzip: () => new FileGunzip(() => fileChunks(path)) } : {};
  return { name, sha256: nodeSha256, ...again, ...options };
}

/** Is it a file, which can be read again? */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function unreadable(path: string, cause: unknown): TraceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const problem = {
    field: '',
    found: `a file that cannot be read (${why})`,
    expected: 'a trace file, or "-" for the standard input',
    hint: 'see whether the path is right and may be read',
  };
  return new TraceError({ trace: path, line: null, record: null }, problem, { cause });
}
