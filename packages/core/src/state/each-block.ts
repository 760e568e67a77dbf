import { kindOf, orderOf } from './block-record.ts';
import type { BlockMeta } from './block-record.ts';
import { KIND_NONE, KIND_SPLIT } from './block-record.ts';
import type { HeapState } from './heap-state.ts';
import { forEachPage } from '../memory/word-directory.ts';
import { PAGE_RECORDS, RECORD_WORDS } from '../memory/word-page.ts';

/** A block that has a record. */
export interface BlockRecord {
  readonly mfn: number;
  readonly order: number;
  readonly meta: BlockMeta;
  /** Word 1: owner + 1, or the zone of a free block. */
  readonly owner: number;
}

/** Every record of the block tables that describes a block, and every `SPLIT` record, table by table, each rising. */
export function eachBlockRecord(
  state: HeapState,
  block: (record: BlockRecord) => void,
  split: (mfn: number, order: number) => void,
): void {
  const { memory } = state.platform;
  const tables = [
    { first: memory.fine, end: memory.end, shift: 0 },
    { first: memory.middle, end: memory.dirty[3], shift: 9 },
    { first: memory.coarse, end: memory.middle, shift: 18 },
  ];
  forEachPage(state.memory, memory.depth, (page, number) => {
    const table = tables.find(({ first, end }) => number * PAGE_RECORDS >= first && number * PAGE_RECORDS < end);
    if (table === undefined) return;
    for (let at = 0; at < PAGE_RECORDS; at++) {
      const meta = page.words[at * RECORD_WORDS] as number;
      const kind = kindOf(meta);
      const mfn = (number * PAGE_RECORDS + at - table.first) * 2 ** table.shift;
      if (kind === KIND_SPLIT) split(mfn, table.shift);
      else if (kind !== KIND_NONE) {
        const owner = (page.words[at * RECORD_WORDS + 1] as number) & 0xffff;
        block({ mfn, order: orderOf(meta), meta, owner });
      }
    }
  });
}
