import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { HEAP_MODES, XEN_VERSIONS } from '@heaplay/core';
import { markRecord, startSearch } from '../analysis/bisect-search.ts';
import type { BisectMark, BisectSearch } from '../analysis/bisect-search.ts';
import { writeFileWhole } from '../trace/node/file.ts';
import type { ConfigOptions } from './config-options.ts';
import { BadFile, UsageError } from './exit.ts';

/** A bisection that goes on from one call of the command to the next, as its file holds it. */
export interface BisectSession {
  readonly 'heaplay-bisect': 1;
  readonly trace: TraceIdentity;
  /** The last record of the run. */
  readonly length: number;
  readonly config: ConfigOptions;
  readonly marks: readonly BisectMark[];
}

/** A trace file, and how to tell that it is still the same. */
export interface TraceIdentity {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const record = z.number().int().nonnegative();

const schema: z.ZodType<BisectSession> = z.strictObject({
  'heaplay-bisect': z.literal(1),
  trace: z.strictObject({
    path: z.string().min(1),
    bytes: z.number().int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  length: record,
  config: z.strictObject({
    mode: z.enum(HEAP_MODES).exactOptional(),
    xen: z.enum(XEN_VERSIONS).exactOptional(),
    set: z.array(z.string()).exactOptional(),
    config: z.string().exactOptional(),
  }),
  marks: z.array(z.strictObject({ verdict: z.enum(['good', 'bad', 'skip']), record })),
});

/** Reads the session in a file. Throws `UsageError` if there is none, and `BadFile` for a file that holds none. */
export async function readSession(path: string): Promise<BisectSession> {
  const session = await findSession(path);
  if (session !== null) return session;
  throw new UsageError(`bisect: no session in ${path}. Next: begin one with heaplay bisect start TRACE`);
}

/** The session in a file; null if the file is not there. Throws `BadFile` for a file that holds none. */
export async function findSession(path: string): Promise<BisectSession | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new BadFile(
      `${path}: found a file that cannot be read (${messageOf(error)}); expected a session of heaplay bisect`,
    );
  }
  const read = schema.safeParse(parsed(text));
  if (!read.success) throw broken(path, problemOf(read.error));
  try {
    searchOf(read.data);
  } catch (error) {
    throw broken(path, messageOf(error));
  }
  return read.data;
}

/** Writes a session, whole or not at all. */
export async function writeSession(path: string, session: BisectSession): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(session, null, 2)}\n`);
  await writeFileWhole(
    path,
    (async function* once() {
      yield bytes;
    })(),
  );
}

/** Takes the file of a session away. */
export async function dropSession(path: string): Promise<void> {
  await rm(path);
}

/** The search that a session's verdicts make. Throws what `markRecord` throws. */
export function searchOf({ length, marks }: BisectSession): BisectSearch {
  return marks.reduce(markRecord, startSearch(length));
}

/** Looks at a trace file as a whole. Throws the error of the file system. */
export async function identify(path: string): Promise<TraceIdentity> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path: resolve(path), bytes, sha256: hash.digest('hex') };
}

/** Refuses to go on with a trace that is not the one that the session began with. Throws `BadFile`. */
export async function expectSameTrace({ trace }: BisectSession): Promise<void> {
  const next = 'Next: put the trace back, or begin anew with heaplay bisect start TRACE';
  let found: TraceIdentity;
  try {
    found = await identify(trace.path);
  } catch (error) {
    throw new BadFile(
      `${trace.path}: found a file that cannot be read (${messageOf(error)}); expected the trace that the session began with. ${next}`,
    );
  }
  if (found.sha256 === trace.sha256) return;
  throw new BadFile(
    `${trace.path}: found another content (${found.bytes} bytes); expected the trace that the session began with (${trace.bytes} bytes). ${next}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function broken(path: string, what: string): BadFile {
  return new BadFile(
    `${path}: found ${what}; expected a session of heaplay bisect. Next: see what the file is; if it is a session that was damaged, delete it and begin anew`,
  );
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined || issue.path.length === 0) return 'no JSON object of that kind';
  return `a wrong "${issue.path.join('.')}" (${issue.message})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
