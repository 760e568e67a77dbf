import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heaplay } from '../cli.ts';
import { HEADER, RECORDS } from '../sample-trace.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();
const EMPTY = folder.trace('empty.jsonl');
const DAMAGED = folder.write(
  'damaged.jsonl',
  `${[HEADER, RECORDS[0], '{"type":"alloc_domheap_pages","ordr":0}'].join('\n')}\n`,
);
const TRACE = folder.write('whole.jsonl', `${[HEADER, ...RECORDS].join('\n')}\n`);
const CUT = folder.write('cut.jsonl', readFileSync(X86, 'utf8').slice(0, 30_000));

/** Every question to a run: the command, and what follows the trace. */
const QUESTIONS: readonly (readonly [command: string, ...args: readonly string[]])[] = [
  ['bisect', '--when', 'failed'],
  ['bisect', '--when', 'failed', '--scan'],
  ['check', '--never', 'failed'],
  ['explain', '3'],
  ['page', '5'],
  ['what-if', '--without', '1'],
  ['diff', '--mode', 'direct-map-on-demand'],
  ['stats'],
  ['stats', '--every', '2'],
  ['dump'],
];

describe('what a user gets wrong', () => {
  it.each(QUESTIONS)(
    '[BAD-1] heaplay %s of a damaged trace: the line, the key and what was meant; 3',
    async (command, ...args) => {
      const { exitCode, out, err } = await heaplay(command, DAMAGED, ...args);
      expect([exitCode, out]).toEqual([3, '']);
      expect(err).toMatch(
        /damaged\.jsonl: record 2, line 3, field "ordr": found .*; expected .*did you mean "order"\?\n$/,
      );
    },
  );

  it.each(QUESTIONS)(
    '[BAD-2] heaplay %s of a trace that was cut short answers, and says what is lost',
    async (command, ...args) => {
      const { exitCode, out, err } = await heaplay(command, CUT, ...args);
      expect([0, 1, 2]).toContain(exitCode);
      expect(out === '').toBe(exitCode === 2);
      expect(err).toMatch(/cut in the middle of its last line \(\d+ bytes of a line dropped\); 246 records were read/);
    },
  );

  it.each([
    [1, /^\S*never\S*: failed/, 'bisect', ['--when', 'failed']],
    [0, /"ok":true/, 'check', ['--never', 'failed', '--json']],
    [0, /0 records of 0/, 'page', ['5']],
    [0, /up to record 0\n/, 'stats', []],
    [0, /^record,.*\r\n0,0,0,.*\r\n$/, 'stats', ['--every', '5']],
    [0, /free +0 pages/, 'dump', []],
    [0, /^a .*empty\.jsonl, direct-map-all, Xen 4\.23\nb .*Xen 4\.17\n/, 'diff', ['--xen', '4.17']],
  ] as const)(
    '[BAD-3] a trace of 0 records has power-on: %d, %s from heaplay %s',
    async (code, text, command, args) => {
      const { exitCode, out, err } = await heaplay(command, EMPTY, ...args);
      expect([exitCode, err]).toEqual([code, '']);
      expect(out).toMatch(text);
    },
  );

  it.each([
    ['explain', ['1']],
    ['what-if', ['--without', '1']],
    ['what-if', ['--change', '1 order=0']],
    ['stats', ['--at', '1']],
    ['dump', ['--at', '1']],
  ] as const)('[BAD-4] heaplay %s %j asks a trace of 0 records for one', async (command, args) => {
    const { exitCode, out, err } = await heaplay(command, EMPTY, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(/empty\.jsonl has 0 records\. Next: /);
  });

  it.each([
    ['explain', ['813']],
    ['what-if', ['--without', '813']],
    ['what-if', ['--change', '813 order=0']],
    ['stats', ['--at', '813']],
    ['dump', ['--at', '813']],
  ] as const)('[BAD-5] heaplay %s %j is past the end', async (command, args) => {
    const { exitCode, out, err } = await heaplay(command, X86, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(/813: .*812 records\. Next: give a number from \d to 812\n$/);
  });

  it('[BAD-6] a record behind the one that stops Xen is past the end of the run', async () => {
    const { exitCode, err } = await heaplay('explain', BUG, '100000');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/Xen stops with a BUG at record \d+ \[.*\]: .*\. Next: give a number from 1 to \d+\n$/);
  });

  it.each([
    ['bisect', '--when', '10 / (record - 500) > 100', '--scan'],
    ['check', '--never', '10 / (record - 500) > 100'],
    ['check', '--always', '10 / (record - 500) <= 100'],
  ] as const)(
    '[BAD-7] heaplay %s %s: a condition that throws on one record names it, and the column',
    async (...words) => {
      const [command, ...args] = words;
      const { exitCode, out, err } = await heaplay(command, X86, ...args);
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toMatch(
        /--\w+: record 500, column 1: division by zero; expected .*\n  10 \/ \(record - 500\).*\n  \^\n$/,
      );
    },
  );

  it.each([
    [2, [TRACE, '--', 'heaplay-no-such-command']],
    [2, [TRACE, '--', 'sh', '-c', 'exit 200']],
    [130, [TRACE, '--', 'sh', '-c', 'kill -INT $$']],
    [3, [DAMAGED, '--', 'true']],
    [3, [EMPTY, '--', 'true']],
  ] as const)('[BAD-8] bisect run that ends with %d leaves the session as it was: %j', async (code, words) => {
    const session = folder.at('session.json');
    await heaplay('bisect', 'start', X86, '--session', session);
    await heaplay('bisect', 'bad', '800', '--session', session);
    const before = readFileSync(session, 'utf8');
    expect((await heaplay('bisect', 'run', ...words)).exitCode).toBe(code);
    expect((await heaplay('bisect', 'good', '801', '--session', session)).exitCode).toBe(2);
    expect((await heaplay('bisect', 'start', DAMAGED, '--session', session)).exitCode).toBe(3);
    expect(readFileSync(session, 'utf8')).toBe(before);
  });
});
