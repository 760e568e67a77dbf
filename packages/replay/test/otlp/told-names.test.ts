import { describe, expect, it } from 'vitest';
import { ARGUMENT_PREFIX, HEAP_ATTRIBUTES } from '../../src/otel.ts';
import { heaplay } from '../cli.ts';
import { corpusPath } from '../corpus.ts';

/** Exports that between them have everything to tell. */
const EXPORTS: readonly (readonly string[])[] = [
  ['recordings/x86-2g.4.17.heaplay.jsonl', '--mode', 'separate-xenheap', '--with-recorded'],
  ['recordings/arm64-2g.4.17.heaplay.jsonl', '--sample', '0.5'],
  ['golden/4.23.direct-map-all.numa.numa.heaplay.jsonl.gz'],
  ['golden/4.17.direct-map-all.1node.claims.heaplay.jsonl.gz'],
  ['golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz', '--xen', '4.23'],
  [
    'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
    '--mode',
    'direct-map-partial',
    '--set',
    'heap.xenheapMaxMfn=4095',
  ],
  ['golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz'],
];

async function namesTold([trace = '', ...args]: readonly string[]): Promise<string[]> {
  const { exitCode, out, err } = await heaplay('export', corpusPath(trace), '--to', 'otlp-json', ...args);
  expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
  return Array.from(out.matchAll(/"key":"(xen\.heap\.[^"]+)"/g), ([, name = '']) =>
    name.startsWith(ARGUMENT_PREFIX) ? `${ARGUMENT_PREFIX}*` : name,
  );
}

describe('the attributes of what is exported', () => {
  it('[OTEL-17] have the names that the document tells of, each of which is used', async () => {
    const told = new Set<string>();
    for (const args of EXPORTS) for (const name of await namesTold(args)) told.add(name);
    expect([...told].toSorted()).toEqual([...Object.values(HEAP_ATTRIBUTES), `${ARGUMENT_PREFIX}*`].toSorted());
  });
});
