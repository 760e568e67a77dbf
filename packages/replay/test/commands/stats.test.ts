import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();

describe('heaplay stats', () => {
  it('[STATS-CLI-1] one value with everything', async () => {
    const { json, exitCode } = await heaplayJson<Record<string, unknown>>('stats', X86);
    expect(exitCode).toBe(0);
    expect(Object.keys(json)).toEqual([
      'trace',
      'record',
      'byCall',
      'byOrder',
      'byDomain',
      'byCaller',
      'heap',
      'free',
      'highWater',
      'held',
    ]);
    expect(json).toMatchObject({ record: 812, byCall: { alloc_domheap_pages: { calls: 482, failed: 4 } } });
  });

  it('[STATS-CLI-2] for people, at a record and under another configuration', async () => {
    const { out, exitCode } = await heaplay('stats', X86, '--at', '0x190', '--mode', 'separate-xenheap');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/up to record 400\nfree +\d+,\d+ pages \(1\.\d GiB\)\n/);
    for (const title of [
      'calls',
      'allocations by caller',
      'free blocks by order',
      'order  free blocks',
      'least free',
      'still held',
    ])
      expect(out).toContain(`\n${title}`);
    expect(out).toMatch(/and \d+ more; --json has all/);
    expect(out).not.toMatch(/undefined|NaN/);
  });

  it('[STATS-CLI-3] --every prints a series, as CSV or as one JSON value', async () => {
    const csv = await heaplay('stats', X86, '--every', '200');
    expect(csv.exitCode).toBe(0);
    const lines = csv.out.trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['record', '0', '200', '400', '600', '800', '812']);
    for (const args of [['--json'], ['--format', 'json']]) {
      const { out } = await heaplay('stats', X86, '--every', '200', ...args);
      expect((JSON.parse(out) as { record: number }[]).map(({ record }) => record)).toEqual([
        0, 200, 400, 600, 800, 812,
      ]);
    }
    const part = await heaplay('stats', X86, '--every', '200', '--at', '300', '--format', 'csv', '--json');
    expect(
      part.out
        .trimEnd()
        .split('\r\n')
        .map((line) => line.split(',')[0]),
    ).toEqual(['record', '0', '200', '300']);
  });

  it('[STATS-CLI-4] a trace of 0 records, and a run that Xen stops', async () => {
    const empty = await heaplay('stats', folder.trace('empty.jsonl'));
    expect([empty.exitCode, empty.err]).toEqual([0, '']);
    expect(empty.out).toMatch(/free +0 pages/);
    expect((await heaplay('stats', BUG)).exitCode).toBe(0);
  });

  it.each([
    [['--at', '813'], /--at 813: .* has 812 records/],
    [['--every', '0'], /Expected a number above 0/],
    [['--every', '5', '--format', 'xml'], /Allowed choices are csv, json/],
    [['--format', 'csv'], /--format csv is for a series\. Next: add --every N/],
  ])('[STATS-CLI-5] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('stats', X86, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
