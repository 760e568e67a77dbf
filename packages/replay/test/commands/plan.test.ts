import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { Folder } from './folder.ts';

interface PlanJson {
  readonly machine: { readonly arch: string; readonly ram: readonly (readonly [number, number])[] };
  readonly plans: readonly Readonly<Record<string, unknown>>[];
}

const folder = new Folder();
const VERSAL = corpusPath('machines/02-versal-gen2-5banks-pdx-assert.txt');

describe('heaplay plan', () => {
  it('[PLAN-16] --json: the machine, and every plan with the keys that scripts rely on', async () => {
    const { exitCode, json } = await heaplayJson<PlanJson>('plan', VERSAL);
    expect(exitCode).toBe(0);
    expect(json.machine).toMatchObject({ arch: 'arm64', ram: expect.arrayContaining([[0x50000000, 0x50080000]]) });
    expect(json.plans).toHaveLength(12);
    const keys = ['mode', 'pdx', 'fits', 'reason', 'usablePages', 'lostPages', 'frameTableBytes'];
    for (const plan of json.plans) {
      expect(Object.keys(plan)).toEqual(expect.arrayContaining([...keys, 'xenHeapCeilingPages', 'directMapBytes']));
      expect(plan).not.toHaveProperty('directMap');
    }
    // The machine of this log stopped in an assertion of its direct map: its Xen did not compress.
    expect(json.plans.find(({ mode, pdx }) => mode === 'direct-map-all' && pdx === 'none')).toMatchObject({
      fits: false,
    });
    expect(json.plans.find(({ mode, pdx }) => mode === 'direct-map-all' && pdx === 'mask')).toMatchObject({
      fits: true,
    });
  });

  it('[PLAN-17] for people: a table, reasons, losses, what chooses a layout, a picture', async () => {
    const { exitCode, out, err } = await heaplay('plan', VERSAL);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^direct-map-all \* +none +no +2\.7 GiB +7\.3 GiB/m);
    expect(out).toMatch(/Does not boot\n {2}1,572,864 pages \(6 GiB\) of RAM lie beyond the direct map/);
    expect(out).toMatch(/328,932 pages \(1\.3 GiB\): kept by the firmware\n {4}every layout/);
    expect(out).toMatch(/^0x000800000000 +░+ +1 GiB +RAM +kept by the firmware$/m);
    expect(err).toMatch(/^heaplay: assumed: the file does not say which version of Xen/m);
  });

  it('[PLAN-18] of a trace only the header is read, packed or not', async () => {
    const { exitCode, json } = await heaplayJson<PlanJson>(
      'plan',
      corpusPath('recordings/arm32-1g.4.17.heaplay.jsonl'),
    );
    expect(exitCode).toBe(0);
    expect(json.machine.arch).toBe('arm32');
    const golden = corpusPath('golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz');
    expect((await heaplayJson<PlanJson>('plan', golden)).json.machine.ram).toHaveLength(3);
  });

  it('[PLAN-19] bad input: what, where, and what next', async () => {
    const cases: readonly (readonly [path: string, message: RegExp])[] = [
      [folder.write('empty', ''), /an empty file/],
      [folder.write('nothing', 'hello\n'), /no memory map/],
      [folder.write('broken.jsonl', '{"heaplay":1,\n'), /broken\.jsonl/],
      [folder.write('newer.jsonl', '{"heaplay":9}\n'), /version 1 or older/],
      [
        folder.write('overlap', 'RAM: 0000000040000000 - 000000007fffffff\nRAM: 0000000060000000 - 000000009fffffff\n'),
        /overlap/,
      ],
      [join(folder.path, 'absent'), /absent/],
    ];
    for (const [path, message] of cases) {
      const { exitCode, out, err } = await heaplay('plan', path);
      expect([exitCode, out]).toEqual([3, '']);
      expect(err).toMatch(message);
    }
  });
});
