import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { BUG, Folder, X86 } from './folder.ts';

const folder = new Folder();

interface ExplainJson {
  readonly record: number;
  readonly outcome: { readonly result: unknown; readonly virqs: number };
  readonly reason: string | null;
  readonly steps: readonly { readonly step: string; readonly text: string }[];
  readonly text: string | null;
}

describe('heaplay explain', () => {
  it('[EXPLAIN-CLI-1] a failure: reason, numbers, steps', async () => {
    const { json, exitCode } = await heaplayJson<ExplainJson>('explain', X86, '782');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ record: 782, reason: 'fragmented', outcome: { result: null } });
    expect(json.text).toMatch(
      /^500,514 pages \(1\.9 GiB\) are free .*, enough for 262,144, but in pieces: the largest has order 17$/,
    );
    expect(json.steps.map(({ step }) => step)).toContain('zone');
    expect(json.steps.every(({ text }) => text !== '')).toBe(true);
  });

  it('[EXPLAIN-CLI-2] for people: numbered steps, and at last the reason in a sentence', async () => {
    const { out, err, exitCode } = await heaplay('explain', X86, '0x30e');
    expect([exitCode, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\S*record 782\S*: alloc_domheap_pages .*"order":18/);
    expect(lines[1]).toMatch(/^  called by dom0_construct_pv/);
    const numbered = lines.filter((line) => /^ +\d+\. /.test(line));
    expect(numbered.map((line) => Number.parseInt(line, 10))).toEqual(numbered.map((_, at) => at + 1));
    expect(lines.at(-2)).toMatch(/it fails: fragmented/);
    expect(lines.at(-1)).toMatch(/^  500,514 pages/);
  });

  it('[EXPLAIN-CLI-3] a success, here and under another configuration', async () => {
    const recorded = await heaplayJson<ExplainJson>('explain', X86, '523');
    expect(recorded.json).toMatchObject({ reason: null, text: null, outcome: { result: 523556 } });
    const other = await heaplayJson<ExplainJson>('explain', X86, '523', '--mode', 'separate-xenheap');
    expect(other.json.outcome.result).not.toBe(523556);
    expect((await heaplay('explain', X86, '523')).out).toMatch(/it gets\S* frame 0x7fd24 \(523,556\)\n$/);
  });

  it.each([
    [[X86, '0'], /explain 0: .* has 812 records\. Next: give a number from 1 to 812/],
    [[X86, '813'], /explain 813: .* has 812 records/],
    [[X86, '24'], /record 24 is end_boot_allocator: only alloc_\*_pages/],
    [[X86, '24', '--mode', 'separate-xenheap'], /record 24, end_boot_allocator, is not carried out/],
    [[X86, 'ten'], /Expected a number/],
    [[X86], /missing required argument 'record'/],
    [[BUG, '9999'], /Xen stops with a BUG at record \d+ \[BUDDY-4\]/],
    [[folder.trace('empty.jsonl'), '1'], /has 0 records\. Next: take a trace that has some/],
  ])('[EXPLAIN-CLI-4] %j is wrong usage', async (args, message) => {
    const { out, err, exitCode } = await heaplay('explain', ...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
