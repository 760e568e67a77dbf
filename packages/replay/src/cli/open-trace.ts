import { tap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { RecordBatch } from '../trace/batch.ts';
import type { TraceHeader } from '../trace/header.ts';
import { STDIO, readTraceFile } from '../trace/node/file.ts';

/** A trace that was opened by name. */
export interface OpenTrace {
  readonly name: string;
  readonly header: TraceHeader;
  readonly batches: Observable<RecordBatch>;
  /** The same for a loop that takes its time. Either this or `batches`. */
  pull(): AsyncIterable<RecordBatch>;
}

/** Opens a trace: a path, or `-` for stdin. `warn` is told at its end if it was cut off. */
export async function openTraceFile(path: string, warn: (text: string) => void): Promise<OpenTrace> {
  const name = path === STDIO ? 'stdin' : path;
  const trace = await readTraceFile(path, { name });
  const tellEnd = (): void => {
    if (trace.end !== null && trace.end.cut !== null) warn(`heaplay: ${trace.end.warning}\n`);
  };
  return {
    name,
    header: trace.header,
    batches: trace.batches.pipe(tap({ complete: tellEnd })),
    async *pull() {
      yield* trace.pull();
      tellEnd();
    },
  };
}
