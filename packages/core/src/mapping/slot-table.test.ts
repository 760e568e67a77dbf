import { describe, expect, it } from 'vitest';
import { scratchMemory } from '../../test/mapping/scratch-memory.ts';
import { XenStop } from '../reducer/xen-stop.ts';
import { SLOTS, SLOT_PAGES, SLOT_TABLE_RECORDS, SlotTable } from './slot-table.ts';

function table(): SlotTable {
  return new SlotTable(scratchMemory(SLOT_TABLE_RECORDS + 1), 1, 0);
}

/** A frame of a block. */
const frame = (block: number, page = 0): number => block * SLOT_PAGES + page;

describe("a CPU's slots", () => {
  it('[ARM32MAP-1] a search begins at the block’s own slot and wraps', () => {
    const slots = table();
    expect([slots.map(frame(5, 7)), slots.map(frame(SLOTS + 1023)), slots.map(frame(1023))]).toEqual([5, 1023, 0]);
  });

  it('[ARM32MAP-2] what comes first is taken, though the block is shown further on', () => {
    const slots = table();
    expect([slots.map(frame(3)), slots.map(frame(SLOTS + 3)), slots.unmap(3)]).toEqual([3, 4, true]);
    expect([slots.map(frame(SLOTS + 3)), slots.block(3), slots.block(4)]).toEqual([3, SLOTS + 3, SLOTS + 3]);
  });

  it('[ARM32MAP-3] a slot without mappings keeps its block', () => {
    const slots = table();
    slots.map(frame(3));
    slots.unmap(3);
    expect([slots.block(3), slots.references(3), slots.map(frame(3, 9)), slots.references(3)]).toEqual([3, 0, 3, 1]);
  });

  it('[ARM32MAP-4] the 16th mapping goes to another slot', () => {
    const slots = table();
    const taken = Array.from({ length: 17 }, (_, page) => slots.map(frame(8, page)));
    expect(taken).toEqual([...new Array<number>(15).fill(8), 9, 9]);
  });

  it('[ARM32MAP-6] every slot refuses', () => {
    const slots = table();
    for (let block = 0; block < SLOTS; block++) slots.map(frame(block));
    expect(() => slots.map(frame(SLOTS))).toThrow(XenStop);
    expect(slots.map(frame(17))).toBe(17);
  });

  it('[ARM32MAP-7] it warns behind 32 slots passed over, then behind 64', () => {
    const slots = table();
    for (let block = 0; block < 40; block++) slots.map(frame(block));
    const warned = [0, 0, 10].map((block) => {
      slots.map(frame(SLOTS + block));
      return slots.warnedAfter;
    });
    expect(warned).toEqual([40, 0, 0]);
    for (let block = 100; block < 170; block++) slots.map(frame(block));
    expect([slots.map(frame(SLOTS + 100)), slots.warnedAfter]).toEqual([170, 70]);
  });

  it('[ARM32MAP-8] to unmap lowers the count, and says when there is none', () => {
    const slots = table();
    slots.map(frame(3));
    slots.map(frame(3));
    expect([slots.unmap(3), slots.unmap(3), slots.unmap(3)]).toEqual([true, true, false]);
  });
});
