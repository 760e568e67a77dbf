import { resolve } from 'node:path';
import { STDIO, isFile, readTraceFile } from '../../trace/node/file.ts';
import { readTrace } from '../../trace/reader.ts';
import { FileTrace } from './file-trace.ts';
import { PipedTrace } from './piped-trace.ts';
import type { ServedTrace } from './served-trace.ts';

/** How a trace is to be served. */
export interface ServedTraceOptions {
  /** What the page calls it. */
  readonly name: string;
  /** Is it still being recorded? */
  readonly live: boolean;
  /** Hears what becomes of a file that is followed. */
  readonly tell: (note: string) => void;
}

/**
 * Makes sure that there is a trace, as far as its header, and gives it to be served. One that can be read only once
 * (`-`, a pipe) is read to its end before, unless it is live, and kept. Throws `TraceError`.
 */
export async function openServedTrace(path: string, { name, live, tell }: ServedTraceOptions): Promise<ServedTrace> {
  if (path !== STDIO && (await isFile(path))) {
    await (await readTraceFile(path, { name: path })).close();
    return new FileTrace(name, resolve(path), live, tell);
  }
  const piped = new PipedTrace(name, path, live);
  if (!live) await piped.whole();
  const called = path === STDIO ? 'standard input' : path;
  await (await readTrace(piped.follow(new AbortController().signal), { name: called })).close();
  return piped;
}
