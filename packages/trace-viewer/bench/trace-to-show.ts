import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HEAPLAY = fileURLToPath(new URL('../../../replay/bin/heaplay.js', import.meta.url));

/** Records a workload of mixed orders on a host of 64 GiB; `remove` takes it away again. */
export function makeTrace(records: number): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-bench-'));
  const path = join(folder, 'mixed-orders.heaplay.jsonl.gz');
  process.stderr.write(`making a trace of ${records.toLocaleString('en')} records ...\n`);
  const made = ['mixed-orders', '--memory', '64G', '--seed', '1', '--events', String(records), '-o', path];
  execFileSync(process.execPath, [HEAPLAY, 'record', 'workload', ...made]);
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

/** Has `heaplay view` serve a trace; `end` ends it. */
export async function serveTrace(path: string): Promise<{ readonly url: string; end(): Promise<void> }> {
  const child = spawn(process.execPath, [HEAPLAY, 'view', '--no-open', '--json', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!(said[0] instanceof Uint8Array)) throw new Error(`heaplay view ${path} ended with ${String(said[0])}`);
  const { url } = JSON.parse(said[0].toString()) as { readonly url: string };
  const end = async (): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    await exit;
  };
  return { url, end };
}
