import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from './cli.ts';
import { CORPUS, corpusPath } from './corpus.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const GOLDEN = corpusPath('golden/4.23.direct-map-all.1node.boot.heaplay.jsonl.gz');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** An allocation in the middle of the recording. */
const ALLOCATION = lines(X86).findIndex((line, at) => at > 250 && line.includes('"alloc_domheap_pages"'));

/** The recording with one line changed. */
function changed(name: string, line: number, change: (json: Record<string, unknown>) => unknown): string {
  const text = lines(X86).map((json, at) => (at === line ? JSON.stringify(change(JSON.parse(json))) : json));
  return file(name, `${text.join('\n')}\n`);
}

interface VerifyJson {
  readonly ok: boolean;
  readonly traces: readonly {
    readonly trace: string;
    readonly records: number;
    readonly checked: number;
    readonly ok: boolean;
    readonly mismatches: readonly { record: number; what: string; expected: unknown; found: unknown }[];
    readonly error?: string;
  }[];
}

describe('verify', () => {
  it('[CLI-1] says ok, and how much was checked', async () => {
    const run = await heaplay('verify', X86);
    expect(run.exitCode).toBe(0);
    expect(run.out).toMatch(/^\S*ok\S*  .*x86-2g.*  812 records, 1,610 checked\n$/);
  });

  it('[CLI-2] --json prints exactly one value with the keys of the contract', async () => {
    const { json, exitCode } = await heaplayJson<VerifyJson>('verify', X86, GOLDEN);
    expect(exitCode).toBe(0);
    expect(json.ok).toBe(true);
    expect(json.traces.map(({ trace, records, ok, mismatches }) => ({ trace, records, ok, mismatches }))).toEqual([
      { trace: X86, records: 812, ok: true, mismatches: [] },
      { trace: GOLDEN, records: lines2(GOLDEN), ok: true, mismatches: [] },
    ]);
  });

  it('[CLI-3] a result that is off by one page is found, with its record, and the exit code is 1', async () => {
    const path = changed('off.jsonl', ALLOCATION, (record) => ({ ...record, result: Number(record['result']) + 1 }));
    const { json, exitCode } = await heaplayJson<VerifyJson>('verify', path);
    expect(exitCode).toBe(1);
    expect(json.ok).toBe(false);
    const [trace] = json.traces;
    expect(trace?.mismatches).toHaveLength(1);
    const [mismatch] = trace?.mismatches ?? [];
    expect(mismatch).toMatchObject({ record: ALLOCATION, what: 'result' });
    expect(Number(mismatch?.expected)).toBe(Number(mismatch?.found) + 1);
    expect(trace?.records).toBe(ALLOCATION);
  });

  it('[CLI-4] --all goes on behind a mismatch', async () => {
    const path = changed('all.jsonl', ALLOCATION, (record) => ({ ...record, result: Number(record['result']) + 1 }));
    const { json } = await heaplayJson<VerifyJson>('verify', path, '--all');
    expect(json.traces[0]?.records).toBe(812);
    expect(json.traces[0]?.mismatches).toHaveLength(1);
  });

  it('[CLI-5] a wrong link in a free list is found', async () => {
    const path = changed('list.jsonl', 812, (record) => {
      const text = JSON.stringify(record);
      return JSON.parse(text.replace('[523354,null],[523191,null]', '[523191,null],[523354,null]'));
    });
    const { json, exitCode } = await heaplayJson<VerifyJson>('verify', path);
    expect(exitCode).toBe(1);
    expect(json.traces[0]?.mismatches).toMatchObject([{ record: 812, what: 'nodes[0].lists[19,0]' }]);
  });

  it('[CLI-6] a page freed twice is what the model says of it, not a crash', async () => {
    const free = lines(X86).findIndex((line) => line.includes('free_xenheap_pages'));
    const text = lines(X86);
    const path = file('double.jsonl', `${text.slice(0, free + 1).join('\n')}\n${text[free]}\n`);
    const { json, exitCode } = await heaplayJson<VerifyJson>('verify', path);
    expect(exitCode).toBe(1);
    expect(json.traces[0]?.mismatches).toMatchObject([{ record: free + 1, what: 'bug', expected: null, found: 'BUG' }]);
  });
});

function lines2(gzipped: string): number {
  return (
    gunzipSync(readFileSync(gzipped))
      .toString()
      .split('\n')
      .filter((line) => line !== '').length - 1
  );
}

describe('bad input ends with exit code 3 and says what, where, what was expected, and what to do', () => {
  const free = '{"type":"free_domheap_pages","mfn":1,"order":0}';
  const cases: readonly (readonly [name: string, content: () => string | Uint8Array, message: RegExp])[] = [
    ['not JSON', () => 'hello\n', /header|JSON/],
    ['an empty file', () => '', /empty/i],
    ['a binary file', () => new Uint8Array([0, 1, 2, 3, 255, 254, 10, 7]), /expected/],
    [
      'a newer version',
      () => lines(X86)[0]?.replace('"heaplay":1', '"heaplay":2') ?? '',
      /header.*"heaplay".*found.*2.*expected.*1/,
    ],
    ['an unknown key', () => withRecord('{"type":"alloc_domheap_pages","ordre":0}'), /record 1.*ordre.*order/],
    ['an unknown call', () => withRecord('{"type":"alloc_domheap_page","order":0}'), /record 1.*alloc_domheap_pages/],
    [
      'a frame beyond the frame table',
      () => withRecord('{"type":"free_domheap_pages","mfn":524288,"order":0}'),
      /record 1.*mfn.*524288/,
    ],
    [
      'an order above the maximum',
      () => withRecord('{"type":"free_domheap_pages","mfn":0,"order":19}'),
      /record 1.*order.*19.*18/,
    ],
    [
      'a number of 2^53',
      () => withRecord('{"type":"alloc_boot_pages","pages":9007199254740992,"align":1}'),
      /record 1.*pages.*9007199254740992/,
    ],
    [
      'a domain that nobody created',
      () => withRecord('{"type":"domain_kill","domain":7}'),
      /record 1.*domain.*d7.*domain_create/,
    ],
    [
      'a line that is no JSON in the middle',
      () => `${lines(X86).slice(0, 3).join('\n')}\n{"type":\n${free}\n`,
      /record 3/,
    ],
  ];

  it.each(cases)('[CLI-7] %s', async (name, content, message) => {
    const path = file(`${name.replaceAll(/\W/g, '-')}.jsonl`, content());
    const run = await heaplay('verify', path);
    expect(run.exitCode).toBe(3);
    expect(run.out + run.err).toMatch(message);
    expect(run.out + run.err).toContain(path);
  });

  function withRecord(record: string): string {
    return `${lines(X86)[0]}\n${record}\n`;
  }

  it('[CLI-8] a trace cut in the middle of a line is read up to its last whole line, with a warning', async () => {
    const text = readFileSync(X86);
    const run = await heaplay('verify', file('cut.jsonl', text.subarray(0, 60_000)));
    expect(run.exitCode).toBe(0);
    expect(run.err).toMatch(
      /cut in the middle of its last line \(\d+ bytes of a line dropped\); \d+ records were read/,
    );
  });

  it('[CLI-9] a trace cut inside its gzip stream is read up to its last whole line, with a warning', async () => {
    const packed = gzipSync(readFileSync(X86));
    const run = await heaplay('verify', file('cut.jsonl.gz', packed.subarray(0, packed.length >> 1)));
    expect(run.exitCode).toBe(0);
    expect(run.err).toMatch(/cut inside its gzip stream/);
    expect(run.out).toMatch(/ok.*\d+ records/);
  });

  it('[CLI-10] other traces are verified all the same', async () => {
    const { json, exitCode } = await heaplayJson<VerifyJson>('verify', file('none.jsonl', ''), X86);
    expect(exitCode).toBe(3);
    expect(json.traces.map((trace) => trace.ok)).toEqual([false, true]);
    expect(json.traces[0]?.error).toMatch(/none\.jsonl/);
  });

  it('[CLI-11] a file that is not there', async () => {
    const run = await heaplay('verify', join(folder, 'nowhere.jsonl'));
    expect(run.exitCode).toBe(3);
    expect(run.out + run.err).toMatch(/nowhere\.jsonl.*ENOENT/);
  });
});

interface DiffJson {
  readonly calls: number;
  readonly same: number;
  readonly moved: number;
  readonly failedOnlyInA: number;
  readonly failedOnlyInB: number;
  readonly orphaned: number;
  readonly firstDivergence: { readonly record: number; readonly call: string } | null;
  readonly firstFailure: { readonly record: number; readonly call: string; readonly reason: string } | null;
}

describe('diff', () => {
  it('[CLI-12] another layout moves allocations, and what fails there orphans what needs it', async () => {
    const { json, exitCode } = await heaplayJson<DiffJson>('diff', X86, '--mode', 'separate-xenheap');
    expect(exitCode).toBe(1);
    expect(json.moved).toBeGreaterThan(400);
    expect(json.failedOnlyInB).toBe(1);
    expect(json.orphaned).toBe(1);
    expect(json.firstFailure).toMatchObject({ call: 'alloc_domheap_pages', reason: 'fragmented' });
  });

  it('[CLI-13] a newer Xen on the same layout answers a boot alike: exit code 0', async () => {
    const { json, exitCode } = await heaplayJson<DiffJson>('diff', X86, '--xen', '4.23');
    expect(exitCode).toBe(0);
    expect(json.same).toBe(json.calls);
    expect(json.firstDivergence).toBeNull();
  });

  it('[CLI-14] a partial direct map keeps every xen-heap page below it', async () => {
    const { json, exitCode } = await heaplayJson<DiffJson>(
      'diff',
      X86,
      '--mode',
      'direct-map-partial',
      '--set',
      'heap.xenheapMaxMfn=0x3ffff',
    );
    expect(exitCode).toBe(1);
    expect(json.moved).toBeGreaterThan(400);
  });

  it('[CLI-15] two traces', async () => {
    const { json, exitCode } = await heaplayJson<DiffJson>('diff', X86, X86);
    expect(exitCode).toBe(0);
    expect(json.same).toBe(json.calls);
  });
});

describe('wrong usage ends with exit code 2', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['verfiy', X86]],
    ['no trace', ['verify']],
    ['an unknown option', ['verify', '--al', X86]],
    ['an unknown mode', ['diff', X86, '--mode', 'separate']],
    ['nothing to compare with', ['diff', X86]],
    ['a partial direct map without its end', ['diff', X86, '--mode', 'direct-map-partial']],
    ['a key that there is not', ['replay', X86, '--set', 'heap.maxOrde=3']],
    ['a value that makes no sense', ['replay', X86, '--set', 'heap.paddrBits=99']],
    ['a --set without a value', ['replay', X86, '--set', 'dmaBits']],
    ['a number that is none', ['dump', X86, '--at', 'ten']],
    ['a record that there is not', ['dump', X86, '--at', '5000']],
  ])('[CLI-16] %s', async (_, args) => {
    const run = await heaplay(...args);
    expect(run.exitCode).toBe(2);
    expect(run.err).not.toBe('');
    expect(run.out).toBe('');
  });
});

describe('replay and dump', () => {
  it('[CLI-17] dump shows what the recording saw at its end', async () => {
    const { json } = await heaplayJson<{ nodes: readonly { lists: unknown }[] }>('dump', X86);
    const seen = JSON.parse(lines(X86).at(-1) ?? '') as { nodes: readonly { lists: unknown }[] };
    expect(json.nodes[0]?.lists).toEqual(seen.nodes[0]?.lists);
  });

  it('[CLI-18] replay --until stops there, and dump --at shows the same heap', async () => {
    const replay = await heaplayJson<{ records: number; digest: string }>('replay', GOLDEN, '--until', '20');
    const dump = await heaplayJson<{ digest: string }>('dump', GOLDEN, '--at', '20');
    expect(replay.json.records).toBe(20);
    expect(dump.json.digest).toBe(replay.json.digest);
  });

  it.each(['x.heaplay.jsonl', 'x.heaplay.jsonl.gz', 'x.heaplay.jsonl.zst'])(
    '[CLI-19] replay -o %s writes a trace that verifies',
    async (name) => {
      const path = join(folder, name);
      const run = await heaplay('replay', X86, '--mode', 'direct-map-on-demand', '--xen', '4.6', '-o', path);
      expect(run.exitCode).toBe(0);
      expect((await heaplay('verify', path)).exitCode).toBe(0);
      expect(readdirSync(folder).filter((entry) => entry.includes('.part'))).toEqual([]);
    },
  );
});

describe('help', () => {
  const VERBS = ['start', 'good', 'bad', 'skip', 'log', 'replay', 'reset', 'run'];
  const COMMANDS = [
    'verify',
    'replay',
    'dump',
    'diff',
    'bisect',
    'check',
    'explain',
    'page',
    'what-if',
    'stats',
    'pdx',
  ];
  it.each(COMMANDS.concat(VERBS.map((verb) => `bisect ${verb}`)))(
    '[CLI-20] heaplay %s --help has an example',
    async (command) => {
      const run = await heaplay(...command.split(' '), '--help');
      expect(run.exitCode).toBe(0);
      expect(run.out).toMatch(new RegExp(`Examples?:\n  heaplay ${command}\\s`));
    },
  );

  it('[CLI-21] the corpus is not empty', () => {
    expect(CORPUS.length).toBeGreaterThan(260);
  });
});
