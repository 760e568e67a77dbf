import { describe, expect, it } from 'vitest';
import {
  active,
  alloc,
  allocDom,
  assign,
  claim,
  domain,
  domheap,
  freeDom,
  freed,
  freedDirty,
  heapInitLate,
  kill,
  offline,
  relinquish,
  setAffinity,
  setMax,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { openState } from '../state/heap-reader.ts';
import { stateDigest, stateDigestFromScratch } from '../state/scratch-digest.ts';
import { Transaction } from '../state/transaction.ts';
import { pageInfo } from '../query/page-info.ts';
import { HeapBatch, reduce } from './apply.ts';
import { InputError } from './input-error.ts';
import { reduceCall } from './reduce.ts';

const start = given(host(), freed(16, 4), domain(1), domain(2)).state;

describe('[STATE-2] reduce is pure', () => {
  it('[STATE-2] the same state and call give the same new state, the old one stays', () => {
    const before = stateDigestFromScratch(start);
    const [one, two] = [reduce(start, alloc(1)), reduce(start, alloc(1))];
    expect(one.outcome).toEqual({ result: 30, virqs: 0, bug: null });
    expect(two.outcome).toEqual(one.outcome);
    expect(stateDigest(two.state)).toBe(stateDigest(one.state));
    expect(stateDigestFromScratch(start)).toBe(before);
  });

  it('[STATE-2] a batch gives the results and digests of single steps', () => {
    const batch = new HeapBatch(start);
    let { state } = given(start);
    for (const call of [alloc(1), claim(1, 5), allocDom(0, { domain: 1 }), freed(30, 1), kill(2)]) {
      const single = reduce(state, call);
      ({ state } = single);
      expect(batch.apply(call)).toEqual(single.outcome);
      expect(batch.digest()).toBe(stateDigest(state));
    }
    expect(stateDigest(batch.commit())).toBe(stateDigest(state));
  });

  it('[STATE-2] a batch that was committed takes no more calls', () => {
    const batch = new HeapBatch(start);
    batch.commit();
    expect(() => batch.apply(alloc(0))).toThrow('a batch was used after its commit');
    expect(() => batch.commit()).toThrow('a batch was committed twice');
  });
});

describe('[STATE-3] a published state', () => {
  it('[STATE-3] shares with its successor what did not change', () => {
    const { state } = reduce(start, setMax(1, 7));
    expect(state.memory).toBe(start.memory);
    expect(state.nodes).toBe(start.nodes);
    expect(state.domains).not.toBe(start.domains);
    expect(state.domains[0]?.[2]).toBe(start.domains[0]?.[2]);
  });

  it('[STATE-3] does not change when a later call writes the same words', () => {
    const kept = stateDigest(start);
    given(start, alloc(0), alloc(0), freed(31), offline(30), claim(1, 3), relinquish(1));
    expect(stateDigestFromScratch(start)).toBe(kept);
    expect(pageInfo(openState(start), 31).state).toBe('free');
  });

  it('[STATE-3] a call that changes nothing gives a state of the same digest, which counts the call', () => {
    const { state } = reduce(start, alloc(9));
    expect(stateDigest(state)).toBe(stateDigest(start));
    expect(state.totals.calls).toBe(start.totals.calls + 1);
  });
});

describe('[STATE-4] outcomes', () => {
  it('[STATE-4] hold the result and how often the interrupt was raised', () => {
    given(host({ lowMemVirq: 4 * 4096 }), freed(16, 3), heapInitLate)
      .when(alloc(2))
      .expect({ result: 20, virqs: [1] });
  });

  it('[STATE-4] a call that stops Xen gives the kind, the rule and words, and the state is the one before', () => {
    const { state, outcome } = reduce(start, freed(20));
    expect(outcome).toEqual({
      result: undefined,
      virqs: 0,
      bug: { kind: 'BUG', rule: 'BUDDY-4', message: 'page 0x14 is freed, but it is free already' },
    });
    expect(state).toBe(start);
  });

  it('[STATE-4] what such a call had written before it stopped is undone', () => {
    // Node 0 takes [8, 16) before node 1 finds no room for its list heads.
    const numa = given(host({ nodes: [[[0, 16]], [[16, 64]]], nodeHeapPages: 9 }));
    numa.when(domheap(8, 20)).expect({ bug: 'BUG BUDDY-13', lists: {}, free: 0, frames: { 8: { state: 'outside' } } });
    expect(stateDigest(numa.when(domheap(8, 20)).state)).toBe(stateDigest(numa.state));
  });

  it('[STATE-4] in a batch the calls before it stand, and those behind it go on', () => {
    const batch = new HeapBatch(start);
    expect(batch.apply(alloc(1)).result).toBe(30);
    expect(batch.apply(freed(20)).bug?.rule).toBe('BUDDY-4');
    expect(batch.apply(alloc(1)).result).toBe(28);
    expect(stateDigest(batch.commit())).toBe(stateDigest(given(start, alloc(1), alloc(1)).state));
  });
});

describe('[STATE-5] calls that make no sense', () => {
  it.each([
    { call: allocDom(0, { domain: 7 }), field: 'domain', found: 'd7' },
    { call: alloc(0, { domain: 7 }), field: 'domain', found: 'd7' },
    { call: kill(7), field: 'domain', found: 'd7' },
    { call: domain(1), field: 'domain', found: 'd1' },
    { call: freed(60, 3), field: 'mfn', found: 'frames 0x3c to 0x43' },
    { call: freeDom(0, 19), field: 'order', found: '19' },
    { call: assign(1, 64), field: 'mfn', found: 'frames 0x40 to 0x40' },
    { call: domheap(60, 65), field: 'end', found: 'frames 0x3c to 0x40' },
  ])('[STATE-5] $call.type is refused for its $field', ({ call, field, found }) => {
    const batch = new HeapBatch(start);
    let problem;
    try {
      batch.apply(call);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      ({ problem } = error);
    }
    expect(problem).toMatchObject({ field, found });
    expect(problem?.expected).toMatch(/\w/);
    expect(batch.commit()).toBe(start);
  });

  it('[STATE-5] the last frame of the frame table makes sense', () => {
    given(start)
      .when(freed(60, 2))
      .expect({ lists: { 'z5 o4': '16', 'z6 o2': '60' } });
  });

  it('[STATE-5] a dead domain without pages may come back, one with pages may not', () => {
    given(start, kill(1), domain(1)).expect({ domains: { 1: { dying: false } } });
    const dying = given(start, allocDom(0, { domain: 1 }), kill(1));
    expect(() => dying.when(domain(1))).toThrow(InputError);
    dying.when(relinquish(1), domain(1)).expect({ domains: { 1: { dying: false, totalPages: 0 } } });
  });
});

describe('[STATE-6] the incremental digest', () => {
  it('[STATE-6] does not depend on the way to a state, nor on the number of calls', () => {
    const roundTrip = given(start, alloc(3), alloc(0), freed(23), freed(24, 3)).state;
    expect(stateDigest(roundTrip)).toBe(stateDigest(start));
    expect(roundTrip.totals.calls).toBe(start.totals.calls + 4);
    const [one, two] = [given(start, claim(1, 2), claim(2, 3)), given(start, claim(2, 3), claim(1, 2))];
    expect(stateDigest(one.state)).toBe(stateDigest(two.state));
  });

  it('[STATE-6] is the XOR of what stands in the state: the same from scratch', () => {
    const { state } = given(start, allocDom(2, { domain: 1 }), freedDirty(40, 2), offline(41), kill(2));
    expect(stateDigest(state)).toBe(stateDigestFromScratch(state));
    expect(stateDigest(state)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('[STATE-6] whatever differs between states shows in it', () => {
    const states = [
      start,
      ...[
        alloc(0),
        freed(40),
        freedDirty(40),
        setMax(1, 3),
        setAffinity(1, 0),
        kill(1),
        domain(3),
        claim(1, 2),
        claim(2, 2),
        active,
        heapInitLate,
        offline(20),
        offline(40),
        assign(1, 40),
        assign(1, 40, 0, ['no_refcount']),
      ].map((call) => given(start, call).state),
    ];
    expect(new Set(states.map(stateDigest)).size).toBe(states.length);
  });

  it('[STATE-6] lists in another order are another state', () => {
    const [one, two] = [given(start, freed(40), freed(42)), given(start, freed(42), freed(40))];
    expect(stateDigest(one.state)).not.toBe(stateDigest(two.state));
  });
});

describe('[STATE-7] what a call costs', () => {
  /** Pages of records that one call copies, after others that have prepared the heap. */
  function copied(order: number): number[] {
    const frames = 2 ** 30;
    const { state } = given(
      host({ frames, paddrBits: 44 }),
      domain(1, { maxPages: 2 ** 30 }),
      freedDirty(2 ** 29, order),
    );
    const costs: number[] = [];
    let at = state;
    for (const call of [
      allocDom(order, { domain: 1, flags: ['no_scrub'] }),
      freeDom(2 ** 29, order),
      allocDom(order, { domain: 1 }),
      kill(1),
      relinquish(1),
    ]) {
      const tx = new Transaction(at);
      reduceCall(tx, call);
      costs.push(tx.copiedPages);
      at = tx.commit();
    }
    return costs;
  }

  it('[STATE-7] [REL-2] does not grow with the block: 2^18 pages cost no more than a few records', () => {
    for (const cost of copied(18)) expect(cost).toBeLessThanOrEqual(8);
    const [large, small] = [copied(18), copied(0)];
    large.forEach((cost, at) => expect(cost).toBeLessThanOrEqual((small[at] ?? 0) + 2));
  });

  it('[STATE-7] nor with the host: a split of the largest block touches a record for each order', () => {
    const { state } = given(host({ frames: 2 ** 38, paddrBits: 52 }), freed(2 ** 37, 18));
    const tx = new Transaction(state);
    expect(reduceCall(tx, alloc(0, { zones: [1, 40] }))).toBe(2 ** 37 + 2 ** 18 - 1);
    expect(tx.copiedPages).toBeLessThan(50);
  });
});

describe('[STATE-8] power-on', () => {
  it('[STATE-8] frames are in use, without owner', () => {
    given(host()).expect({
      free: 0,
      lists: {},
      frames: { 0: { state: 'outside', owner: null }, 63: { state: 'outside', owner: null } },
    });
  });

  it('[STATE-8] until somebody gives them to the heap', () => {
    given(host())
      .when(domheap(16, 17), freed(40))
      .expect({ frames: { 16: { state: 'free' }, 17: { state: 'outside' }, 40: { state: 'free' } } });
  });
});
