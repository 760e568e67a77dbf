import { WorkloadRun, workloadParameters, workloadSetup, writeTrace } from '@heaplay/replay';
import type { WorkloadName } from '@heaplay/replay';
import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Records a workload into a file of its own; `remove` takes it away again. */
export async function workloadTrace(
  name: WorkloadName,
  events: number,
): Promise<{ readonly path: string; remove(): void }> {
  const parameters = workloadParameters(name);
  const setup = workloadSetup(name, parameters);
  const run = new WorkloadRun({ name, seed: 1, events, parameters, setup, version: 'test' });
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
  const path = join(folder, `${name}.heaplay.jsonl`);
  const file = openSync(path, 'w');
  for await (const bytes of writeTrace(run.recorder.header, run.batches())) writeSync(file, bytes);
  closeSync(file);
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
