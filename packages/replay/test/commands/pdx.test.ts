import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';

/** A memory map, and what real code made of it, as far as the command tells it. */
interface GoldenCase {
  readonly id: string;
  readonly arch: 'x86' | 'arm';
  readonly base: string;
  readonly ranges: readonly (readonly [start: string, size: string])[];
  readonly ok: boolean;
  readonly why: string;
  readonly pfns: readonly (readonly [pfn: string, pdx: string])[];
  readonly bottom_mask: string;
  readonly hole_shift: number;
  readonly hole_mask: string;
  readonly top_mask: string;
  readonly pfn_index_shift: number;
  readonly pdx_index_shift: number;
  readonly region_size: string;
  readonly tbl_pfn?: readonly (readonly [index: number, base: string, offset: string])[];
}

/** The memory maps of real machines. */
function machines(scheme: 'mask' | 'offset'): readonly GoldenCase[] {
  const [, ...lines] = gunzipSync(readFileSync(corpusPath(`mapping/pdx-${scheme}.jsonl.gz`)))
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as GoldenCase).filter(({ id }) => id.startsWith('machine:'));
}

function argumentsOf(scheme: 'mask' | 'offset', one: GoldenCase): string[] {
  const ranges = one.ranges.map(([start, size]) => `${start}-0x${(BigInt(start) + BigInt(size)).toString(16)}`);
  const translate = one.pfns.map(([pfn]) => `0x${pfn}`);
  return [
    'pdx',
    '--scheme',
    scheme,
    '--arch',
    one.arch,
    '--base',
    one.base,
    '--range',
    ...ranges,
    '--translate',
    ...translate,
  ];
}

/** A hex number as the command writes it. */
function hex(text: string): string {
  return `0x${BigInt(text).toString(16)}`;
}

function translationsOf({ pfns }: GoldenCase): readonly object[] {
  return pfns.map(([pfn, pdx]) => ({ pfn: Number(`0x${pfn}`), pdx: Number(`0x${pdx}`) }));
}

const TWO_BANKS = ['--range', '0-0x40000000', '0x400000000-0x440000000'];
const MASK = ['pdx', '--scheme', 'mask', '--arch', 'arm64', '--base', '0', ...TWO_BANKS];
const OFFSET = ['pdx', '--scheme', 'offset', '--arch', 'x86_64', '--base', '0', ...TWO_BANKS];

describe('heaplay pdx --json', () => {
  it.each(machines('mask'))('[PDX-CLI-1] masks as real code has them: $id', async (one) => {
    const { json, exitCode, err } = await heaplayJson<object>(...argumentsOf('mask', one));
    expect([exitCode, err]).toEqual([0, '']);
    expect(json).toEqual({
      ok: one.ok,
      why: one.why,
      mask: {
        bottomMask: hex(one.bottom_mask),
        holeShift: one.hole_shift,
        holeMask: hex(one.hole_mask),
        topMask: hex(one.top_mask),
      },
      offset: null,
      translations: translationsOf(one),
    });
  });

  it.each(machines('offset'))('[PDX-CLI-1] tables as real code has them: $id', async (one) => {
    const { json, exitCode, err } = await heaplayJson<object>(...argumentsOf('offset', one));
    expect([exitCode, err]).toEqual([0, '']);
    expect(json).toEqual({
      ok: one.ok,
      why: one.why,
      mask: null,
      offset: {
        pfnIndexShift: one.pfn_index_shift,
        pdxIndexShift: one.pdx_index_shift,
        regionPages: Number(one.region_size),
        table: (one.tbl_pfn ?? []).map(([index, , offset]) => [index, hex(offset)]),
      },
      translations: translationsOf(one),
    });
  });

  it('[PDX-CLI-2] integers have all their digits', async () => {
    const args = ['pdx', '--scheme', 'offset', '--arch', 'x86', '--base', '0', '--range', '0-0x40000000', '--json'];
    const { out } = await heaplay(...args, '--translate', '0xfffffffffffffffe');
    expect(out).toContain('"regionPages":18446744073709551615,');
    expect(out).toContain('"translations":[{"pfn":18446744073709551614,"pdx":18446744073709551614}]');
  });

  it('[PDX-CLI-2] ranges may stand behind one option or behind several, decimal or hex', async () => {
    const several = ['--range', '0-1073741824', '--range', '17179869184-0x440000000'];
    const one = await heaplay(...MASK, '--json');
    const other = await heaplay('pdx', '--scheme', 'mask', '--arch', 'arm', '--base', '0x0', ...several, '--json');
    expect(other.out).toBe(one.out);
  });
});

describe('heaplay pdx, for people', () => {
  it('[PDX-CLI-3] a mask: a picture of the bits, the ranges, the frame table, translations', async () => {
    const { out, exitCode } = await heaplay(...MASK, '--translate', '0x400005', '0x40005');
    expect(exitCode).toBe(0);
    expect(out).toContain('bits 18 to 21 of a frame number');
    expect(out).toMatch(/\nPFN {2}thhhhb{18}\n/);
    expect(out).toMatch(/\nh {2}hole, left out {8}0x3c0000\n/);
    expect(out).toMatch(/\n0x400000000–0x440000000 {2}0x400000–0x440000 {2}0x40000–0x80000 +yes\n/);
    expect(out).toContain('frame table up to PDX 0x80000: 28 MiB in 2 groups, of 28 MiB in 2\n');
    expect(out).toMatch(/\n0x400005 {2}0x40005\n0x40005 {3}0x5 +no PDX of its own: which is that of frame 0x5\n/);
  });

  it('[PDX-CLI-3] offsets: the regions and their table', async () => {
    const { out, exitCode } = await heaplay(...OFFSET);
    expect(exitCode).toBe(0);
    expect(out).toContain('2 regions of 0x40000 pages');
    expect(out).toMatch(/\nPFN {2}i{6}\.{22}\n/);
    expect(out).toMatch(/\n {5}1 {2}0x400000–0x440000 {6}1 {2}0x3c0000 {2}0x40000–0x80000\n/);
  });

  it.each([
    ['no-hole', 'mask', ['0-0x40000000']],
    ['no-gain', 'offset', ['0-0x40000000']],
    ['no-ranges', 'mask', ['0x1000-0x1000']],
    ['too-many', 'mask', Array.from({ length: 257 }, (_, at) => `${at * 8192}-${at * 8192 + 4096}`)],
  ])('[PDX-CLI-4] %s: nothing is compressed, and why', async (why, scheme, ranges) => {
    const { out, exitCode } = await heaplay(
      'pdx',
      '--scheme',
      scheme,
      '--arch',
      'arm64',
      '--base',
      '0',
      '--range',
      ...ranges,
    );
    expect(exitCode).toBe(0);
    expect(out).toContain(`nothing is compressed: ${why}\n`);
    expect(out).toContain('a PDX is the number of its frame');
  });

  it('[PDX-CLI-4] a range within another one leaves RAM without a place', async () => {
    const nested = ['--range', '0-0x8000000000', '0x80000000-0xc0000000', '0x40000000000-0x40040000000'];
    const { out } = await heaplay('pdx', '--scheme', 'offset', '--arch', 'x86', '--base', '0', ...nested);
    expect(out).toMatch(/\n0x0–0x8000000000 +0x0–0x8000000 +– +no\n/);
    expect(out).toContain('not all of the RAM is covered');
  });
});

describe('heaplay pdx with a wrong command line', () => {
  it.each([
    [['pdx'], /required option '--scheme <scheme>' not specified/],
    [[...MASK, '--scheme', 'none'], /'none' is invalid\. Allowed choices are mask, offset/],
    [[...MASK, '--arch', 'mips'], /'mips' is invalid.*x86_64, arm64/],
    [[...MASK, '--base', '-1'], /Expected a number, decimal or 0x hex, below 2\^64/],
    [[...MASK, '--base', '0x10000000000000000'], /below 2\^64/],
    [[...MASK, '--range', '0x1000'], /'0x1000' is invalid\. Expected START-END in bytes, as in/],
    [[...MASK, '--range', '0-1-2'], /Expected START-END/],
    [[...MASK, '--range', '0-0x10000000000000001'], /at most 2\^64/],
    [[...MASK, '--range', '0x2000-0x1000'], /'0x2000-0x1000' is invalid\. It ends before it starts/],
    [[...MASK, '--translate', 'ff'], /'ff' is invalid\. Expected a number/],
  ])('[PDX-CLI-5] %j', async (args, message) => {
    const { out, err, exitCode } = await heaplay(...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('[PDX-CLI-5] a range may end at 2^64', async () => {
    const { exitCode } = await heaplay(...MASK, '--range', '0xffffffff00000000-0x10000000000000000');
    expect(exitCode).toBe(0);
  });
});

describe('heap.pdx in a replay', () => {
  it.each(['mask', 'offset'])(
    '[PDX-CLI-6] banks far apart, compressed by %s: every call comes out the same',
    async (scheme) => {
      const trace = corpusPath('golden/4.23.arm64.bigspan.heaplay.jsonl.gz');
      const run = await heaplayJson<Record<string, unknown>>('diff', trace, '--set', `heap.pdx=${scheme}`);
      expect(run.exitCode).toBe(0);
      expect(run.json['same']).toBe(run.json['calls']);
      expect(run.json['calls']).toBeGreaterThan(500);
    },
  );
});
