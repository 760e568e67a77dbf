import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { Folder, X86 } from './folder.ts';

const folder = new Folder();
const MEMORY = { type: 'init_domheap_pages', start: '0x100000', end: '0x200000' };
const ALLOC = { type: 'alloc_domheap_pages', order: 0, flags: ['no_dma'] };

describe('heaplay diff', () => {
  it('[DIFF-CLI-1] tells the cause of the first divergence, where each side ran out, and what moved', async () => {
    const trace = folder.trace('dma.jsonl', MEMORY, { ...ALLOC, flags: [] }, ALLOC);
    const { out, exitCode } = await heaplay('diff', trace, '--set', 'heap.dmaBits=21');
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /first divergence\S*  record 3, alloc_domheap_pages\n  a  0x1fe\n  b  null\n  the searches part in step 1\n    a  search zones 40 down to 1\n    b  search zones 40 down to 10 first/,
    );
    expect(out).toMatch(
      /\na ran out first at +never\nb ran out first at +record 3, alloc_domheap_pages: dma-refused\n/,
    );
  });

  it('[DIFF-CLI-2] --moves says how many', async () => {
    const { out } = await heaplay('diff', X86, '--mode', 'separate-xenheap', '--moves', '2');
    expect(out).toMatch(/\n +12  alloc_boot_pages +0  0x7ffdf  0x7ffde\nand 506 more; --moves 508 tells all\n/);
    const { json } = await heaplayJson<{ moves: unknown[] }>('diff', X86, '--mode', 'separate-xenheap', '--moves', '0');
    expect(json.moves).toEqual([]);
    expect((await heaplay('diff', X86, '--mode', 'separate-xenheap', '--moves', '0')).out).not.toMatch(/--moves/);
  });

  it('[DIFF-CLI-3] two traces', async () => {
    const [a, b] = [
      folder.trace('a.jsonl', MEMORY, ALLOC, ALLOC),
      folder.trace('b.jsonl', MEMORY, { ...ALLOC, order: 1 }, ALLOC, ALLOC),
    ];
    const { json, exitCode } = await heaplayJson<{ onlyInB: number; moves: object[] }>('diff', a, b, '--moves', '1');
    expect([exitCode, json.onlyInB]).toEqual([1, 1]);
    expect(json.moves).toEqual([{ record: 3, call: 'alloc_domheap_pages', order: 0, a: 511, b: 509 }]);
  });
});
