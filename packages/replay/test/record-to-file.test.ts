import { spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Order } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { RecordingFile, recordToFile } from '../src/record/node/record-to-file.ts';
import { createRecorder } from '../src/record/recorder.ts';
import type { Recorder } from '../src/record/recorder.ts';
import { workloadParameters, workloadSetup } from '../src/record/workload/workload-setup.ts';
import { OutputError, loadTraceFile, nodeSha256 } from '../src/trace/node/file.ts';
import { instantPacker } from '../src/trace/pack-at-once.ts';
import { heaplay } from './cli.ts';
import { Folder } from './commands/folder.ts';

const folder = new Folder();
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const PROMISED_MILLISECONDS = 100;

function recorderOf(source: string): Recorder {
  const setup = workloadSetup('mixed-orders', workloadParameters('mixed-orders'));
  return createRecorder({ ...setup, recorder: { name: 'test', version: '1', source } });
}

/** Records that a file holds now. */
async function recordsIn(path: string): Promise<number> {
  return (await loadTraceFile(path)).table.length;
}

describe('a trace file that grows', () => {
  it.each(['', '.gz', '.zst'])('holds the header at once, each record in time, and ends whole: %s', async (ending) => {
    const path = folder.at(`grows.heaplay.jsonl${ending}`);
    const recorder = recorderOf('grows');
    const file = await recordToFile(path, recorder.header);
    recorder.subscribe(file);
    expect(await recordsIn(path)).toBe(0);
    for (let made = 1; made <= 3; made++) {
      recorder.allocXenheapPages({ order: 0 as Order });
      await sleep(PROMISED_MILLISECONDS);
      expect(await recordsIn(path)).toBe(made);
    }
    recorder.heapInitLate();
    recorder.end();
    await file.finished;
    expect((await loadTraceFile(path)).end).toMatchObject({ records: 4, footer: 'verified', cut: null });
  });

  it('ends whole when the program exits in the midst', async () => {
    const path = folder.at('exit.heaplay.jsonl.gz');
    const program = `
      import { createRecorder, workloadParameters, workloadSetup } from '${DIST}index.js';
      import { recordToFile } from '${DIST}node.js';
      const setup = workloadSetup('mixed-orders', workloadParameters('mixed-orders'));
      const recorder = createRecorder({ ...setup, recorder: { name: 'test', version: '1', source: 'exit' } });
      recorder.subscribe(await recordToFile(${JSON.stringify(path)}, recorder.header));
      for (let n = 0; n < 7; n++) recorder.allocXenheapPages({ order: 0 });
      process.exit(5);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([5, '']);
    expect((await loadTraceFile(path)).end).toMatchObject({ records: 7, footer: 'verified' });
  });

  it('cannot be begun where nothing can be written', async () => {
    const { header } = recorderOf('nowhere');
    await expect(recordToFile(folder.at('no/such/folder'), header)).rejects.toThrow(OutputError);
    await expect(recordToFile('/dev/full', header)).rejects.toThrow(/\/dev\/full: cannot be written \(ENOSPC/);
    expect((await heaplay('record', 'workload', 'mixed-orders', '-o', '/dev/full')).exitCode).toBe(2);
  });

  it('says once why it cannot be written any further, and drops the rest', async () => {
    const recorder = recorderOf('fails');
    const path = folder.write('read-only', '');
    const tools = { packer: await instantPacker('none'), sha256: nodeSha256, timed: true };
    // What is open for reading alone cannot be written.
    const file = new RecordingFile(path, openSync(path, 'r'), recorder.header, tools);
    recorder.subscribe(file);
    await expect(file.finished).rejects.toThrow(/read-only: cannot be written \(EBADF/);
    expect(file.failure).toBeInstanceOf(OutputError);
    for (let made = 0; made < 2000; made++) recorder.allocXenheapPages({ order: 0 as Order });
    recorder.end();
    expect(readFileSync(path, 'utf8')).toBe('');
  });
});
