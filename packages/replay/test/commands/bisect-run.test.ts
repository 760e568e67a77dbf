import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { Folder, SCRUB, X86 } from './folder.ts';

const folder = new Folder();

interface RunJson {
  readonly record: number | null;
  readonly call: string | null;
  readonly probes: number;
  readonly seconds: number;
  readonly onlySkipped: { readonly first: number; readonly last: number } | null;
  readonly verdicts: readonly { readonly record: number; readonly verdict: string; readonly code: number }[];
}

/** A judge: JavaScript over `heap`, the record on the standard input, that gives the exit code. */
function judge(code: string): readonly string[] {
  const program = `const heap = JSON.parse(require('fs').readFileSync(0, 'utf8')); process.exit(${code})`;
  return [process.execPath, '-e', program];
}

/** Memory to the heap, then ten allocations of a page. */
const TRACE = folder.trace(
  'run.jsonl',
  { type: 'init_domheap_pages', start: '0x100000', end: '0x200000' },
  ...Array.from({ length: 10 }, () => ({ type: 'alloc_domheap_pages', order: 0 })),
);

describe('heaplay bisect run', () => {
  it('[RUN-1] a command that reads the heap on its standard input finds what --when finds', async () => {
    const when = await heaplayJson<RunJson>('bisect', X86, '--when', 'domain(0).totalPages >= 20000');
    const { json, exitCode } = await runJson(X86, ...judge('heap.domains[0]?.totalPages >= 20000 ? 1 : 0'));
    expect(exitCode).toBe(0);
    expect(Object.keys(json).slice(0, 4)).toEqual(['record', 'call', 'probes', 'seconds']);
    expect([json.record, json.call]).toEqual([when.json.record, when.json.call]);
    expect(json.verdicts).toHaveLength(json.probes);
    expect(json.probes).toBeLessThan(12);
  });

  it('[RUN-2] the exit codes of git: 0 good, 1 to 127 bad, 125 skip', async () => {
    for (const bad of [1, 2, 124, 126, 127]) {
      const { json } = await runJson(TRACE, ...judge(`heap.freePages < 250 ? ${bad} : 0`));
      expect(json).toMatchObject({ record: 8, call: 'alloc_domheap_pages', onlySkipped: null });
    }
    const skipping = await runJson(TRACE, ...judge('heap.freePages === 250 ? 125 : heap.freePages < 248 ? 1 : 0'));
    expect(skipping.json).toMatchObject({ record: 10 });
    const blocked = await runJson(TRACE, ...judge('heap.freePages === 250 ? 125 : heap.freePages < 250 ? 1 : 0'));
    expect([blocked.exitCode, blocked.json]).toMatchObject([1, { record: null, onlySkipped: { first: 7, last: 8 } }]);
  });

  it('[RUN-3] the end counts as bad and power-on as good, but no answer rests on that alone', async () => {
    const good = await runJson(TRACE, 'true');
    expect([good.exitCode, good.json]).toMatchObject([1, { record: null, onlySkipped: null }]);
    const bad = await runJson(TRACE, 'false');
    expect([bad.exitCode, bad.json]).toMatchObject([0, { record: 0, call: null }]);
  });

  it('[RUN-4] for people: every verdict, and what the record is', async () => {
    const { out, err, exitCode } = await heaplay(
      'bisect',
      'run',
      TRACE,
      '--',
      ...judge('heap.freePages < 250 ? 3 : 0'),
    );
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(/^record 5 +good  exit code 0\nrecord 8 +bad +exit code 3\n/);
    expect(out).toMatch(/record 8\S* is the first bad one\n  alloc_domheap_pages {"order":0} → 505\n/);
  });

  it('[RUN-5] a command that does not read its input, however much that is', async () => {
    const { json, exitCode } = await runJson(SCRUB, 'true');
    expect([exitCode, json.record]).toEqual([1, null]);
  });

  it('[RUN-6] the command keeps its own options behind --', async () => {
    const { json } = await runJson(X86, 'grep', '--quiet', '--max-count=1', '"freePages":[45]');
    expect(json.record).toBeGreaterThan(0);
  });

  it.each([
    ['that there is not', ['heaplay-no-such-command'], /heaplay-no-such-command cannot be run \(.*ENOENT.*Next: /],
    ['that is not executable', [TRACE], /cannot be run \(.*EACCES/],
    [
      'that asks to abort',
      ['sh', '-c', 'exit 128'],
      /sh -c exit 128 ended with exit code 128 at record 5; expected 0 for good, 1 to 127/,
    ],
    ['that is killed', ['sh', '-c', 'kill -KILL $$'], /was killed by SIGKILL at record 5/],
  ])('[RUN-7] a command %s is wrong usage', async (_, command, message) => {
    const { exitCode, err, out } = await heaplay('bisect', 'run', TRACE, '--', ...command);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('[RUN-8] a command that is interrupted ends all of it with 130', async () => {
    for (const how of ['kill -INT $$', 'exit 130']) {
      const { exitCode, out } = await heaplay('bisect', 'run', TRACE, '--', 'sh', '-c', how);
      expect([exitCode, out]).toEqual([130, '']);
    }
  });

  it('[RUN-9] nothing to run, a trace of 0 records', async () => {
    expect(await heaplay('bisect', 'run', TRACE)).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/missing required argument 'command'/),
    });
    const empty = folder.trace('empty.jsonl');
    expect(await heaplay('bisect', 'run', empty, '--', 'true')).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(/0 records/),
    });
  });

  it('[RUN-10] under another configuration', async () => {
    const { json } = await runJson(TRACE, ...judge('heap.dmaBits === 21 && heap.freePages < 250 ? 1 : 0'), {
      set: 'heap.dmaBits=21',
    });
    expect(json.record).toBe(8);
  });
});

/** `heaplay bisect run`, with what it prints as JSON. */
async function runJson(
  trace: string,
  ...command: readonly (string | { readonly set: string })[]
): Promise<{ readonly json: RunJson; readonly exitCode: number }> {
  const words = command.filter((word) => typeof word === 'string');
  const options = command.flatMap((word) => (typeof word === 'string' ? [] : ['--set', word.set]));
  const { out, exitCode } = await heaplay('bisect', 'run', trace, '--json', ...options, '--', ...words);
  return { json: JSON.parse(out) as RunJson, exitCode };
}
