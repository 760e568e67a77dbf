import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOtherSide, namedRecords, parseOtherSide, recordRanges } from './run-change.ts';

describe('changes as they stand in the address', () => {
  it('[VIEW-WHATIF-1] records become ranges, and ranges the same records', () => {
    expect(recordRanges([12, 40, 42, 41, 12])).toBe('12,40-42');
    expect(recordRanges([])).toBe('');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (some) => {
        expect(namedRecords(recordRanges(some), 60)).toEqual(new Set(some.toSorted((a, b) => a - b)));
      }),
      { seed: 3 },
    );
  });

  it.each(['mode=separate-xenheap xen=4.17 heap.dmaBits=30 without=12,40-60 order:120=0', 'trace:a b.jsonl', ''])(
    '[VIEW-WHATIF-2] "%s" is read and written again',
    (text) => {
      expect(formatOtherSide(parseOtherSide(text))).toBe(text);
    },
  );
});
