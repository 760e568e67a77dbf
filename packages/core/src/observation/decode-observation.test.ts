import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OBSERVATION_JSON } from '../../test/arbitrary/record-json.ts';
import { OBSERVATION_TYPES, decodeObservation, isObservationType } from './decode-observation.ts';

describe('an observation', () => {
  test('has one of six names', () => {
    expect(OBSERVATION_TYPES).toEqual(Object.keys(OBSERVATION_JSON));
    expect(isObservationType('alloc_domheap_pages')).toBe(false);
  });

  test.each(OBSERVATION_TYPES)('%s is the same in memory as in the trace', (type) => {
    fc.assert(
      fc.property(OBSERVATION_JSON[type] ?? fc.constant({}), (json) => {
        expect(decodeObservation(type, json)).toEqual({ ok: true, value: json });
      }),
      { seed: 20_262, numRuns: 200 },
    );
  });

  test('of a heap may hold any part, and none', () => {
    expect(decodeObservation('observe_heap', { type: 'observe_heap' })).toMatchObject({ ok: true });
    const lists = [[0, 1, [[524_260, null]]]];
    const json = { type: 'observe_heap', nodes: [{ node: 0, lists }] };
    expect(decodeObservation('observe_heap', json)).toEqual({ ok: true, value: json });
  });

  test.each([
    [{ digest: '67C88D1DE9FFDAD8' }, 'digest'],
    [{ freePages: -1 }, 'freePages'],
    [{ virq: { threshold: 1, high: 'never', original: 1, order: 0 } }, 'virq.high'],
    [{ nodes: [{ node: 0, lists: [[0, 1, [[5]]]] }] }, 'nodes[0].lists[0]'],
    [{ nodes: [{ node: 0, zones: [[1]] }] }, 'nodes[0].zones[0]'],
    [{ nodes: [{ freePages: 0 }] }, 'nodes[0].node'],
    [{ domains: [{ domain: 1, totalpages: 2 }] }, 'domains[0].totalpages'],
    [{ offlined: [1, null] }, 'offlined[1]'],
    [{ freepages: 1 }, 'freepages'],
    [{ result: 1 }, 'result'],
  ])('of a heap with %j is refused with the field', (wrong, field) => {
    expect(decodeObservation('observe_heap', { type: 'observe_heap', ...wrong })).toMatchObject({
      ok: false,
      problem: { field },
    });
  });
});
