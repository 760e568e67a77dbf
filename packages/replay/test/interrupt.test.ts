import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceOf } from './sample-trace.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));
/** One block, of which the last page is allocated and freed again and again. */
const MEMORY = '{"type":"init_domheap_pages","start":"0xc00000","end":"0x1000000"}';
const ALLOC = '{"type":"alloc_domheap_pages","order":0,"result":4095}';
const FREE = '{"type":"free_domheap_pages","mfn":4095,"order":0}';
const PAIRS = 30_000;
const SLOW = 60_000;

let folder: string;
let trace: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
  trace = join(folder, 'large.heaplay.jsonl');
  writeFileSync(trace, traceOf(MEMORY) + `${ALLOC}\n${FREE}\n`.repeat(PAIRS));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

/** Runs the command as a process; it is interrupted after some milliseconds, if it has not ended before. */
async function run(args: readonly string[], interruptAfter = Infinity): Promise<Ended> {
  const begin = performance.now();
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (text) => (texts.out += String(text)));
  child.stderr.on('data', (text) => (texts.err += String(text)));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  if (interruptAfter < Infinity) void sleep(interruptAfter, null, { ref: false }).then(() => child.kill('SIGINT'));
  const [code, signal] = await closed;
  // One that is still being loaded dies of the signal: for a shell that is the same.
  return { code: signal === 'SIGINT' ? 130 : code, ...texts, milliseconds: performance.now() - begin };
}

/** The trace comes first, behind the words of the command. */
const COMMANDS: readonly (readonly [command: string, code: number, args: readonly string[]])[] = [
  ['bisect', 0, ['--when', `record > ${PAIRS}`]],
  ['bisect', 1, ['--when', 'heap.failures > 0', '--scan']],
  ['check', 0, ['--never', 'failed']],
  ['query', 0, ['select count(*) from allocations']],
  ['stats', 0, []],
  ['stats', 0, ['--every', '3']],
  ['page', 0, ['4095']],
  ['what-if', 1, ['--without', '2']],
  ['diff', 0, ['--set', 'heap.lowMemVirq=0']],
];

describe('[CLI-36] an interrupt is heard in the midst of a large trace: 130, and nothing is printed', () => {
  it.each(COMMANDS)(
    'heaplay %s',
    async (command, code, args) => {
      const line = [command, trace, ...args];
      const whole = await run(line);
      expect([whole.code, whole.err]).toEqual([code, '']);
      expect(whole.out).not.toBe('');
      const [early, late] = await Promise.all([0.4, 0.75].map((share) => run(line, share * whole.milliseconds)));
      expect(early).toMatchObject({ code: 130, out: '', err: '' });
      // Beside another process the second may be as fast as before, or slower: it is heard, or it was done.
      expect([130, code]).toContain(late?.code);
      expect(late?.out === '').toBe(late?.code === 130);
      expect(readdirSync(folder)).toEqual(['large.heaplay.jsonl']);
    },
    SLOW,
  );

  it(
    'a session stays as it was, and so does a file that would have been written',
    async () => {
      const session = join(folder, '.heaplay-bisect.json');
      const output = join(folder, 'out.heaplay.jsonl');
      expect((await run(['bisect', 'start', trace])).code).toBe(0);
      const before = readFileSync(session, 'utf8');
      writeFileSync(output, 'of before');
      const whole = await run(['bisect', 'start', trace, '--xen', '4.17', '--session', 'other']);
      const share = 0.5 * whole.milliseconds;
      const interrupted = await Promise.all([
        run(['bisect', 'start', trace, '--set', 'heap.lowMemVirq=0'], share),
        run(['replay', trace, '-o', output], share),
      ]);
      expect(interrupted.map(({ code, out, err }) => [code, out, err])).toEqual([
        [130, '', ''],
        [130, '', ''],
      ]);
      expect(readFileSync(session, 'utf8')).toBe(before);
      expect(readFileSync(output, 'utf8')).toBe('of before');
      expect(readdirSync(folder).toSorted()).toEqual([
        '.heaplay-bisect.json',
        'large.heaplay.jsonl',
        'other',
        'out.heaplay.jsonl',
      ]);
    },
    SLOW,
  );
});
