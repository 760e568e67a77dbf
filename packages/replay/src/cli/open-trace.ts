import { createReadStream } from 'node:fs';
import { tap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { RecordBatch } from '../trace/batch.ts';
import { TraceError } from '../trace/errors.ts';
import type { TraceHeader } from '../trace/header.ts';
import { readTrace } from '../trace/reader.ts';

/** A trace that was opened by name. */
export interface OpenTrace {
  readonly name: string;
  readonly header: TraceHeader;
  readonly batches: Observable<RecordBatch>;
}

/** Opens a trace: a path, or `-` for stdin. `warn` is told at its end if something is missing. */
export async function openTraceFile(path: string, warn: (text: string) => void): Promise<OpenTrace> {
  const name = path === '-' ? 'stdin' : path;
  const chunks: AsyncIterable<Uint8Array> = path === '-' ? process.stdin : createReadStream(path);
  const trace = await readTrace(chunks, { name }).catch((error: unknown) => {
    throw asTraceError(name, error);
  });
  const batches = trace.batches.pipe(
    tap({
      complete: () => {
        if (trace.end?.cut !== null && trace.end?.warning !== null) warn(`heaplay: ${trace.end?.warning}\n`);
      },
    }),
  );
  return { name, header: trace.header, batches };
}

/** A file that cannot be opened is bad input like one that cannot be understood. */
function asTraceError(trace: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  return new TraceError(
    { trace, line: null, record: null },
    { field: '', found: String(error.code), expected: 'a trace that can be read', hint: 'check the path' },
    { cause: error },
  );
}
