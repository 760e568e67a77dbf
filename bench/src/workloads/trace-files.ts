import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchesOf, traceHeader } from '@heaplay/replay';
import type { TraceHeader, TraceRecord } from '@heaplay/replay';
import { writeTraceFile } from '@heaplay/replay/node';
import { host } from './host.ts';
import { recordsOf } from './lines.ts';
import { mixedOrders } from './mixed-orders.ts';
import type { Workload } from './workload.ts';

/** To be raised when the generated traces change: old files are not used any more then. */
const GENERATION = 1;

/** The records of a run of mixed orders on a host of this size, from power-on. */
export function mixedTrace(
  records: number,
  gib = 4,
): { readonly header: TraceHeader; readonly records: TraceRecord[] } {
  const workload: Workload = mixedOrders(host(gib), records);
  const { machine, config, setup, calls, results } = workload;
  const header = traceHeader({ name: 'heaplay bench', version: '', source: 'mixed orders' }, machine, config);
  const before = setup.map((call) => call as TraceRecord);
  return { header, records: [...before, ...recordsOf({ calls, results })].slice(0, records) };
}

/** A file of the system's temporary folder, made once. */
export async function generatedFile(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const folder = join(tmpdir(), `heaplay-bench-${GENERATION}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (!existsSync(path)) await make(path);
  return path;
}

/** A trace of mixed orders as a file, compressed as `ending` says. */
export function mixedTraceFile(count: number, ending: '' | '.gz' | '.zst'): Promise<string> {
  return generatedFile(`mixed-${count}.heaplay.jsonl${ending}`, async (path) => {
    const { header, records } = mixedTrace(count);
    await writeTraceFile(path, header, batchesOf(records));
  });
}
