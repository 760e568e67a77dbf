import type { Observable } from 'rxjs';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { traced } from '../instrument/traced.ts';
import type { ByteChunks } from './bytes.ts';
import type { TraceHeader } from './header.ts';
import { type ReadOptions, readTrace } from './reader.ts';
import { TraceTable } from './table.ts';
import type { TraceEnd } from './trace-end.ts';

/** A whole trace in memory. */
export interface LoadedTrace {
  readonly header: TraceHeader;
  readonly table: TraceTable;
  readonly end: TraceEnd;
}

/** Reads a whole trace into memory. Throws {@link TraceError}. */
export function loadTrace(
  chunks: ByteChunks | Observable<Uint8Array>,
  options: ReadOptions = {},
): Promise<LoadedTrace> {
  const attributes = { [RUN_ATTRIBUTES.traceName]: options.name ?? 'trace' };
  return traced(
    { name: RUN_SPANS.loadTrace, attributes },
    () => load(chunks, options),
    ({ table }) => ({ [RUN_ATTRIBUTES.records]: table.length }),
  );
}

async function load(chunks: ByteChunks | Observable<Uint8Array>, options: ReadOptions): Promise<LoadedTrace> {
  const reading = await readTrace(chunks, options);
  const table = new TraceTable();
  for await (const { records } of reading.pull()) {
    for (const record of records) table.append(record);
  }
  if (reading.end === null) throw new Error('a trace that was read has an end');
  return { header: reading.header, table, end: reading.end };
}
