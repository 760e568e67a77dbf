import type { FieldProblem } from '@heaplay/core';
import { TraceError } from '../src/trace/errors.ts';
import { readTrace } from '../src/trace/reader.ts';
import type { ReadOptions } from '../src/trace/reader.ts';
import type { TraceEnd } from '../src/trace/trace-end.ts';
import type { TraceRecord } from '../src/trace/trace-record.ts';

/** A header as a line. The machine has 4096 frames; the greatest order is 10. */
export const HEADER =
  '{"heaplay":1,"recorder":{"name":"test","version":"1","source":"by hand"},' +
  '"machine":{"arch":"x86_64","frames":4096,"ram":[[0,4096]]},"heap":{"mode":"direct-map-all","maxOrder":10}}';

/** Records as lines: a call each. */
export const RECORDS: readonly string[] = [
  '{"type":"init_domheap_pages","start":"0x100000","end":"0x1000000"}',
  '{"type":"alloc_domheap_pages","order":0,"result":4095}',
  '{"type":"free_domheap_pages","mfn":4095,"order":0}',
];

/** A trace of some lines, whole. */
export function traceOf(...records: readonly string[]): string {
  return [HEADER, ...records].map((line) => `${line}\n`).join('');
}

/** Some bytes, in pieces of at most `size`. */
export async function* chunksOf(bytes: Uint8Array | string, size = 65_536): AsyncGenerator<Uint8Array> {
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

/** What came out of a trace: the records that were delivered, and the end or the error behind them. */
export interface ReadAll {
  readonly records: readonly TraceRecord[];
  readonly end: TraceEnd | null;
  readonly error: TraceError | null;
}

/** Reads whatever can be read. */
export async function readAll(
  bytes: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<ReadAll> {
  const records: TraceRecord[] = [];
  const chunks = typeof bytes === 'string' || bytes instanceof Uint8Array ? chunksOf(bytes) : bytes;
  try {
    const reading = await readTrace(chunks, { name: 'a.heaplay.jsonl', ...options });
    for await (const batch of reading.pull()) {
      if (batch.first !== records.length + 1)
        throw new Error(`batch begins at ${batch.first}, not at ${records.length + 1}`);
      records.push(...batch.records);
    }
    return { records, end: reading.end, error: null };
  } catch (error) {
    if (error instanceof TraceError) return { records, end: null, error };
    throw error;
  }
}

/** The parts of an error that tests look at. */
export function told(
  error: TraceError | null,
): Partial<FieldProblem> & { line?: number | null; record?: number | null } {
  if (error === null) return {};
  return { ...error.problem, line: error.place.line, record: error.record };
}
