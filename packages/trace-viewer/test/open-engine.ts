import { readFile } from 'node:fs/promises';
import type { Timeline } from '@heaplay/replay';
import { Engine } from '../src/engine/engine.ts';
import { openTrace } from '../src/engine/open-trace.ts';
import { Job } from '../src/remote/job.ts';
import { corpusPath } from './built-page.ts';

/** An engine that holds one run, as it is behind the page. */
export interface OpenEngine {
  readonly engine: Engine;
  readonly run: number;
  readonly timeline: Timeline;
}

/** Work of which nobody wants to know how far it is. */
export function quietly(): Job<unknown> {
  return new Job(() => {});
}

/** An engine with a trace of the corpus. */
export async function engineOf(trace: string): Promise<OpenEngine> {
  return engineOfBlob(trace, new Blob([await readFile(corpusPath(trace))]));
}

/** An engine with a small trace: 16 MiB, blocks up to order 10, and what the records do. */
export function engineOfRecords(records: readonly object[]): Promise<OpenEngine> {
  const machine = { arch: 'x86_64', frames: 4096, ram: [[0, 4096]] };
  const header = { heaplay: 1, machine, heap: { mode: 'direct-map-all', maxOrder: 10 } };
  return engineOfBlob('small', new Blob([header, ...records].map((line) => `${JSON.stringify(line)}\n`)));
}

/** An engine with a trace that is given as its bytes. */
export async function engineOfBlob(name: string, from: Blob): Promise<OpenEngine> {
  const engine = new Engine();
  const { id } = await openTrace(engine, { name, from }, quietly());
  return { engine, run: id, timeline: engine.run(id).timeline };
}
