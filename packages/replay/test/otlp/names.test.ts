import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ARGUMENT_PREFIX, HEAP_ATTRIBUTES, HEAP_METRICS, RUN_ATTRIBUTES, RUN_SPANS } from '../../src/otel.ts';

const document = readFileSync(fileURLToPath(new URL('../../../../docs/opentelemetry.md', import.meta.url)), 'utf8');

/** What stands in the first column of a table below a heading. */
function namesBelow(heading: string): string[] {
  const [, section = ''] = document.split(`## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const cells = own.split('\n').filter((line) => line.startsWith('| `'));
  return cells.flatMap((line) =>
    Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), ([, name = '']) => name),
  );
}

describe('docs/opentelemetry.md', () => {
  it('tells of every attribute, and of no other', () => {
    const names = [...Object.values(HEAP_ATTRIBUTES), `${ARGUMENT_PREFIX}*`];
    expect(namesBelow('Attributes').toSorted()).toEqual(names.toSorted());
  });

  it('tells of every span and attribute of the command’s own runs, and of no other', () => {
    const names = [...Object.values(RUN_SPANS), ...Object.values(RUN_ATTRIBUTES)];
    expect(namesBelow('Spans of heaplay itself').toSorted()).toEqual(names.toSorted());
  });

  it('tells of every metric with its unit', () => {
    const metrics = Object.values(HEAP_METRICS);
    expect(namesBelow('Metrics')).toEqual(metrics.map(({ name }) => name));
    expect(metrics.filter(({ name, unit }) => !new RegExp(`\\| \`${name}\` *\\| \`${unit}\``).test(document))).toEqual(
      [],
    );
  });
});
