import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { BUG, Folder, SCRUB, X86 } from './folder.ts';

const folder = new Folder();

interface BisectJson {
  readonly record: number | null;
  readonly call: string | null;
  readonly probes: number;
  readonly seconds: number;
}

describe('heaplay bisect --when', () => {
  it('[BISECT-CLI-1] finds by bisection what a scan finds, with far fewer looks', async () => {
    for (const [trace, when] of [
      [X86, 'heap.failures > 0'],
      [X86, 'domain(0).totalPages >= 20000'],
      [SCRUB, 'record >= 1000'],
    ] as const) {
      const found = await heaplayJson<BisectJson>('bisect', trace, '--when', when);
      const scanned = await heaplayJson<BisectJson>('bisect', trace, '--when', when, '--scan');
      expect([found.exitCode, scanned.exitCode]).toEqual([0, 0]);
      expect(Object.keys(found.json)).toEqual(['record', 'call', 'probes', 'seconds']);
      expect([found.json.record, found.json.call]).toEqual([scanned.json.record, scanned.json.call]);
      expect(found.json.probes).toBeLessThan(20);
      expect(scanned.json.probes).toBe((scanned.json.record ?? 0) + 1);
    }
  });

  it('[BISECT-CLI-2] tells the record, the call and what came of it', async () => {
    const { out, err, exitCode } = await heaplay('bisect', X86, '--when', 'failed', '--scan');
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(
      /record 782 is the first behind which failed holds\n  alloc_domheap_pages .*"order":18.* → null\n  free pages  500,514 → 500,514\n  looked at   783 of 813 moments/,
    );
  });

  it('[BISECT-CLI-3] what never holds ends with 1', async () => {
    const { json, exitCode } = await heaplayJson<BisectJson>('bisect', X86, '--when', 'heap.freePages == 7');
    expect([exitCode, json]).toMatchObject([1, { record: null, call: null, probes: 1 }]);
    const { out } = await heaplay('bisect', X86, '--when', 'heap.freePages == 7');
    expect(out).toMatch(/never: heap\.freePages == 7 does not hold behind record 812, the last one/);
  });

  it('[BISECT-CLI-4] another configuration, and a run that Xen stops', async () => {
    const { json } = await heaplayJson<BisectJson>(
      'bisect',
      X86,
      '--when',
      'heap.failures > 3',
      '--mode',
      'separate-xenheap',
    );
    expect(json.record).toBe(790);
    const stopped = await heaplay('bisect', BUG, '--when', 'heap.freePages < 0');
    expect([stopped.exitCode, stopped.out]).toEqual([1, expect.stringMatching(/the last before Xen stops with a BUG/)]);
  });

  it('[BISECT-CLI-5] a trace of 0 records has power-on', async () => {
    const empty = folder.trace('empty.jsonl');
    const { json, exitCode } = await heaplayJson<BisectJson>('bisect', empty, '--when', 'heap.freePages == 0');
    expect([exitCode, json]).toMatchObject([0, { record: 0, call: null }]);
    expect((await heaplay('bisect', empty, '--when', 'failed')).exitCode).toBe(1);
  });

  it.each([
    [['--when', 'heap.freePages <'], /--when: column 17: .*\n  heap\.freePages <\n +\^\n$/],
    [['--when', 'heap.fre > 1'], /--when: column 6: /],
    [['--when', '10 / (record - 812) > 1'], /--when: record 812, column \d+: .*not 0/],
    [['--when', 'page(record * 1000).order == 19', '--scan'], /--when: record 525, column \d+: .*page\(525000\)/],
    [[], /nothing to look for\. Next: .*--when/],
    [['--when'], /argument missing/],
  ])('[BISECT-CLI-6] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('bisect', X86, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('[BISECT-CLI-7] a trace that cannot be read is bad input', async () => {
    const { json, exitCode } = await heaplayJson<{ error: object }>('bisect', folder.at('nowhere'), '--when', 'failed');
    expect([exitCode, json.error]).toMatchObject([3, { trace: folder.at('nowhere') }]);
  });
});
