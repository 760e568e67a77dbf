import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Random } from '../src/record/workload/random.ts';
import { Verifier } from '../src/replay/verify.ts';
import { loadTraceFile } from '../src/trace/node/file.ts';
import { Folder } from './commands/folder.ts';

const CHILD = fileURLToPath(new URL('recording-child.js', import.meta.url));
const KILLS = 200;
const AT_ONCE = 5;
/** Longest life of a child behind its first words, in milliseconds. */
const LONGEST = 160;
const PROMISED_RECORDS = 1000;
const SLOW = 600_000;

const folder = new Folder();

interface Killed {
  /** Records that the child had made, as far as it told. */
  readonly made: number;
  /** Records that it had made 100 ms ago. */
  readonly rested: number;
}

/** Lets a child record to a file, and kills it some time after its first words. */
async function recordAndKill(path: string, seed: number, milliseconds: number): Promise<Killed> {
  const child = spawn(process.execPath, [CHILD, path, String(seed)]);
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([once(child.stdout, 'data'), closed]);
  await sleep(milliseconds);
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
  const last = (word: string): number =>
    Number(
      said
        .match(new RegExp(`^${word} (\\d+)\\n`, 'gm'))
        ?.at(-1)
        ?.slice(word.length) ?? 0,
    );
  return { made: last('made'), rested: last('rested') };
}

/** What is wrong with the file of a child that was killed; nothing, if it keeps what was promised. */
async function faultsOf(path: string, { made, rested }: Killed): Promise<readonly string[]> {
  const { header, table, end } = await loadTraceFile(path);
  const verifier = new Verifier(header.machine, header.heap);
  for (let number = 1; number <= table.length; number++) verifier.check(table.record(number), number);
  const { mismatches } = verifier.result();
  return [
    ...mismatches.map(({ record, what }) => `record ${record}: ${what}`),
    ...(table.length < rested ? [`${table.length} records of ${rested} that were 100 ms old`] : []),
    ...(table.length <= made - PROMISED_RECORDS ? [`${table.length} records of ${made} that were made`] : []),
    ...(end.footer === 'verified' ? ['a footer'] : []),
  ];
}

describe('a recording of which the program is killed', () => {
  it(
    `${KILLS} times, at any moment: the file can be read, ends at a whole record, verifies, and holds what was promised`,
    async () => {
      const random = new Random(2026);
      const jobs = Array.from({ length: KILLS }, (_, seed) => ({
        path: folder.at(`${seed}.heaplay.jsonl${['', '.gz', '.zst'][seed % 3] ?? ''}`),
        seed,
        milliseconds: random.below(LONGEST),
      }));
      const faults: string[] = [];
      let records = 0;
      const work = async (): Promise<void> => {
        for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
          const { path, seed, milliseconds } = job;
          const killed = await recordAndKill(path, seed, milliseconds);
          records += killed.made;
          for (const fault of await faultsOf(path, killed)) faults.push(`${path}: ${fault}`);
          rmSync(path);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(faults).toEqual([]);
      // They did record.
      expect(records).toBeGreaterThan(KILLS * 100);
    },
    SLOW,
  );
});
