import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));
const SPEC = fileURLToPath(new URL('../SPEC.md', import.meta.url));

/** The families of rules that SPEC.md numbers. */
const FAMILIES =
  'STATE|MODE|ZONE|BOOT|BUDDY|XEN|DOM|CLAIM|NUMA|SCRUB|OFF|VIRQ|PDX|PDX-MASK|PDX-OFFSET|MAP|VMAP|ARM32MAP|X86MAP|REL|VER';
/** A rule's id: the name of its family, and a number. */
const ID = '[A-Z][A-Z\\d]*(?:-[A-Z]+)?-\\d+';

/** Rules by id, in the order of the specification. */
function rulesOf(spec: string): string[] {
  return Array.from(spec.matchAll(new RegExp(`^- \\*\\*(${ID})\\b`, 'gm')), ([, id]) => id ?? '');
}

/** Every test file of the packages. */
function testFiles(): string[] {
  return readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules') && !path.includes('dist/'))
    .toSorted();
}

/** Ids that stand in brackets at the start of the names of tests; a name may cite several. */
function citedBy(source: string): string[] {
  const names = source.matchAll(
    new RegExp(`\\bit(?:\\.each\\((?:[^'"\`]|'[^']*')*?\\))?\\(\\s*['"\`]((?:\\[${ID}\\] )+)`, 'g'),
  );
  return Array.from(names, ([, ids]) => ids ?? '').flatMap((ids) => ids.match(new RegExp(ID, 'g')) ?? []);
}

const rules = rulesOf(readFileSync(SPEC, 'utf8'));
const sources = testFiles().map((path) => ({ path, source: readFileSync(PACKAGES + path, 'utf8') }));

describe('SPEC.md is the numbered specification', () => {
  it('every rule stands there once', () => {
    expect(rules.length).toBeGreaterThan(60);
    expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
    expect(rules.filter((id) => !new RegExp(`^(?:${FAMILIES})-\\d+$`).test(id))).toEqual([]);
  });

  const cited = new Set(sources.flatMap(({ source }) => citedBy(source)));

  it.each(rules)('%s is proved by a test that names it', (id) => {
    expect(cited).toContain(id);
  });

  it('no test names a rule that does not stand there', () => {
    const named = new RegExp(`\\[((?:${FAMILIES})-\\d+)\\]`, 'g');
    const unknown = sources.flatMap(({ path, source }) =>
      Array.from(source.matchAll(named), ([, id]) => id ?? '')
        .filter((id) => !rules.includes(id))
        .map((id) => `${path}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('how citations are read', () => {
  it.each([
    [`it('[BUDDY-3] a', () => {`, ['BUDDY-3']],
    [`it('[PDX-MASK-2] [PDX-1] a', () => {`, ['PDX-MASK-2', 'PDX-1']],
    [`it('[XEN-2] [ZONE-4] a', () => {`, ['XEN-2', 'ZONE-4']],
    [`it.each(['on', 'off'])('[BOOT-6] %s', () => {`, ['BOOT-6']],
    [`it.each([[(1), 2]] as const)(\n  '[BOOT-6] %s', () => {`, ['BOOT-6']],
    [`describe('[BUDDY-4] alone proves nothing', () => {`, []],
    [`it('is about [BUDDY-4]', () => {`, []],
  ])('%s', (source, ids) => {
    expect(citedBy(source)).toEqual(ids);
  });
});
