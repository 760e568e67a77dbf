import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Every dependency that is not of this workspace, with the folder from which it is found. */
const dependencies = [
  top,
  join(top, 'bench'),
  ...readdirSync(join(top, 'packages')).map((name) => join(top, 'packages', name)),
].flatMap((folder) => {
  const { dependencies: run, devDependencies: work } = manifest(folder);
  return Object.entries({ ...run, ...work })
    .filter(([, version]) => !version.startsWith('workspace:'))
    .map(([name]) => ({ name, folder }));
});

/** The lines of the document's tables: a package, perhaps its major version, and its licence. */
const lines = new Map(
  Array.from(
    readFileSync(join(top, 'docs', 'dependencies.md'), 'utf8').matchAll(/^\| `([^`]+)`[^|]*\| ([^|]+?) *\|/gm),
    ([, name = '', licence = '']) => [name, licence],
  ),
);

describe('docs/dependencies.md', () => {
  it.each(dependencies)('has a line for $name, with its licence', ({ name, folder }) => {
    const { license = '' } = manifest(join(folder, 'node_modules', name));
    expect(lines.get(name)).toBe(license.replace(/^\((.*)\)$/, '$1'));
  });

  it('has no line for a package that is gone', () => {
    const used = new Set(dependencies.map(({ name }) => name));
    expect([...lines.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});
