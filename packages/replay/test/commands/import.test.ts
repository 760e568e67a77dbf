import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { EXPECTED, MACHINES, REFUSED, machinePath, machineText } from '../import/machines.ts';
import { Folder } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const folder = new Folder();
const X86 = machinePath('qemu-x86-2g.txt');
const TWO_BOOTS = folder.write('two.log', machineText('qemu-x86-2g.txt') + machineText('qemu-x86-512m.txt'));

interface ImportJson {
  readonly machine: { readonly arch: string; readonly ram: readonly (readonly [number, number])[] };
  readonly boot: object;
  readonly problems: readonly object[];
  readonly records: number;
}

describe('heaplay import', () => {
  it.each(MACHINES.filter((name) => !name.includes('kmem')))(
    '[IMPORT-CLI-1] %s: a trace that verifies, or a clear answer',
    async (name) => {
      const output = folder.at(`${name}.heaplay.jsonl`);
      const { exitCode, out, err } = await heaplay('import', machinePath(name), '-o', output);
      expect(out).toBe('');
      const refused = REFUSED[name];
      expect(exitCode).toBe(refused === undefined ? 0 : 3);
      expect(err).toMatch(refused ?? EXPECTED[name]?.arch ?? '');
      const verified = await heaplay('verify', output);
      expect(verified.exitCode).toBe(refused === undefined ? 0 : 3);
    },
  );

  it('[IMPORT-CLI-2] the trace goes to stdout, the summary to stderr, and the trace verifies', () => {
    const run = spawnSync(process.execPath, [BIN, 'import', X86], { encoding: 'utf8' });
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(/RAM +524,159 pages.*in 2 banks, from e820/);
    const verified = spawnSync(process.execPath, [BIN, 'verify', '-'], { input: run.stdout, encoding: 'utf8' });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringMatching(/^ok/)]);
  });

  it('[IMPORT-CLI-3] --json prints one value: the machine and what the file says', async () => {
    const { exitCode, json } = await heaplayJson<ImportJson>('import', X86);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      file: X86,
      kind: 'xen-log',
      boot: { number: 1, of: 1 },
      machine: {
        arch: 'x86_64',
        ram: [
          [0, 0x9f],
          [0x100, 0x7ffe0],
        ],
      },
      heap: { xen: '4.17', mode: 'direct-map-all' },
      sources: { ram: 'e820', nodes: 'numa' },
      told: { xenVersion: { line: 1, value: '4.17.7' } },
      problems: [],
    });
  });

  it('[IMPORT-CLI-4] --json beside -o gives both', async () => {
    const output = folder.at('both.heaplay.jsonl');
    const { json } = await heaplayJson<ImportJson>('import', X86, '-o', output);
    expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(json.records + 2);
  });

  it('[IMPORT-CLI-5] of several boots one is to be named', async () => {
    const refused = await heaplayJson<object>('import', TWO_BOOTS);
    expect(refused.exitCode).toBe(3);
    expect(refused.json).toMatchObject({
      error: { line: 443, found: '2 boots in one log', next: expect.stringContaining('--boot N') },
    });
    const second = await heaplayJson<ImportJson>('import', TWO_BOOTS, '--boot', '2');
    expect([second.json.boot, second.json.machine.ram]).toEqual([
      { number: 2, of: 2 },
      [
        [0, 0x9f],
        [0x100, 0x1ffe0],
      ],
    ]);
    expect((await heaplay('import', TWO_BOOTS, '--boot', '3')).exitCode).toBe(3);
  });

  it('[IMPORT-CLI-6] a dump without a map, with RAM and architecture from the command line', async () => {
    const output = folder.at('dump.heaplay.jsonl');
    const args = ['--ram', '0x40000000-0x80000000', '--arch', 'arm32', '-o', output];
    const { exitCode, json } = await heaplayJson<ImportJson>('import', machinePath('qemu-arm32-1g.txt'), ...args);
    expect([exitCode, json.machine.arch, json.machine.ram, json.problems]).toEqual([
      0,
      'arm32',
      [[0x40000, 0x80000]],
      [],
    ]);
    // Both debug keys: 7886 pages of the xen heap, 185763 of the dom heap, as the log has it.
    const verified = await heaplayJson<{ ok: boolean; traces: readonly { checked: number }[] }>('verify', output);
    expect(verified.json).toMatchObject({ ok: true, traces: [{ checked: 4 }] });
  });

  it('[IMPORT-CLI-7] packed files, and UTF-16', async () => {
    const gz = folder.at('log.gz');
    writeFileSync(gz, gzipSync(machineText('qemu-x86-2g.txt')));
    expect((await heaplayJson<ImportJson>('import', gz)).json.machine.ram).toHaveLength(2);
    const wide = folder.at('wide.txt');
    writeFileSync(wide, Buffer.from(`\uFEFF${machineText('qemu-x86-2g.txt')}`, 'utf16le'));
    expect((await heaplayJson<ImportJson>('import', wide)).json.machine.ram).toHaveLength(2);
    writeFileSync(gz, gzipSync(machineText('qemu-x86-2g.txt')).subarray(0, 500));
    const cut = await heaplay('import', gz);
    expect([cut.exitCode, cut.err]).toEqual([3, expect.stringMatching(/breaks off/)]);
  });

  it('[IMPORT-CLI-8] what was not understood is told with its line', async () => {
    const log = folder.write('odd.log', `${machineText('qemu-x86-2g.txt')}(XEN) SRAT: Node zero\n`);
    const { exitCode, err } = await heaplay('import', log, '-o', folder.at('odd.heaplay.jsonl'));
    expect(exitCode).toBe(0);
    expect(err).toMatch(/problem: line 443: not understood: SRAT: Node zero\n/);
  });

  it('[IMPORT-CLI-9] a machine on which Xen does not boot', async () => {
    const log = folder.write('tiny.txt', 'ram pfn 0x100 0x200\n');
    const { exitCode, err } = await heaplay('import', log, '--arch', 'arm32');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/does not boot with that layout: Not enough space for xenheap/);
  });

  it.each([
    [['nothing.txt'], 3, /nothing\.txt: found a file that cannot be read/],
    [[], 2, /missing required argument 'file'/],
    [[X86, '--boot', '0'], 2, /above 0/],
    [[X86, '--from', 'novel'], 2, /Allowed choices are xen-log, linux-log/],
    [[X86, '--ram', '5'], 2, /Expected START-END in bytes/],
    [[X86, '--ram', '0-0x1000000000000000'], 2, /Expected START-END/],
    [[X86, '--json', '-o', '-'], 2, /both write to stdout/],
    [[X86, '--from', 'device-tree'], 3, /device-tree source/],
  ])('[IMPORT-CLI-10] %j ends with %i', async (args, code, message) => {
    const { exitCode, out, err } = await heaplay('import', ...args);
    expect([exitCode, out]).toEqual([code, '']);
    expect(err).toMatch(message);
  });

  it('[IMPORT-CLI-11] what was imported can be replayed under another layout', async () => {
    const output = folder.at('numa.heaplay.jsonl');
    await heaplay('import', machinePath('01-fujitsu-4s-clx-128g-e820-srat.txt'), '-o', output);
    const { exitCode, json } = await heaplayJson<{ bug: object | null; freePages: number }>(
      'replay',
      output,
      '--mode',
      'separate-xenheap',
    );
    expect([exitCode, json.bug]).toEqual([0, null]);
    expect(json.freePages).toBeGreaterThan(30_000_000);
  });
});
