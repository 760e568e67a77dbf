import { describe, expect, it } from 'vitest';
import { changeOf, textOf, withOrder, withRecords } from './what-if-edits.ts';

describe('what if', () => {
  it('[VIEW-WHATIF-3] records are left out and put back, and the rest of the change stays', () => {
    const change = changeOf('mode=separate-xenheap without=12,40-42 order:50=3');
    const more = withRecords(change, 100, [13, 50], true);
    expect(textOf(more)).toBe('mode=separate-xenheap without=12-13,40-42,50');
    expect(textOf(withRecords(more, 100, [41], false))).toBe('mode=separate-xenheap without=12-13,40,42,50');
    expect(textOf(withRecords(changeOf('without=7'), 100, [7], false))).toBe('');
  });

  it('[VIEW-WHATIF-4] a record is left out or asks for another order, not both', () => {
    const change = changeOf('without=12,40');
    const other = withOrder(change, 100, 40, 2);
    expect(textOf(other)).toBe('without=12 order:40=2');
    expect(textOf(withOrder(other, 100, 40, 5))).toBe('without=12 order:40=5');
    expect(textOf(withOrder(other, 100, 40, null))).toBe('without=12');
    expect(textOf(withRecords(other, 100, [40], true))).toBe('without=12,40');
  });

  it('[VIEW-WHATIF-5] what is no change counts as none', () => {
    expect(textOf(changeOf('trace:other.jsonl'))).toBe('');
    expect(textOf(changeOf('sideways'))).toBe('');
  });
});
