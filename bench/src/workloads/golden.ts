import { fileURLToPath } from 'node:url';
import { HeapBatch, powerOn } from '@heaplay/core';
import type { CallRecord } from '@heaplay/core';
import { isObservation } from '@heaplay/replay';
import type { TraceHeader, TraceRecord } from '@heaplay/replay';
import { readTraceFile } from '@heaplay/replay/node';
import type { Workload } from './workload.ts';

/** A recorded run of real Xen. */
export interface GoldenTrace {
  readonly path: string;
  readonly header: TraceHeader;
  /** Calls and observations. */
  readonly records: readonly TraceRecord[];
  /** The calls alone: what the heap had to do. */
  readonly calls: readonly CallRecord[];
}

/** Path of a trace of the corpus. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../../../corpus/golden/${name}.heaplay.jsonl.gz`, import.meta.url));
}

/** Reads a trace of the corpus. */
export async function goldenTrace(name: string): Promise<GoldenTrace> {
  const path = goldenPath(name);
  const reading = await readTraceFile(path);
  const records: TraceRecord[] = [];
  for await (const batch of reading.pull()) records.push(...batch.records);
  const calls = records.filter((record): record is CallRecord => !isObservation(record));
  return { path, header: reading.header, records, calls };
}

/** The calls of a recorded run as a workload that begins at power-on. */
export function goldenWorkload({ header, calls }: GoldenTrace): Workload {
  const { machine, heap: config } = header;
  const start = powerOn(machine, config);
  const batch = new HeapBatch(start);
  const results = calls.map((call) => batch.apply(call).result);
  return { machine, config, setup: [], start, calls, results };
}
