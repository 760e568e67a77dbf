import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paysAside } from '../src/trace/node/read-aside.ts';
import { heaplay } from './cli.ts';
import { RECORDS, traceOf } from './sample-trace.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));
/** With one alone nothing is read on a thread of its own. */
const CORES = availableParallelism();
const HALF = 24_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const [boot = ''] = RECORDS;
const FILLER = '{"type":"query_page_offline","mfn":9,"freePagesBefore":3840}';
const RIGHT = '{"type":"alloc_domheap_pages","order":0,"result":3071}';
const WRONG = '{"type":"alloc_domheap_pages","order":0,"result":17}';

/** A long run with some records of its own in the middle. */
function longRun(...middle: readonly string[]): string {
  const half = Array<string>(HALF).fill(FILLER);
  return traceOf(boot, ...half, ...middle, ...Array<string>(HALF).fill('{"type":"query_page_offline","mfn":9}'));
}

/** What a command says of a text in a file that is read on a thread of its own, and of the same in one that is not. */
async function bothWays(text: string, command: string, ...options: readonly string[]): Promise<readonly object[]> {
  const plain = join(folder, 'a.heaplay.jsonl');
  writeFileSync(plain, text);
  writeFileSync(`${plain}.gz`, gzipSync(text, { level: 0 }));
  expect([await paysAside(`${plain}.gz`), await paysAside(plain)]).toEqual([CORES > 1, false]);
  const aside = await heaplay(command, `${plain}.gz`, ...options);
  const here = await heaplay(command, plain, ...options);
  return [{ ...aside, out: aside.out.replaceAll('.gz', ''), err: aside.err.replaceAll('.gz', '') }, here];
}

describe('verify of a trace that is read on a thread of its own', () => {
  it.each([
    ['one that fits', longRun(RIGHT), 0, 0],
    ['a mismatch', longRun(WRONG, FILLER), 1, 1],
    ['a mismatch before a line that is no JSON', longRun(WRONG, 'nonsense'), 1, 3],
    ['a line that is no JSON before a mismatch', longRun('nonsense', WRONG), 3, 3],
    ['a call that makes no sense', longRun('{"type":"domain_kill","domain":5}'), 3, 3],
    ['one that is cut in the middle of a line', longRun(RIGHT).slice(0, -9), 0, 0],
  ])('[VERIFY-1] says the same of %s', { timeout: 60_000 }, async (_, text, atFirst, ofAll) => {
    for (const [options, exitCode] of [
      [[], atFirst],
      [['--json'], atFirst],
      [['--all', '--json'], ofAll],
    ] as const) {
      const [aside, here] = await bothWays(text, 'verify', ...options);
      expect(aside).toEqual(here);
      expect(aside).toMatchObject({ exitCode });
    }
  });

  it('an interrupt ends it with 130', { timeout: 60_000 }, async () => {
    const path = join(folder, 'long.heaplay.jsonl.gz');
    // Unpacked it is so long that it takes a while.
    const lines = `${FILLER}\n`.repeat(HALF);
    const members = Array<Buffer>(400).fill(gzipSync(lines));
    writeFileSync(path, Buffer.concat([gzipSync(traceOf(boot) + lines, { level: 0 }), ...members]));
    expect(await paysAside(path)).toBe(CORES > 1);
    const child = spawn(process.execPath, [BIN, 'verify', path]);
    const exit = once(child, 'exit');
    await sleep(1000);
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
  });
});
