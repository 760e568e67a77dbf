import { describe, expect, it } from 'vitest';
import { alloc, freed, freedDirty, offline } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import { blocksBefore, freeListPlace } from './free-list-place.ts';
import { observeHeap } from './observe-heap.ts';

const calls = [freed(8, 2), freed(16, 3), freedDirty(24, 1), freed(28), freed(40, 3), freed(48), freed(50), alloc(1)];
const heap = openState(given(host({ nodes: [[[0, 32]], [[32, 64]]] })).when(...calls).state);

function placeOf(reader: HeapReader, head: number): number {
  const walk = blocksBefore(reader, head);
  for (;;) {
    const { done, value } = walk.next();
    if (done === true) return value;
  }
}

/** Holds what is said of every frame against a look at all lists; returns the lengths of those. */
function compare(reader: HeapReader, frames: number): number[] {
  const told = new Map<number, object>();
  const lengths: number[] = [];
  for (const { node, lists = [] } of observeHeap(reader).nodes) {
    for (const [zone, order, blocks] of lists) {
      lengths.push(blocks.length);
      blocks.forEach(([head], at) => {
        const [before, after] = [blocks[at - 1]?.[0] ?? null, blocks[at + 1]?.[0] ?? null];
        const place = { node, zone, order, head, length: blocks.length, before, after };
        for (let mfn = head; mfn < head + 2 ** order; mfn++) told.set(mfn, place);
        expect(placeOf(reader, head), `block ${head}`).toBe(at);
      });
    }
  }
  for (let mfn = 0; mfn < frames; mfn++)
    expect(freeListPlace(reader, mfn), `frame ${mfn}`).toEqual(told.get(mfn) ?? null);
  return lengths;
}

describe('[BUDDY-1] the place of a free block on its list', () => {
  it('is the one that a walk over every list finds, for every frame of every block', () => {
    expect(Math.max(...compare(heap, 64))).toBeGreaterThan(1);
  });

  it('[VER-2] of a block out of alignment as well', () => {
    const old = host({ xen: '4.17' });
    expect(compare(openState(given(old).when(freed(16, 4), offline(16)).state), 64).length).toBeGreaterThan(1);
  });

  it('pauses on a long list, which it counts from the nearer end', () => {
    const frames = 32_768;
    const long = openState(
      given(host({ frames })).when(...Array.from({ length: frames / 4 }, (_, at) => freed(frames / 2 + at * 2))).state,
    );
    const [head] =
      observeHeap(long)
        .nodes[0]?.lists?.[0]?.[2].map(([mfn]) => mfn)
        .slice(4096) ?? [];
    const passed = [...blocksBefore(long, head ?? NaN)];
    expect(passed.length).toBeGreaterThan(0);
    expect(placeOf(long, head ?? NaN)).toBe(4096);
  });

  it('there is none where no free block begins', () => {
    expect(() => placeOf(heap, 0)).toThrow('no free block begins at frame 0');
    expect(() => placeOf(heap, 17)).toThrow(RangeError);
  });
});
