import { describe, expect, it } from 'vitest';
import { alloc, allocDom, allocXen, claim, domain, freed, kill, populate, xenheapMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import type { TestHeap } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import type { HeapCall } from '../call/call.ts';
import { openState } from '../state/heap-reader.ts';
import { allocationRequest, failureReason } from './failure-reason.ts';
import type { FailureReason } from './failure-reason.ts';

/** Makes the call, which must fail, and asks why. */
function why(heap: TestHeap, call: HeapCall): FailureReason {
  expect(heap.when(call).results).toEqual([null]);
  const reader = openState(heap.state);
  const request = allocationRequest(reader, call);
  if (request === undefined) throw new Error('not an allocation');
  return failureReason(reader, request);
}

const numa = host({ nodes: [[[0, 32]], [[32, 64]]] });

describe('why an allocation failed', () => {
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
    expect(why(heap, call)).toBe(reason);
  });

  it('a call that allocates nothing asks for nothing', () => {
    expect(allocationRequest(openState(host()), kill(1))).toBeUndefined();
  });
});
