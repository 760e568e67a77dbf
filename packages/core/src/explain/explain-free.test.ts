import { describe, expect, it } from 'vitest';
import { alloc, freed, freedDirty, offline, offlineBroken } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import type { TestHeap } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import type { HeapCall } from '../call/call.ts';
import { openState } from '../state/heap-reader.ts';
import type { FreeStep, MergeEnd } from '../state/probe.ts';
import { pageInfo } from '../query/page-info.ts';
import { explainCall } from './explain-call.ts';

function freesOf(heap: TestHeap, call: HeapCall): readonly FreeStep[] {
  return explainCall(heap.state, call).frees;
}

describe('[BUDDY-4] a free tells what it merges with, and why no further', () => {
  it('each buddy, the block that comes of it, and the list that it goes on', () => {
    const heap = given(host({ maxOrder: 3 }), freed(17), freedDirty(18, 1), freed(20, 2));
    expect(freesOf(heap, freed(16))).toEqual([
      { step: 'freed', mfn: 16, order: 0, node: 0, zone: 5, dirty: false },
      { step: 'merge', buddy: 17, order: 0, mfn: 16 },
      { step: 'merge', buddy: 18, order: 1, mfn: 16 },
      { step: 'merge', buddy: 20, order: 2, mfn: 16 },
      {
        step: 'merge-end',
        mfn: 16,
        order: 3,
        buddy: null,
        buddyOrder: null,
        buddyOwner: null,
        broken: false,
        why: 'largest-order',
      },
      { step: 'listed', mfn: 16, order: 3, node: 0, zone: 5, firstDirty: 2, end: 'tail' },
    ]);
  });

  it.each<{ why: MergeEnd; heap: TestHeap; call: HeapCall; buddy: Partial<Extract<FreeStep, { step: 'merge-end' }>> }>([
    { why: 'in-use', heap: given(host(), freed(16)), call: freed(18), buddy: { buddy: 19, buddyOwner: null } },
    { why: 'other-order', heap: given(host(), freed(16)), call: freed(18, 1), buddy: { buddy: 16, buddyOrder: 0 } },
    {
      why: 'other-node',
      heap: given(host({ nodes: [[[0, 17]], [[17, 64]]] }), freed(16)),
      call: freed(17),
      buddy: { buddy: 16, buddyOrder: 0 },
    },
    { why: 'no-memory', heap: given(host({ frames: 40 })), call: freed(32, 3), buddy: { buddy: 40, buddyOrder: null } },
    { why: 'offlined', heap: given(host(), freed(17), offline(17)), call: freed(16), buddy: { broken: false } },
    { why: 'offlined', heap: given(host(), freed(17), offlineBroken(17)), call: freed(16), buddy: { broken: true } },
  ])('$why', ({ why, heap, call, buddy }) => {
    expect(freesOf(heap, call)).toContainEqual(expect.objectContaining({ step: 'merge-end', why, ...buddy }));
  });

  it('an allocation frees nothing', () => {
    expect(freesOf(given(host(), freed(16, 2)), alloc(0))).toEqual([]);
  });

  it('the last step is the block that the state behind the call holds, at the end of the list that it names', () => {
    const calls = [freed(16, 1), freed(19), freedDirty(18), freedDirty(24, 2), freed(28, 2), alloc(1), freed(20, 2)];
    let heap = given(host());
    for (const call of calls) {
      const listed = freesOf(heap, call).find((step) => step.step === 'listed');
      heap = heap.when(call);
      if (listed === undefined) continue;
      const { mfn, order, node, zone, end } = listed;
      const reader = openState(heap.state);
      expect(pageInfo(reader, mfn)).toMatchObject({ state: 'free', head: mfn, order });
      expect(end === 'head' ? reader.lists.first(node, zone, order) : reader.lists.last(node, zone, order)).toBe(mfn);
    }
  });
});
