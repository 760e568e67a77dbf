import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { rangeOf } from './byte-range.ts';
import type { OpenedTrace, ServedTrace } from './served-trace.ts';

/** The header that tells how many bytes of a trace that is followed are there already. */
const SO_FAR = 'Heaplay-Bytes-So-Far';

/**
 * Answers a request for a trace: as a whole or a part of what is there, or, of a live one that is asked for as a whole,
 * what is there and what comes. Slower readers are waited for. Throws if the trace is not there any more.
 */
export async function answerTrace(
  trace: ServedTrace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const opened = await trace.open();
  try {
    response.setHeader('Content-Type', 'application/octet-stream');
    const { range, 'if-range': condition } = request.headers;
    const wanted =
      request.method === 'GET' && (condition === undefined || condition === opened.etag) ? range : undefined;
    if (trace.live && wanted === undefined) await answerLive(trace, opened, request, response);
    else await answerPart(opened, wanted, request, response);
  } finally {
    await opened.close();
  }
}

async function answerPart(
  { size, etag, read }: OpenedTrace,
  wanted: string | undefined,
  { method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const range = rangeOf(wanted, size);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
  if (range === 'none') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': 0 }).end();
    return;
  }
  const { first, end } = range ?? { first: 0, end: size };
  if (range !== null) response.setHeader('Content-Range', `bytes ${first}-${end - 1}/${size}`);
  response.writeHead(range === null ? 200 : 206, { 'Content-Length': end - first });
  if (method === 'HEAD') response.end();
  else await send(read(first, end), response);
}

async function answerLive(
  trace: ServedTrace,
  { size }: OpenedTrace,
  { method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { [SO_FAR]: size });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  // The page need not wait for the first byte to know that there is an answer.
  response.flushHeaders();
  await send(trace.follow(gone.signal), response);
}

/** Sends all of it; that whoever asked has gone away is no error. */
async function send(bytes: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  try {
    await pipeline(bytes, response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(code));
}
