import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();

interface CheckJson {
  readonly ok: boolean;
  readonly violations: readonly { readonly record: number; readonly rule: string }[];
}

describe('heaplay check', () => {
  it('[CHECK-1] rules that hold: 0', async () => {
    const { json, exitCode } = await heaplayJson<CheckJson>(
      'check',
      X86,
      '--never',
      'heap.claims > 0',
      'domain(3).exists',
    );
    expect([exitCode, json]).toEqual([0, { ok: true, violations: [] }]);
    const { out } = await heaplay('check', X86, '--always', 'heap.claims == 0');
    expect(out).toMatch(/^\S*ok\S*  .*x86-2g.*  812 records, 1 rule\n$/);
  });

  it('[CHECK-2] the first violation of each rule, in the order of the rules: 1', async () => {
    const rules = ['--always', 'heap.freePages < 501000', '--never', 'failed', 'failed && call.order == 17'];
    const { json, exitCode } = await heaplayJson<CheckJson>('check', X86, ...rules);
    expect([exitCode, json]).toEqual([
      1,
      {
        ok: false,
        violations: [
          { record: 782, rule: 'never failed' },
          { record: expect.any(Number), rule: 'never failed && call.order == 17' },
          { record: 339, rule: 'always heap.freePages < 501000' },
        ],
      },
    ]);
    const { out } = await heaplay('check', X86, ...rules);
    expect(out).toMatch(
      /BROKEN.* 3 rules, 3 broken\n    never failed\n      first broken behind record 782: alloc_domheap_pages/,
    );
  });

  it('[CHECK-3] repeated options add up, another configuration, a run that Xen stops', async () => {
    const { json } = await heaplayJson<CheckJson>(
      'check',
      X86,
      '--xen',
      '4.23',
      '--never',
      'failed',
      '--never',
      'record == 5',
    );
    expect(json.violations.map(({ record }) => record)).toEqual([782, 5]);
    expect((await heaplay('check', BUG, '--never', 'heap.claims > 0')).out).toMatch(
      /; Xen stops with a BUG at record \d+/,
    );
  });

  it('[CHECK-4] power-on is checked, too, if there is nothing else', async () => {
    const { json, exitCode } = await heaplayJson<CheckJson>(
      'check',
      folder.trace('empty.jsonl'),
      '--never',
      'record == 0',
    );
    expect([exitCode, json.violations]).toEqual([1, [{ record: 0, rule: 'never record == 0' }]]);
  });

  it.each([
    [[], /no rule to check\. Next: /],
    [['--never', 'heap.freePages'], /--never: column 1: it is of type int/],
    [['--always', '10 / (record - 7) < 100'], /--always: record 7, column/],
  ])('[CHECK-5] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('check', X86, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
