import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wantsColor } from '../src/cli/terminal.ts';
import { heaplay, heaplayJson } from './cli.ts';
import { HEADER, traceOf } from './sample-trace.ts';

/** A trace that verifies. */
const RECORDS: readonly string[] = [
  '{"type":"init_domheap_pages","start":"0x100000","end":"0x1000000"}',
  '{"type":"alloc_domheap_pages","order":0,"result":3071}',
  '{"type":"free_domheap_pages","mfn":3071,"order":0}',
];
const FREE_AGAIN = '{"type":"free_domheap_pages","mfn":600,"order":0}';

let folder: string;
let good: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
  good = file('good.jsonl', traceOf(...RECORDS));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What every message about bad input has: where, what was found, what was expected, and what to do. */
const SAYS_ALL = /^heaplay: \S+.*: found .*; expected .*\. Next: .*\n$/;

describe('[CLI-22] every command says of a bad trace what, where, what was expected, and what to do next', () => {
  const bad: readonly (readonly [name: string, content: () => string | Uint8Array | null, message: RegExp])[] = [
    ['nothing there', () => null, /ENOENT/],
    ['empty', () => '', /header, line 1: found nothing: the trace is empty/],
    ['binary', () => new Uint8Array([0, 1, 2, 3, 255, 254, 10, 7]), /header, line 1: found bytes that are no UTF-8/],
    ['no JSON', () => 'hello\n', /header, line 1: found text that is no JSON: "hello"; expected the header/],
    ['version 0', () => HEADER.replace('"heaplay":1', '"heaplay":0'), /field "heaplay": found 0; .*never was an older/],
    ['version 2', () => HEADER.replace('"heaplay":1', '"heaplay":2'), /found 2; .*Next: .*newer heaplay/],
    ['version "1"', () => HEADER.replace('"heaplay":1', '"heaplay":"1"'), /found "1"; expected .* an integer/],
    ['unknown key', () => traceOf('{"type":"domain_kill","domian":1}'), /record 1, line 2, field "domian": .*domain/],
    ['frame', () => traceOf('{"type":"free_domheap_pages","mfn":4096,"order":0}'), /record 1.*"mfn": found 4096/],
    ['order', () => traceOf('{"type":"free_domheap_pages","mfn":1,"order":11}'), /record 1.*"order": found 11/],
    ['2^53', () => traceOf('{"type":"domain_kill","domain":1,"at":9007199254740992}'), /"at": found 9007199254740992/],
  ];

  it.each(bad)('%s', async (name, content, message) => {
    const bytes = content();
    const path = bytes === null ? join(folder, 'nowhere.jsonl') : file(`${name.replaceAll(/\W/g, '-')}.jsonl`, bytes);
    const runs = [
      await heaplay('verify', path),
      await heaplay('replay', path),
      await heaplay('dump', path),
      await heaplay('diff', path, good),
      await heaplay('diff', good, path),
      await heaplay('bisect', path, '--when', 'failed'),
      await heaplay('bisect', 'start', path, '--session', join(folder, 'session.json')),
      await heaplay('bisect', 'run', path, '--', 'true'),
      await heaplay('check', path, '--never', 'failed'),
      await heaplay('explain', path, '1'),
      await heaplay('page', path, '1'),
      await heaplay('what-if', path, '--without', '1'),
      await heaplay('stats', path),
    ];
    for (const { exitCode, err } of runs) {
      expect(exitCode).toBe(3);
      expect(err).toMatch(SAYS_ALL);
      expect(err).toMatch(message);
      expect(err).toContain(path);
    }
    expect(runs.slice(1).every(({ out }) => out === '')).toBe(true);
  });

  it('a folder', async () => {
    const { exitCode, err } = await heaplay('dump', folder);
    expect([exitCode, err]).toEqual([3, expect.stringMatching(/EISDIR/)]);
  });

  it('[CLI-23] with --json there is exactly one value on stdout, which says the same', async () => {
    const path = file('spoilt.jsonl', traceOf(RECORDS[0] ?? '', '{"type":"domain_kill","domain":"1"}'));
    for (const command of [['replay'], ['dump'], ['diff', good]]) {
      const { exitCode, json, err } = await heaplayJson<{ error: Record<string, unknown> }>(...command, path);
      expect(exitCode).toBe(3);
      expect(json.error).toMatchObject({ trace: path, record: 2, line: 3, field: 'domain', found: '"1"' });
      expect(err).toBe(`heaplay: ${String(json.error['message'])}\n`);
    }
  });

  it('[CLI-23] of a machine that does not boot as well', async () => {
    const { exitCode, json } = await heaplayJson<{ error: { message: string } }>(
      'diff',
      good,
      '--mode',
      'separate-xenheap',
      '--set',
      'machine.ram=[[0,100]]',
    );
    expect([exitCode, json.error.message]).toEqual([1, expect.stringMatching(/does not boot.*Not enough space/)]);
  });
});

describe('a page that is freed although it is not in use', () => {
  it('[CLI-24] is a mismatch if Xen went on, with the reason and the rule', async () => {
    const path = file('free.jsonl', traceOf(RECORDS[0] ?? '', FREE_AGAIN));
    const { exitCode, out } = await heaplay('verify', path);
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /record 2, free_domheap_pages: bug\n +real Xen +goes on\n +the model +stops with a BUG: \[BUDDY-/,
    );
    const { json } = await heaplayJson<{ traces: readonly { mismatches: readonly object[] }[] }>('verify', path);
    expect(json.traces[0]?.mismatches).toMatchObject([
      { record: 2, what: 'bug', expected: null, found: 'BUG', reason: expect.stringContaining('0x258 is freed') },
    ]);
  });

  it('[CLI-24] is what dump warns of, and what replay tells', async () => {
    const path = file('free.jsonl', traceOf(RECORDS[0] ?? '', FREE_AGAIN));
    expect((await heaplay('dump', path)).err).toMatch(/stops with a BUG at record 2 \[BUDDY-\d+\]/);
    const { json, exitCode } = await heaplayJson<{ bug: object }>('replay', path);
    expect([exitCode, json.bug]).toMatchObject([0, { record: 2, kind: 'BUG' }]);
  });
});

describe('another configuration', () => {
  it.each([
    ['foo', /expected heap\.KEY=VALUE/],
    ['cpu.x=1', /expected heap\.KEY=VALUE/],
    ['heap.maxOrde=3', /heap\.maxOrde: found an unknown key/],
    ['heap.__proto__=3', /heap\.__proto__: found an unknown key/],
    ['heap.dmaBits=abc', /heap\.dmaBits: found "abc"; expected .* from 0 to 64\. Next: /],
    ['heap.dmaBits=0x41', /heap\.dmaBits: found 65; /],
    ['heap.mode=all', /heap\.mode: found "all"; expected one of/],
    ['machine.frames=16', /machine\.ram\[0\]: found \[0,4096\]/],
  ])('[CLI-25] --set %s is wrong usage', async (assignment, message) => {
    const { exitCode, err, out } = await heaplay('replay', good, '--set', assignment);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('[CLI-25] numbers are decimal or hex, a version is text, x- keys are welcome', async () => {
    const to = join(folder, 'set.jsonl');
    const set = ['heap.dmaBits=0x1E', 'heap.lowMemVirq=4096', 'heap.xen=4.6', 'machine.x-note=[1]', 'heap.debug=true'];
    const { exitCode } = await heaplay('replay', good, ...set.flatMap((one) => ['--set', one]), '-o', to);
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(to, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      machine: { 'x-note': [1] },
      heap: { dmaBits: 30, lowMemVirq: 4096, xen: '4.6', debug: true },
    });
  });

  it.each([
    ['nothing there', null, /ENOENT/],
    ['no JSON', '{"heap":', /no JSON/],
    ['a list', '[]', /found \[\]/],
    ['another key', '{"haep":{}}', /found the key "haep"/],
    ['the key of a prototype', '{"constructor":{"a":1}}', /found the key "constructor"/],
    ['no object', '{"heap":5}', /"heap": found 5/],
    ['a key that there is not', '{"heap":{"maxOrde":5}}', /heap\.maxOrde: found an unknown key/],
    ['a value that makes no sense', '{"heap":{"mode":"all"}}', /heap\.mode: found "all"/],
  ])('[CLI-26] --config with %s is bad input', async (name, content, message) => {
    const path = content === null ? join(folder, 'nowhere') : file(`${name.replaceAll(' ', '-')}.json`, content);
    const { exitCode, err, out } = await heaplay('replay', good, '--config', path);
    expect([exitCode, out]).toEqual([3, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(/^heaplay: --config .*expected/);
  });

  it('[CLI-26] --set has the last word over --config', async () => {
    const path = file('config.json', '{"heap":{"dmaBits":99,"debug":true}}');
    expect((await heaplay('replay', good, '--config', path, '--set', 'heap.dmaBits=0')).exitCode).toBe(0);
    // Now the fault is not the file's.
    expect((await heaplay('replay', good, '--config', path, '--set', 'heap.dmaBits=98')).exitCode).not.toBe(0);
  });
});

describe('record numbers', () => {
  it.each(['-1', '1.5', '', 'ten', '9007199254740992', '0x'])('[CLI-27] %j is none', async (text) => {
    for (const args of [
      ['dump', good, '--at', text],
      ['replay', good, '--until', text],
    ]) {
      const { exitCode, err } = await heaplay(...args);
      expect(exitCode).toBe(2);
      expect(err).toMatch(
        /option '--(at|until) <record>' argument .* is invalid\. Expected a number, decimal or 0x hex/,
      );
    }
  });

  it('[CLI-27] beyond the end: dump has nothing to show, replay says where it ended', async () => {
    const dump = await heaplay('dump', good, '--at', '4');
    expect([dump.exitCode, dump.out]).toEqual([2, '']);
    expect(dump.err).toMatch(/good\.jsonl has 3 records\. Next: give a number from 0 to 3/);
    const replay = await heaplay('replay', good, '--until', '4');
    expect([replay.exitCode, replay.err]).toEqual([0, expect.stringMatching(/--until 4: .* ends at record 3\n/)]);
    expect((await heaplay('dump', good, '--at', '0x3')).exitCode).toBe(0);
  });
});

describe('-o', () => {
  it('[CLI-28] what cannot be written is no crash, and leaves nothing behind', async () => {
    const before = readdirSync(folder);
    for (const path of [join(folder, 'nowhere', 'x'), folder]) {
      const { exitCode, err, out } = await heaplay('replay', good, '-o', path);
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toMatch(/cannot be written \((ENOENT|EISDIR).*expected .*Next: /);
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  it('[CLI-28] a trace that turns out to be bad leaves no file, and does not harm the one that is there', async () => {
    const path = file('bad-end.jsonl', traceOf(...RECORDS, '{"type":"nothing"}'));
    const before = readdirSync(folder);
    expect((await heaplay('replay', path, '-o', join(folder, 'new.jsonl'))).exitCode).toBe(3);
    expect((await heaplay('replay', path, '-o', path)).exitCode).toBe(3);
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(path, 'utf8')).toBe(traceOf(...RECORDS, '{"type":"nothing"}'));
  });

  it('[CLI-28] a device stays a device, a link stays a link, and a trace may take its own place', async () => {
    expect((await heaplay('replay', good, '-o', '/dev/null')).exitCode).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    const own = file('own.jsonl', traceOf(...RECORDS));
    const link = join(folder, 'link.jsonl');
    symlinkSync(own, link);
    expect((await heaplay('replay', own, '-o', link)).exitCode).toBe(0);
    expect(readFileSync(own, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/"type":"end"/);
    expect((await heaplay('verify', link)).exitCode).toBe(0);
  });
});

describe('wrong usage', () => {
  it.each([
    ['verfiy', [], /Did you mean verify\?/],
    ['verify', ['--al', 'x'], /Did you mean --all\?/],
    ['diff', ['x', '--mode', 'separate'], /Allowed choices are separate-xenheap, /],
    ['verify', ['-', '-'], /"-" twice/],
    ['diff', ['-', '-'], /"-" twice/],
  ])('[CLI-29] heaplay %s %j', async (command, args, message) => {
    const { exitCode, err, out } = await heaplay(command, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

it('[CLI-30] a cut trace is verified as far as it goes, the warning is on stderr, and --json is one value', async () => {
  const text = traceOf(...RECORDS);
  for (const [name, bytes] of [
    ['cut.jsonl', text.slice(0, -5)],
    ['cut.jsonl.gz', gzipSync(text).subarray(0, -9)],
  ] as const) {
    const { json, err, exitCode } = await heaplayJson<{ ok: boolean }>('verify', file(name, bytes));
    expect([exitCode, json.ok]).toEqual([0, true]);
    expect(err).toMatch(/: cut (in the middle of its last line|inside its gzip stream) \(.* dropped\); \d records? w/);
  }
});

describe('[CLI-31] colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ CI: 'true' }, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, false, true],
  ])('%j on a terminal: %s', (env, isTerminal, wanted) => {
    expect(wantsColor(env, isTerminal)).toBe(wanted);
  });
});
