import { describe, expect, it } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { BUG, X86 } from './folder.ts';

interface LintJson {
  readonly findings: readonly { readonly record: number; readonly rule: string; readonly message: string }[];
}

describe('heaplay lint', () => {
  it('[LINT-7] --json, and 1 if anything was found', async () => {
    const { exitCode, json } = await heaplayJson<LintJson>('lint', BUG);
    expect(exitCode).toBe(1);
    expect(json).toEqual({
      findings: [
        {
          record: 15,
          rule: 'double-free',
          message: 'free_domheap_pages of 0x100fff, order 0: page 0x100fff is free already',
        },
      ],
    });
  });

  it('[LINT-8] for people, and 0 if nothing was found or all was ignored', async () => {
    const found = await heaplay('lint', X86, '--ignore', 'leak');
    expect(found.exitCode).toBe(1);
    expect(found.out).toMatch(
      /^3 findings {2}.*812 records\n {2}46 {2}order-mismatch {2}free_xenheap_pages of 0x7ab4d/,
    );
    const ignored = await heaplay('lint', X86, '--ignore', 'leak', 'order-mismatch');
    expect([ignored.exitCode, ignored.out]).toEqual([0, expect.stringMatching(/^ok {2}/)]);
  });

  it('[LINT-9] under another layout', async () => {
    const { json } = await heaplayJson<LintJson>('lint', X86, '--mode', 'separate-xenheap', '--ignore', 'leak');
    expect(json.findings.map(({ rule }) => rule)).toEqual(['order-mismatch', 'order-mismatch', 'order-mismatch']);
  });

  it('[LINT-10] a rule that there is not, a limit that is none', async () => {
    const rule = await heaplay('lint', X86, '--ignore', 'leaks');
    expect([rule.exitCode, rule.err]).toEqual([
      2,
      expect.stringMatching(/--ignore leaks: there is no such rule.*leak/),
    ]);
    expect((await heaplay('lint', X86, '--stash-limit', '0')).exitCode).toBe(2);
  });
});
