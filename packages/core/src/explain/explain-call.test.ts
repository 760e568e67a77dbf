import { describe, expect, it } from 'vitest';
import { alloc, allocDom, allocXen, claim, domain, freed, kill, populate, xenheapMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import type { TestHeap } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import type { HeapCall } from '../call/call.ts';
import { stateDigest, stateDigestFromScratch } from '../state/scratch-digest.ts';
import { explainCall } from './explain-call.ts';
import type { FailureReason } from './failure-reason.ts';

/** Makes the call, which must fail, and asks why: in the state before it, and in the one behind it. */
function why(heap: TestHeap, call: HeapCall): (FailureReason | undefined)[] {
  const before = explainCall(heap.state, call);
  expect(heap.when(call).results).toEqual([null]);
  expect(before.outcome.result).toBeNull();
  return [before, explainCall(heap.state, call)].map(({ failure }) => failure?.reason);
}

const numa = host({ nodes: [[[0, 32]], [[32, 64]]] });

describe('why an allocation failed, from the steps of its own search', () => {
  it.each<{ reason: FailureReason; rule: string; heap: TestHeap; call: HeapCall }>([
    { reason: 'order-too-large', rule: 'BUDDY-5', heap: given(host({ maxOrder: 2 }), freed(16, 2)), call: alloc(3) },
    {
      reason: 'claimed',
      rule: 'BUDDY-5',
      heap: given(host(), freed(16, 1), domain(1), claim(1, 2)),
      call: allocDom(0),
    },
    {
      reason: 'claimed',
      rule: 'DOM-2',
      heap: given(host(), freed(16, 1), domain(1), claim(1, 2)),
      call: allocDom(0, { domain: 1, flags: ['no_owner'] }),
    },
    {
      reason: 'exact-node',
      rule: 'NUMA-3',
      heap: given(numa, freed(16), freed(32, 1)),
      call: allocDom(1, { node: 0, flags: ['exact_node'] }),
    },
    {
      reason: 'dma-refused',
      rule: 'DOM-4',
      heap: given(host({ dmaBits: 17 }), freed(16)),
      call: allocDom(0, { flags: ['no_dma'] }),
    },
    {
      reason: 'dma-refused',
      rule: 'VER-5',
      heap: given(host({ xen: '4.6' }), freed(16)),
      call: allocDom(0, { flags: ['no_dma'] }),
    },
    { reason: 'fragmented', rule: 'BUDDY-6', heap: given(host(), freed(16), freed(18)), call: allocDom(1) },
    { reason: 'zone-limit', rule: 'DOM-1', heap: given(host(), freed(32)), call: allocDom(0, { bits: 17 }) },
    {
      reason: 'zone-limit',
      rule: 'XEN-3',
      heap: given(host({ mode: 'direct-map-partial' }), xenheapMax(31), freed(32)),
      call: allocXen(0),
    },
    { reason: 'zone-limit', rule: 'XEN-1', heap: given(host({ xenHeap: [16, 32] }), freed(32)), call: allocXen(0) },
    { reason: 'exhausted', rule: 'BUDDY-6', heap: given(host(), freed(16)), call: allocDom(1) },
    {
      reason: 'domain-dying',
      rule: 'DOM-6',
      heap: given(host(), freed(16), domain(1), kill(1)),
      call: populate(1, 0),
    },
    {
      reason: 'over-allocation',
      rule: 'DOM-6',
      heap: given(host(), freed(16), domain(1, { maxPages: 0 })),
      call: allocDom(0, { domain: 1 }),
    },
  ])('[$rule] $call.type: $reason', ({ reason, heap, call }) => {
    expect(why(heap, call)).toEqual([reason, reason]);
  });

  it('a call that allocates nothing takes no steps, and cannot fail to', () => {
    const { steps, failure } = explainCall(given(host(), domain(1)).state, kill(1));
    expect([steps, failure]).toEqual([[], null]);
  });

  it('[STATE-2] explaining a call changes no state', () => {
    const heap = given(host(), freed(16, 2));
    const before = stateDigest(heap.state);
    expect(explainCall(heap.state, alloc(0)).outcome.result).toBe(19);
    expect(stateDigestFromScratch(heap.state)).toBe(before);
  });
});
