import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { Folder, X86 } from './folder.ts';

const folder = new Folder();
const TRACE = folder.trace(
  'life.jsonl',
  { type: 'init_domheap_pages', start: '0x100000', end: '0x200000' },
  { type: 'domain_create', domain: 1, maxPages: 100 },
  { type: 'alloc_domheap_pages', order: 3, domain: 1 },
  { type: 'alloc_xenheap_pages', order: 0 },
  { type: 'free_domheap_pages', mfn: 504, order: 3 },
  { type: 'offline_page', mfn: 511, broken: false },
);

interface PageJson {
  readonly mfn: number;
  readonly history: readonly object[];
}

const BIGSPAN = corpusPath('golden/4.23.arm64.bigspan.heaplay.jsonl.gz');

describe('heaplay page', () => {
  it('[PAGE-CLI-1] every record that touched it, and what it was then', async () => {
    const { json, exitCode } = await heaplayJson<PageJson>('page', TRACE, '511');
    expect(exitCode).toBe(0);
    expect(json.mfn).toBe(511);
    expect(json.history).toEqual([
      { record: 0, type: 'power-on', change: 'power-on', state: 'outside', owner: null, order: 0, head: 511 },
      { record: 1, type: 'init_domheap_pages', change: 'given', state: 'free', owner: null, order: 8, head: 256 },
      { record: 3, type: 'alloc_domheap_pages', change: 'allocated', state: 'in-use', owner: 1, order: 3, head: 504 },
      { record: 5, type: 'free_domheap_pages', change: 'freed', state: 'free', owner: null, order: 3, head: 504 },
      { record: 6, type: 'offline_page', change: 'offlined', state: 'offlined', owner: null, order: 0, head: 511 },
    ]);
  });

  it('[PAGE-CLI-2] for people, by hex number', async () => {
    const { out, exitCode } = await heaplay('page', TRACE, '0x1ff');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/page 0x1ff\S* \(511\), 4 records of 6 touched it, or changed the block that it lies in\n\n/);
    expect(out).toMatch(/\n     3  alloc_domheap_pages  allocated  in-use +d1 +0x1f8 of order 3 +page 7\n/);
  });

  it('[PAGE-CLI-3] another configuration makes another life', async () => {
    const recorded = await heaplayJson<PageJson>('page', X86, '0x7fd24');
    const other = await heaplayJson<PageJson>('page', X86, '0x7fd24', '--mode', 'separate-xenheap');
    expect(other.json.history).not.toEqual(recorded.json.history);
  });

  it.each([
    [[TRACE, '4096'], /page 0x1000: the machine has 4,096 frames\. Next: give one below 0x1000/],
    [
      [BIGSPAN, '0x1000000', '--set', 'heap.pdx=mask'],
      /page 0x1000000: it lies in a hole .*by mask\. Next: give a frame of RAM/,
    ],
    [[TRACE, 'x'], /Expected a number/],
    [[TRACE], /missing required argument 'mfn'/],
  ])('[PAGE-CLI-4] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('page', ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
