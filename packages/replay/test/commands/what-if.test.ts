import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { Folder, X86 } from './folder.ts';

const folder = new Folder();
const TRACE = folder.trace(
  'run.jsonl',
  { type: 'init_domheap_pages', start: '0x100000', end: '0x200000' },
  { type: 'alloc_domheap_pages', order: 3 },
  { type: 'alloc_domheap_pages', order: 0 },
  { type: 'free_domheap_pages', mfn: 504, order: 3 },
  { type: 'observe_digest', digest: '0123456789abcdef' },
);

interface WhatIfJson {
  readonly moved: number;
  readonly orphaned: number;
  readonly same: number;
  readonly calls: number;
  readonly without: readonly number[];
  readonly changed: readonly number[];
}

describe('heaplay what-if', () => {
  it('[WHAT-IF-CLI-1] records left out orphan what depends on them: 1', async () => {
    const { json, exitCode } = await heaplayJson<WhatIfJson>('what-if', TRACE, '--without', '2');
    expect([exitCode, json]).toMatchObject([1, { orphaned: 1, moved: 1, without: [2], changed: [] }]);
    const both = await heaplayJson<WhatIfJson>('what-if', TRACE, '--without', '2', '0x4');
    expect([both.exitCode, both.json]).toMatchObject([0, { orphaned: 0, moved: 1, without: [2, 4] }]);
  });

  it('[WHAT-IF-CLI-2] a change, quoted or not, and more than one', async () => {
    for (const words of [['2 order=0'], ['2', 'order=0'], ['0x2', 'order=0x0']]) {
      const { json, exitCode } = await heaplayJson<WhatIfJson>('what-if', TRACE, '--change', ...words);
      expect([exitCode, json]).toMatchObject([0, { moved: 2, orphaned: 0, changed: [2] }]);
    }
    const { json } = await heaplayJson<WhatIfJson>(
      'what-if',
      TRACE,
      '--change',
      '2 order=4',
      '--change',
      '3',
      'order=1',
    );
    expect(json).toMatchObject({ changed: [2, 3], moved: 2 });
    const range = await heaplayJson<WhatIfJson>('what-if', TRACE, '--change', '1 end=0x180000');
    expect(range.json).toMatchObject({ changed: [1], moved: 2 });
  });

  it('[WHAT-IF-CLI-3] for people: what was done otherwise, and what came of it', async () => {
    const { out, exitCode } = await heaplay('what-if', TRACE, '--without', '3', '--change', '2 order=0 node=0');
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^without record 3: alloc_domheap_pages {"order":0}\nrecord 2 changed to alloc_domheap_pages {"order":0,"node":0}\n/,
    );
    expect(out).toMatch(/, records changed\n/);
    expect(out).toMatch(/\nmoved +call +order +a +b\n +2  alloc_domheap_pages +0  0x1f8  0x1ff\n/);
  });

  it('[WHAT-IF-CLI-4] under another configuration', async () => {
    const { json, exitCode } = await heaplayJson<WhatIfJson>(
      'what-if',
      X86,
      '--without',
      '792',
      '--mode',
      'separate-xenheap',
      '--moves',
      '1',
    );
    expect(exitCode).toBe(1);
    expect(json.moved).toBeGreaterThan(400);
  });

  it.each([
    [[], /nothing to do otherwise\. Next: /],
    [['--without', '6'], /--without 6: .* has 5 records\. Next: give a number from 1 to 5/],
    [['--without', '0'], /--without 0: /],
    [['--without', '5'], /record 5 is observe_digest: somebody looked/],
    [['--without', 'x'], /Expected a number/],
    [['--change', '2 ordre=1'], /--change: record 2, field "ordre": found .*Next: .*order/],
    [['--change', '2 order=x'], /--change: record 2, field "order": found "x"; expected /],
    [['--change', '2 order=null'], /--change: record 2, field "order": found nothing/],
    [
      ['--change', '2 type=observe_digest order=null digest=0123456789abcdef'],
      /field "type": found "observe_digest"; expected the name of a call/,
    ],
    [['--change', 'order=1'], /found "order=1"; expected a record number/],
    [['--change', '2'], /--change 2: found nothing to change/],
    [['--change', '9 order=1'], /--change 9: .* has 5 records/],
  ])('[WHAT-IF-CLI-5] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('what-if', TRACE, ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
