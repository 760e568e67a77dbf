import type { ByteChunks } from '../bytes.ts';
import { TraceError } from '../errors.ts';
import { STDIO, fileChunks, isFile } from './file.ts';

/** Bytes that are kept of what can be read only once. */
export const MOST_KEPT: number = 2 ** 28;

/**
 * What gives the bytes of a file as often as it is asked. The standard input, a pipe or a device is read to its end and
 * kept. Throws {@link TraceError} if it is too long for that, or cannot be read.
 */
export async function readAgain(path: string, most: number = MOST_KEPT): Promise<() => ByteChunks> {
  if (path !== STDIO && (await isFile(path))) return () => fileChunks(path);
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of fileChunks(path)) {
    length += chunk.length;
    if (length > most) throw tooLongToKeep(path, most);
    kept.push(chunk.slice());
  }
  return async function* chunks() {
    yield* kept;
  };
}

/** More came from a pipe than is kept. */
export function tooLongToKeep(path: string, most: number): TraceError {
  const name = path === STDIO ? 'standard input' : path;
  return new TraceError(
    { trace: name, line: null, record: null },
    {
      field: '',
      found: `more than ${most / 2 ** 20} MiB from a pipe`,
      expected: 'no more, since it has to be kept to be read twice',
      hint: 'write it to a file first, of any length, and give that; or compress it with gzip or zstd',
    },
  );
}
