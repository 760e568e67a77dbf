import { observeHeap, openState } from '@heaplay/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineOf } from '../../test/open-engine.ts';
import type { OpenEngine } from '../../test/open-engine.ts';
import { freeList, freeLists } from './list-handlers.ts';

let opened: OpenEngine;
beforeAll(async () => {
  opened = await engineOf('golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz');
});

/** Every list that is not empty behind a record, as `heaplay dump` has it. */
function observed(record: number): ReadonlyMap<string, (readonly [number, number | null])[]> {
  const { nodes } = observeHeap(openState(opened.timeline.stateAt(record)));
  return new Map<string, (readonly [number, number | null])[]>(
    nodes.flatMap(({ node, lists = [] }) =>
      lists.map(([zone, order, blocks]) => [String([node, zone, order]), [...blocks]] as const),
    ),
  );
}

describe('[VIEW-LISTS-1] the free lists behind a record', () => {
  it('are those of a look at the whole heap, and change by what they differ in from the record before', () => {
    const { engine, run, timeline } = opened;
    for (let record = 0; record <= timeline.length; record += 41) {
      const { zones, maxOrder } = freeLists(engine, { run, record });
      const [before, now] = [record === 0 ? new Map<string, []>() : observed(record - 1), observed(record)];
      const seen = new Map(
        zones.flatMap(({ node, zone, blocks, change }) =>
          blocks.map((length, order) => [String([node, zone, order]), [length, change[order]]] as const),
        ),
      );
      for (const [list, [length, change]] of seen) {
        const count = now.get(list)?.length ?? 0;
        expect([length, change], `record ${record}, list ${list}`).toEqual([
          count,
          count - (before.get(list)?.length ?? 0),
        ]);
      }
      for (const list of [...now.keys(), ...before.keys()]) expect(seen.has(list)).toBe(true);
      expect(zones.every(({ blocks }) => blocks.length === maxOrder + 1)).toBe(true);
      const order = zones.map(({ node, zone }) => node * 100 + zone);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });
});

describe('[VIEW-LISTS-2] the blocks of a list', () => {
  it('come in its order, with the first page that may be dirty, part by part', () => {
    const { engine, run, timeline } = opened;
    const dirty = new Set<boolean>();
    for (let record = 0; record <= timeline.length; record += 97) {
      for (const [place, blocks] of observed(record)) {
        const [node = 0, zone = 0, order = 0] = place.split(',').map(Number);
        const list = { run, record, node, zone, order };
        expect(freeList(engine, { ...list, from: 0, count: blocks.length })).toMatchObject({
          length: blocks.length,
          blocks,
        });
        const from = Math.floor(blocks.length / 2);
        const part = freeList(engine, { ...list, from, count: 3 });
        expect(part.blocks).toEqual(blocks.slice(part.from, part.from + 3));
        for (const [, firstDirty] of blocks) dirty.add(firstDirty !== null);
      }
    }
    expect(dirty.size).toBe(2);
  });

  it('a list that is shorter than what is asked for is shown at its end, an empty one as nothing', () => {
    const { engine, run, timeline } = opened;
    const [place, blocks = []] = [...observed(timeline.length)].find(([, all]) => all.length > 3) ?? ['0,0,0'];
    const [node = 0, zone = 0, order = 0] = place.split(',').map(Number);
    const list = { run, record: timeline.length, node, zone, order };
    expect(freeList(engine, { ...list, from: 9999, count: 2 }).blocks).toEqual(blocks.slice(-2));
    expect(freeList(engine, { ...list, zone: 40, from: 0, count: 2 })).toMatchObject({ length: 0, blocks: [] });
  });
});
