import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import type { CliRun } from '../cli.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();
const SESSION = folder.at('session.json');

beforeEach(() => {
  rmSync(SESSION, { force: true });
});

/** `heaplay bisect ...` with the session of this file. */
function bisect(...args: readonly string[]): Promise<CliRun> {
  return heaplay('bisect', ...args, '--session', SESSION);
}

interface PositionJson {
  readonly record: number | null;
  readonly call: string | null;
  readonly probes: number;
  readonly good: number | null;
  readonly bad: number | null;
  readonly skipped: readonly number[];
  readonly position: { readonly status: string; readonly record: number };
}

async function position(...args: readonly string[]): Promise<PositionJson> {
  const { json, exitCode } = await heaplayJson<PositionJson>('bisect', ...args, '--session', SESSION);
  expect([0, 1]).toContain(exitCode);
  return json;
}

/** Some records that say where they are by their time. */
const TRACE = folder.trace(
  'run.jsonl',
  ...Array.from({ length: 20 }, (_, at) => ({ type: 'query_page_offline', mfn: 300 + at })),
);

describe('a bisection in which somebody judges', () => {
  it('[SESSION-1] goes on from one call of the command to the next, until the first bad record is known', async () => {
    expect((await position('start', TRACE)).position).toMatchObject({ status: 'waiting', record: 20 });
    expect((await position('bad')).position).toMatchObject({ status: 'waiting', record: 0 });
    let { position: at } = await position('good');
    // The 13th record is the first bad one.
    while (at.status === 'probe') ({ position: at } = await position(at.record >= 13 ? 'bad' : 'good'));
    expect(at).toEqual({ status: 'found', record: 13 });
    const { out } = await bisect('bad', '13');
    expect(out).toMatch(/^\S*record 13\S* is the first bad one\n  \[13\] query_page_offline {"mfn":312}\n$/);
    expect(await position('good', '12')).toMatchObject({ record: 13, call: 'query_page_offline', good: 12, bad: 13 });
  });

  it('[SESSION-2] says what is looked at, and how to look', async () => {
    const { out } = await bisect('start', X86, '--mode', 'separate-xenheap', '--set', 'heap.lowMemVirq=0');
    expect(out).toMatch(/^waiting for a good and a bad record; the run has records 0 \(power-on\) to 812\n/);
    await bisect('bad', '0x300');
    const probe = (await bisect('good', '100')).out;
    expect(probe).toMatch(/^668 records may be the first bad one \(some 9 steps more\)\n  \[434\] /);
    expect(probe).toContain(`heaplay dump ${X86} --at 434 --mode separate-xenheap --set heap.lowMemVirq=0\n`);
  });

  it('[SESSION-3] skip goes to a near record; where only skipped ones are left, that is the answer: 1', async () => {
    await bisect('start', TRACE);
    await bisect('bad', '12');
    expect((await position('good', '8')).position.record).toBe(10);
    expect((await position('skip')).position.record).toBe(9);
    expect((await position('skip')).position.record).toBe(11);
    const { out, exitCode } = await bisect('skip');
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /only skipped records left to judge; the first bad one is one of\n  \[9\] .*\n  \[10\] .*\n  \[11\] .*\n  \[12\] /,
    );
    expect(await position('good', '10')).toMatchObject({ position: { status: 'only-skipped', first: 11, last: 12 } });
    expect(await position('bad', '11')).toMatchObject({ record: 11 });
  });

  it('[SESSION-4] a contradiction is refused, and so is a record that is not there: the session stays', async () => {
    await bisect('start', TRACE);
    await bisect('bad', '10');
    const before = readFileSync(SESSION, 'utf8');
    for (const [args, message] of [
      [['good', '10'], /record 10 cannot be good: record 10 is bad already\. Next: heaplay bisect log/],
      [['good', '15'], /record 15 cannot be good: record 10 is bad already/],
      [['skip', '21'], /record 21 is not there: the run has records 0 \(power-on\) to 20/],
      [['bad', 'ten'], /Expected a number/],
    ] as const) {
      const { exitCode, out, err } = await bisect(...args);
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toMatch(message);
      expect(readFileSync(SESSION, 'utf8')).toBe(before);
    }
    await bisect('good', '4');
    expect((await bisect('bad', '3')).err).toMatch(/record 3 cannot be bad: record 4 is good still/);
  });

  it('[SESSION-5] power-on may be the first bad one', async () => {
    await bisect('start', TRACE);
    expect((await bisect('bad', '0')).out).toMatch(/record 0\S* is the first bad one\n  \[0\] power-on/);
  });

  it('[SESSION-6] without a session: good, bad, skip, log say so; reset has nothing to do', async () => {
    for (const verb of ['good', 'bad', 'skip', 'log']) {
      const { exitCode, err } = await bisect(verb);
      expect([exitCode, err]).toEqual([
        2,
        expect.stringMatching(/no session in .*\. Next: begin one with heaplay bisect start TRACE/),
      ]);
    }
    expect(await bisect('reset')).toMatchObject({ exitCode: 0, err: expect.stringMatching(/there is no session/) });
    await bisect('start', TRACE);
    expect(await bisect('reset')).toMatchObject({ exitCode: 0, err: '' });
    expect(existsSync(SESSION)).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('[SESSION-7] a run that Xen stops ends there', async () => {
    const { out } = await bisect('start', BUG);
    const [, length = ''] = /records 0 \(power-on\) to ([\d,]+)/.exec(out) ?? [];
    expect((await bisect('bad', String(Number(length) + 1))).exitCode).toBe(2);
  });

  it('[SESSION-8] stdin and a trace of 0 records cannot be bisected', async () => {
    expect(await bisect('start', '-')).toMatchObject({ exitCode: 2, err: expect.stringMatching(/looked at twice/) });
    const empty = await bisect('start', folder.trace('empty.jsonl'));
    expect(empty).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(/found a trace of 0 records; expected some/),
    });
    expect(existsSync(SESSION)).toBe(false);
  });
});

describe('log and replay', () => {
  it('[SESSION-9] what log prints, replay makes again', async () => {
    const quoted = folder.trace(
      "it's a trace.jsonl",
      ...Array.from({ length: 9 }, () => ({ type: 'scrub_free_pages' })),
    );
    await bisect('start', quoted, '--xen', '4.17', '--set', 'machine.x-note="a b"');
    for (const args of [['bad'], ['good', '2'], ['skip', '5'], ['skip'], ['good', '6']]) await bisect(...args);
    const { out: log } = await bisect('log');
    expect(log).toMatch(/^# \d+ bytes, sha256 [0-9a-f]{64}; records 0 to 9\nheaplay bisect start '/);
    expect(log.trimEnd().split('\n').slice(2)).toEqual([
      'heaplay bisect bad 9',
      'heaplay bisect good 2',
      'heaplay bisect skip 5',
      'heaplay bisect skip 4',
      'heaplay bisect good 6',
    ]);
    const before = readFileSync(SESSION, 'utf8');
    await bisect('reset');
    const again = await bisect('replay', folder.write('log.txt', log));
    expect(again.exitCode).toBe(0);
    expect(readFileSync(SESSION, 'utf8')).toBe(before);
  });

  it.each([
    ['nothing', '', /found no line "heaplay bisect start TRACE"/],
    ['another program', 'git bisect start\n', /line 1: found "git bisect start"; expected a line as/],
    ['no start', 'heaplay bisect good 3\n', /line 1: found "heaplay bisect good 3"/],
    ['two starts', `heaplay bisect start ${TRACE}\nheaplay bisect start ${TRACE}\n`, /line 2/],
    ['no number', `heaplay bisect start ${TRACE}\n\n# x\nheaplay bisect good x\n`, /line 4/],
    [
      'a contradiction',
      `heaplay bisect start ${TRACE}\nheaplay bisect bad 3\nheaplay bisect good 5\n`,
      /line 3: record 5 cannot be good/,
    ],
    ['beyond the end', `heaplay bisect start ${TRACE}\nheaplay bisect bad 21\n`, /line 2: record 21 is not there/],
    ['an unknown option', `heaplay bisect start ${TRACE} --nothing x\n`, /line 1/],
  ])('[SESSION-10] a log with %s is bad input, and the session stays as it was', async (_, log, message) => {
    await bisect('start', TRACE);
    const before = readFileSync(SESSION, 'utf8');
    const { exitCode, err, out } = await bisect('replay', folder.write('bad-log.txt', log));
    expect([exitCode, out]).toEqual([3, '']);
    expect(err).toMatch(message);
    expect(readFileSync(SESSION, 'utf8')).toBe(before);
  });

  it('[SESSION-10] a log that is not there', async () => {
    expect(await bisect('replay', folder.at('nowhere'))).toMatchObject({ exitCode: 3 });
  });
});

describe('files that are not what they should be', () => {
  it.each([
    ['no JSON', 'hello', /found no JSON object of that kind; expected a session/],
    ['another object', '{"a":1}', /found a wrong|found no JSON object/],
    ['a later version', '{"heaplay-bisect":2}', /found a wrong "heaplay-bisect"/],
    ['half of one', '{"heaplay-bisect":1,"trace":{"path":"x"', /found no JSON object/],
  ])('[SESSION-11] a session file with %s is bad input, and is left alone', async (_, content, message) => {
    writeFileSync(SESSION, content);
    for (const args of [['good'], ['log'], ['reset'], ['start', TRACE], ['replay', TRACE]]) {
      const { exitCode, err, out } = await bisect(...args);
      expect([exitCode, out]).toEqual([3, '']);
      expect(err).toMatch(message);
      expect(readFileSync(SESSION, 'utf8')).toBe(content);
    }
  });

  it('[SESSION-12] verdicts that contradict each other in the file', async () => {
    await bisect('start', TRACE);
    const session = JSON.parse(readFileSync(SESSION, 'utf8')) as { marks: object[] };
    session.marks.push({ verdict: 'bad', record: 3 }, { verdict: 'good', record: 4 });
    writeFileSync(SESSION, JSON.stringify(session));
    expect(await bisect('skip')).toMatchObject({ exitCode: 3, err: expect.stringMatching(/record 4 cannot be good/) });
  });

  it('[SESSION-13] a trace that changed, or vanished', async () => {
    const trace = folder.trace('fleeting.jsonl', { type: 'scrub_free_pages' }, { type: 'scrub_free_pages' });
    await bisect('start', trace);
    const before = readFileSync(SESSION, 'utf8');
    const content = readFileSync(trace, 'utf8');
    writeFileSync(trace, `${content}{"type":"scrub_free_pages"}\n`);
    expect(await bisect('bad')).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(
        /found another content \(\d+ bytes\); expected the trace that the session began with \(\d+ bytes\)\. Next: /,
      ),
    });
    rmSync(trace);
    expect(await bisect('bad')).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(/ENOENT.*Next: put the trace back/),
    });
    expect(readFileSync(SESSION, 'utf8')).toBe(before);
    writeFileSync(trace, content);
    expect((await bisect('bad')).exitCode).toBe(0);
  });

  it('[SESSION-14] a session that cannot be written', async () => {
    const { exitCode, err } = await heaplay('bisect', 'start', TRACE, '--session', folder.at('no/where.json'));
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/cannot be written/)]);
  });
});
