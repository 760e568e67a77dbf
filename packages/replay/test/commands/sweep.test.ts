import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SweepLine } from '../../src/sweep/sweep-line.ts';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { traceOf } from '../sample-trace.ts';
import { BUG, Folder, X86 } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const ARM32 = corpusPath('recordings/arm32-1g.4.17.heaplay.jsonl');
const EXHAUST = corpusPath('golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz');
const folder = new Folder();

async function linesOf(...args: readonly string[]): Promise<{ exitCode: number; err: string; lines: SweepLine[] }> {
  const { exitCode, out, err } = await heaplay('sweep', ...args, '--json');
  const texts = out.split('\n');
  expect(texts.pop()).toBe('');
  return { exitCode, err, lines: texts.map((text) => JSON.parse(text) as SweepLine) };
}

function configOf(line: SweepLine): string[] {
  return Object.entries(line.vary).flatMap(([key, value]) =>
    key === 'mode' || key === 'xen' ? [`--${key}`, String(value)] : ['--set', `${key}=${JSON.stringify(value)}`],
  );
}

type Json = Readonly<Record<string, unknown>>;

/** The keys of an object that another one has. */
function likeIn(object: Json, keys: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => Object.hasOwn(keys, key)));
}

/** What of a comparison stands in a line as it is. */
const COMPARED = ['same', 'moved', 'failedOnlyInA', 'failedOnlyInB', 'changed', 'firstDivergence', 'firstFailure'];

/** What replay and diff say of a line's configuration, by the keys of the line. */
async function expectedOf(line: SweepLine): Promise<Json> {
  const config = [line.trace, ...configOf(line)];
  const replay = await heaplay('replay', ...config, '--json');
  // Neither wrong usage nor a layout that does not boot leads to figures.
  if (replay.exitCode !== 0) return { trace: line.trace, impossible: 'impossible' in line ? line.impossible : null };
  const { seconds: _, eventsPerSecond: __, ...replayed } = JSON.parse(replay.out) as Json;
  const diff = await heaplay('diff', ...config, '--json');
  // The recorded configuration is nothing to compare with.
  if (diff.exitCode === 2)
    return { ...replayed, moved: 0, failedOnlyInA: 0, failedOnlyInB: 0, changed: 0, differs: false };
  const { calls, orphaned, ...said } = JSON.parse(diff.out) as Json;
  const keys = Object.fromEntries([...COMPARED, 'ranOut', 'metrics'].map((key) => [key, said[key]]));
  return { ...replayed, ...keys, compared: calls, orphaned, differs: diff.exitCode === 1 };
}

const SWEEPS: readonly (readonly string[])[] = [
  [X86, ARM32, '--vary', 'mode=direct-map-all,separate-xenheap,direct-map-on-demand', '--vary', 'xen=4.17,4.23,4.6'],
  [X86, EXHAUST, '--vary', 'heap.dmaBits=0,30', '--vary', 'heap.bootScrub=on,off'],
  [BUG, '--vary', 'xen=4.6,4.17,4.23'],
];

describe.each(SWEEPS)('[SWEEP-1] heaplay sweep %s', (...args) => {
  it('says of each run what replay and diff say of it', async () => {
    const { lines } = await linesOf(...args);
    const expected: Json[] = [];
    for (const line of lines) expected.push(await expectedOf(line));
    expect(lines.map((line, at) => likeIn({ ...line }, expected[at] ?? {}))).toEqual(expected);
    expect(lines.filter((line) => 'digest' in line).length).toBeGreaterThan(2);
  });

  it('prints the same whatever the number of jobs', async () => {
    const one = await heaplay('sweep', ...args, '--json', '--jobs', '1');
    const four = await heaplay('sweep', ...args, '--json', '--jobs', '4');
    expect(four).toEqual(one);
    expect(one.out.length).toBeGreaterThan(1000);
  });
});

describe('heaplay sweep', () => {
  it('[SWEEP-2] goes trace by trace, the last key fastest', async () => {
    const { lines } = await linesOf(X86, ARM32, '--vary', 'xen=4.17,4.6', '--vary', 'heap.dmaBits=0,0x1e');
    const order = [X86, ARM32].flatMap((trace) =>
      ['4.17', '4.6'].flatMap((xen) => [0, 30].map((bits) => ({ trace, vary: { xen, 'heap.dmaBits': bits } }))),
    );
    expect(lines.map(({ trace, vary }) => ({ trace, vary }))).toEqual(order);
  });

  it('[SWEEP-3] says which configuration there cannot be, and which trace cannot be read, and goes on', async () => {
    const bad = folder.write('bad.heaplay.jsonl', traceOf('{"type":"nothing"}'));
    const cut = folder.write('cut.heaplay.jsonl', readFileSync(X86, 'utf8').slice(0, 20_000));
    const modes = 'mode=direct-map-partial,direct-map-all';
    const { exitCode, lines, err } = await linesOf(bad, X86, cut, folder.at('none'), '--vary', modes);
    expect(exitCode).toBe(3);
    expect(
      lines.map((line) => ('error' in line ? 'error' : 'impossible' in line ? 'impossible' : line.differs)),
    ).toEqual(['error', 'error', 'impossible', false, 'impossible', false, 'error', 'error']);
    expect(lines[0]).toMatchObject({ error: { message: expect.stringContaining('line 2') } });
    expect(lines[2]).toMatchObject({ impossible: expect.stringContaining('add --set heap.xenheapMaxMfn') });
    expect(err.match(/cut in the middle/g)?.length).toBe(1);
  });

  it('[SWEEP-4] exits with 1 where something but frames differs, or is impossible, else with 0', async () => {
    const codeOf = async (vary: string): Promise<number> => (await linesOf(X86, '--vary', vary)).exitCode;
    expect(await codeOf('xen=4.17,4.23')).toBe(0);
    expect(await codeOf('mode=direct-map-all,separate-xenheap')).toBe(1);
    expect(await codeOf('heap.dmaBits="x",0')).toBe(1);
  });

  it('[SWEEP-5] takes a configuration for all runs, and a list as a value', async () => {
    const max = 'heap.xenheapMaxMfn=0x5ffff';
    const { lines } = await linesOf(X86, '--vary', 'mode=direct-map-all,direct-map-partial', '--set', max);
    expect(lines.map((line) => 'digest' in line)).toEqual([true, true]);
    const { json } = await heaplayJson<{ digest: string }>('replay', X86, '--mode', 'direct-map-partial', '--set', max);
    expect(lines[1]).toMatchObject({ digest: json.digest });
    const lists = await linesOf(X86, '--vary', 'heap.badPages=[],[1000,2000]');
    expect(lists.lines.map(({ vary }) => vary['heap.badPages'])).toEqual([[], [1000, 2000]]);
  });

  it('[SWEEP-6] prints a table, which says what is in the lines', async () => {
    const { out } = await heaplay('sweep', X86, '--vary', 'mode=separate-xenheap', '--table');
    const [head, row] = out.split('\n').map((line) => line.split(/ {2,}/));
    const { lines } = await linesOf(X86, '--vary', 'mode=separate-xenheap');
    expect(head?.slice(0, 5)).toEqual(['trace', 'mode', 'failed', 'orphaned', 'moved']);
    const [line] = lines;
    if (line === undefined || !('moved' in line)) throw new Error('there is a line');
    expect(row?.slice(1, 5)).toEqual([
      'separate-xenheap',
      String(line.failed),
      String(line.orphaned),
      String(line.moved),
    ]);
    expect(row?.at(-1)).toBe('record 792: alloc_domheap_pages, fragmented');
  });

  it.each([
    [['--vary', 'heap.nothing=1'], 'There is no key heap.nothing'],
    [['--vary', 'xen=4.5'], 'Found 4.5'],
    [['--vary', 'xen'], 'Expected KEY=V1,V2...'],
    [['--vary', 'heap.dmaBits=1,,2'], 'is empty'],
    [['--vary', 'heap.dmaBits=30,0x1e'], '30 is there twice'],
    [['--vary', 'xen=4.6', '--vary', 'heap.xen=4.17'], 'xen is varied already'],
    [['--vary', 'xen=4.6', '--json', '--table'], 'one or the other'],
    [['-', '-', '--vary', 'xen=4.6'], '"-" twice'],
    [[], "required option '--vary"],
  ])('[SWEEP-7] refuses %j', async (args, message) => {
    const { exitCode, err } = await heaplay('sweep', X86, ...args);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });

  it('[SWEEP-8] that is interrupted ends with 130, and every line that it printed is whole', async () => {
    const pairs =
      '{"type":"alloc_domheap_pages","order":0,"result":4095}\n{"type":"free_domheap_pages","mfn":4095,"order":0}\n';
    const memory = '{"type":"init_domheap_pages","start":"0xc00000","end":"0x1000000"}';
    const large = folder.write('large.heaplay.jsonl', traceOf(memory) + pairs.repeat(10_000));
    const values = Array.from({ length: 60 }, (_, at) => at).join(',');
    const child = spawn(process.execPath, [BIN, 'sweep', large, '--vary', `heap.dmaBits=${values}`, '--jobs', '2']);
    let out = '';
    child.stdout.on('data', (text) => {
      out += String(text);
      child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(130);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as SweepLine).vary['heap.dmaBits'])).toEqual(lines.map((_, at) => at));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(60);
  });

  it('[SWEEP-9] reads the standard input once for all runs', async () => {
    const child = spawn(process.execPath, [BIN, 'sweep', '-', '--vary', 'xen=4.17,4.6,4.23', '--jobs', '2']);
    let out = '';
    child.stdout.on('data', (text) => (out += String(text)));
    child.stdin.end(readFileSync(X86));
    await once(child, 'close');
    const { lines } = await linesOf(X86, '--vary', 'xen=4.17,4.6,4.23');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as SweepLine),
    ).toEqual(lines.map((line) => ({ ...line, trace: 'stdin' })));
  });
});
