import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { importText } from '../import/ftrace-import.ts';
import { NOTATIONS, linuxRun } from '../import/ftrace-text.ts';
import { machinePath, machineText } from '../import/machines.ts';
import { Folder } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const folder = new Folder();
const SAMPLES = machinePath('35-linux-ftrace-kmem-samples.txt');
const BOOT_LOG = machinePath('qemu-x86-2g.txt');

interface FtraceJson {
  readonly kind: string;
  readonly machine: { readonly frames: number };
  readonly counts: Readonly<Record<string, unknown>>;
  readonly problems: readonly object[];
  readonly records: number;
}

/** A recording of 600 events, in a notation. */
async function recording(notation: string): Promise<string> {
  const { header, boot } = await importText('  x-1 [003] 12.5: mm_page_alloc: page=1 pfn=0xffff order=0');
  const calls = boot.flatMap((record) => (record.type.startsWith('observe') ? [] : [record as never]));
  return (NOTATIONS[notation] ?? (() => ''))(linuxRun(1, 600, header, calls));
}

describe('heaplay import, of a recording of ftrace', () => {
  it('[IMPORT-FTRACE-30] the samples of the corpus become a trace that verifies, and what became of each is told', async () => {
    const output = folder.at('samples.heaplay.jsonl');
    const { exitCode, out, err } = await heaplay('import', SAMPLES, '--domains', 'comm', '-o', output);
    expect([exitCode, out]).toEqual([0, '']);
    expect(err).toMatch(/: ftrace\n/);
    expect(err).toMatch(/events +7 of pages, on 8 lines\n +5 allocations\n +1 free\n/);
    expect(err).toMatch(/1 page freed that had been allocated before: left out/);
    expect(err).toMatch(/assumed: a recording does not say where RAM lies: all frames below 0x1d2000 are taken/);
    const verified = await heaplay('verify', output);
    expect([verified.exitCode, verified.out]).toEqual([0, expect.stringMatching(/^ok/)]);
  });

  it.each(Object.keys(NOTATIONS))('[IMPORT-FTRACE-31] is told from other files by looking: %s', async (notation) => {
    const text = await recording(notation);
    const path = folder.write('recording.txt', text);
    const { exitCode, json } = await heaplayJson<FtraceJson>('import', path, '--domains', 'pid');
    expect([exitCode, json.kind, json.problems]).toEqual([0, 'ftrace', []]);
    expect(json.counts).toMatchObject({ damaged: 0, withoutRoom: 0, domains: 5 });
  });

  it('[IMPORT-FTRACE-32] through pipes, packed, and into verify', async () => {
    const packed = gzipSync(await recording('trace-cmd report'));
    const run = spawnSync(process.execPath, [BIN, 'import', '--from', 'ftrace', '-'], {
      input: packed,
      encoding: 'utf8',
    });
    expect([run.status, run.stderr]).toEqual([0, expect.stringMatching(/^standard input: ftrace\n/)]);
    const verified = spawnSync(process.execPath, [BIN, 'verify', '-'], { input: run.stdout, encoding: 'utf8' });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringMatching(/^ok/)]);
    // The same as from a file, but for its name in the header.
    const path = folder.at('recording.gz');
    writeFileSync(path, packed);
    const output = folder.at('file.heaplay.jsonl');
    await heaplay('import', path, '-o', output);
    const withoutEnds = (text: string): readonly string[] => text.trimEnd().split('\n').slice(1, -1);
    expect(withoutEnds(readFileSync(output, 'utf8'))).toEqual(withoutEnds(run.stdout));
  });

  it('[IMPORT-FTRACE-33] stats, bisect, page, what-if and another layout work on it', async () => {
    const path = folder.write('run.txt', await recording('perf script'));
    const output = folder.at('run.heaplay.jsonl');
    const { json } = await heaplayJson<FtraceJson>('import', path, '--domains', 'comm', '-o', output);
    const stats = await heaplay('stats', output);
    expect([stats.exitCode, stats.out]).toEqual([0, expect.stringMatching(/folio_alloc\+0x1f/)]);
    expect((await heaplay('bisect', output, '--when', 'domain(1).totalPages > 0')).out).toMatch(
      /is the first behind which/,
    );
    expect((await heaplay('check', output, '--never', 'failed')).exitCode).toBe(0);
    expect((await heaplay('what-if', output, '--without', '20')).exitCode).toBe(0);
    expect((await heaplay('dump', output, '--at', String(json.records))).exitCode).toBe(0);
    const other = await heaplay('replay', output, '--mode', 'separate-xenheap');
    expect([other.exitCode, other.err]).toEqual([0, '']);
  });

  it('[IMPORT-FTRACE-34] damaged lines are told with their numbers, thirty-two of them', async () => {
    const damaged = Array.from({ length: 40 }, () => '  a-1 [000] 12.5: mm_page_alloc: page=1 pfn=\n').join('');
    const path = folder.write('damaged.txt', `${machineText('35-linux-ftrace-kmem-samples.txt')}\n${damaged}`);
    const { exitCode, err } = await heaplay('import', path, '-o', folder.at('damaged.heaplay.jsonl'));
    expect(exitCode).toBe(0);
    expect(err).toMatch(/problem: line 10: mm_page_alloc without a whole pfn=\n/);
    expect(err).toMatch(/problem: and 8 more problems, which --json shows/);
    expect(err).toMatch(/40 lines not understood/);
  });

  it.each([
    [[BOOT_LOG, '--from', 'ftrace'], 3, /no whole event mm_page_alloc or mm_page_free.*Next: record with: trace-cmd/],
    [[SAMPLES, '--from', 'iomem'], 3, /iomem|usable RAM|memory map/],
    [[SAMPLES, '--boot', '1'], 2, /holds no boots/],
    [[SAMPLES, '--domains', 'tid'], 2, /Allowed choices are none, pid, comm/],
    [[BOOT_LOG, '--domains', 'pid'], 2, /--domains is for recordings of ftrace, .* is taken for xen-log/],
    [[SAMPLES, '--ram', '0x1-0x2'], 3, /RAM without a whole page/],
    [[SAMPLES, '--ram', '0x100000-0x200000', '--arch', 'arm32'], 1, /does not boot with that layout/],
    [['nothing.txt', '--from', 'ftrace'], 3, /cannot be read/],
  ])('[IMPORT-FTRACE-35] %j ends with %i', async (args, code, message) => {
    const { exitCode, out, err } = await heaplay('import', ...args);
    expect(err).toMatch(message);
    expect([exitCode, out]).toEqual([code, '']);
  });

  it('[IMPORT-FTRACE-36] a compressed recording that breaks off is refused before anything is written', async () => {
    const path = folder.at('cut.gz');
    writeFileSync(path, gzipSync(await recording('perf script')).subarray(0, 3000));
    const { exitCode, out, err } = await heaplay('import', path);
    expect([exitCode, out]).toEqual([3, '']);
    expect(err).toMatch(/breaks off/);
  });

  it('[IMPORT-FTRACE-37] a plan of a recording is refused, with what to do', async () => {
    const { exitCode, err } = await heaplay('plan', SAMPLES);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/a recording of ftrace.*make a trace of the recording first: heaplay import FILE/);
  });
});
