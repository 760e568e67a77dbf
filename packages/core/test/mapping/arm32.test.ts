import { describe, expect, it } from 'vitest';
import { SLOTS, SLOT_PAGES, SLOT_TABLE_RECORDS, SlotTable } from '../../src/mapping/slot-table.ts';
import { XenStop } from '../../src/reducer/xen-stop.ts';
import { goldenSequences } from './golden.ts';
import type { GoldenSequence } from './golden.ts';
import { scratchMemory } from './scratch-memory.ts';

const { header, sequences } = goldenSequences('arm32-domain-page');

/** The operations of a sequence, with the model's answers. */
function answers({ ops }: GoldenSequence): unknown[] {
  const start = Number(header['virt_start']);
  const table = new SlotTable(scratchMemory(SLOT_TABLE_RECORDS + 1), 1, 0);
  const pageAt = (va: string): number => Math.floor((Number.parseInt(va, 16) - start) / 4096);
  const map = (mfn: string): unknown[] => {
    const frame = Number.parseInt(mfn, 16);
    try {
      const slot = table.map(frame);
      const va = start + (slot * SLOT_PAGES + (frame % SLOT_PAGES)) * 4096;
      return ['m', mfn, va.toString(16), ...(table.warnedAfter > 0 ? [table.warnedAfter] : [])];
    } catch (error) {
      if (error instanceof XenStop) return ['m', mfn, error.bug.kind];
      throw error;
    }
  };
  return ops.map(([name, at]) => {
    if (name === 'end') {
      const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => table.block(slot) >= 0);
      const seen = slots.map((slot) => [slot, (table.block(slot) * SLOT_PAGES).toString(16), table.references(slot)]);
      return ['end', seen];
    }
    const text = at as string;
    if (name === 'm') return map(text);
    const page = pageAt(text);
    const slot = Math.floor(page / SLOT_PAGES);
    if (name === 't') return ['t', text, (table.block(slot) * SLOT_PAGES + (page % SLOT_PAGES)).toString(16)];
    if (Number.parseInt(text, 16) === 0) return ['u', text];
    return table.unmap(slot) ? ['u', text] : ['u', text, 'ASSERT'];
  });
}

describe("arm32's domain page slots answer as the real ones did", () => {
  it('the file is whole, and its table is the one of the model', () => {
    expect(sequences).toHaveLength(header.sequences);
    expect(header).toMatchObject({ slots: SLOTS, slot_size: '0x200000', refcount_max: 15 });
  });

  it.each(sequences)('$seq', (sequence) => {
    expect(answers(sequence)).toEqual(sequence.ops);
  });
});
