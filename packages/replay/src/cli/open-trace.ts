import { setImmediate as turn } from 'node:timers/promises';
import { defer, from } from 'rxjs';
import type { Observable } from 'rxjs';
import type { RecordBatch } from '../trace/batch.ts';
import type { TraceHeader } from '../trace/header.ts';
import { STDIO, readTraceFile } from '../trace/node/file.ts';
import { paysAside, readTraceFileAside } from '../trace/node/read-aside.ts';
import { UsageError } from './exit.ts';

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
  const read = (await paysAside(path)) ? readTraceFileAside : readTraceFile;
  const trace = await read(path, { name });
  async function* pull(): AsyncGenerator<RecordBatch> {
    for await (const batch of trace.pull()) {
      yield batch;
      // A small compressed file holds millions of records: an interrupt must not have to wait for the last one.
      await turn();
    }
    if (trace.end !== null && trace.end.cut !== null) warn(`heaplay: ${trace.end.warning}\n`);
  }
  return { name, header: trace.header, batches: defer(() => from(pull())), pull };
}

/** Refuses to read the standard input for two traces. Throws `UsageError`. */
export function checkStdin(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === STDIO).length <= 1) return;
  throw new UsageError('"-" twice: the standard input holds one trace. Next: put the other one in a file');
}
