import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besideInA, lastUpTo, recordInA } from './difference-places.ts';

describe('places in two runs', () => {
  it('[VIEW-COMPARE-3] a record of B stands beside the first of A that has come so far, as looking at all says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1 }), fc.nat(45), (some, inB) => {
        const pairs = Uint32Array.from([0, ...some].toSorted((a, b) => a - b));
        const all = [...pairs];
        const exact = all.indexOf(inB);
        const expected = exact === -1 ? all.findLastIndex((value) => value <= inB) : exact;
        expect(besideInA({ pairs }, inB)).toBe(expected);
        expect(lastUpTo(all.length, (at) => all[at] ?? 0, inB)).toBe(all.findLastIndex((value) => value <= inB));
        const row = { a: Uint32Array.of(7, 0), b: Uint32Array.of(3, inB), pairs };
        expect([recordInA(row, 0), recordInA(row, 1)]).toEqual([7, expected]);
      }),
      { seed: 7 },
    );
    expect(besideInA({ pairs: null }, 12)).toBe(12);
  });
});
