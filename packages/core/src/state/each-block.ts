import { kindOf, orderOf } from './block-record.ts';
import type { BlockMeta } from './block-record.ts';
import { KIND_NONE, KIND_SPLIT } from './block-record.ts';
import type { HeapState } from './heap-state.ts';
import { PAGE_RECORDS } from '../memory/word-page.ts';
import { directoryDepth, forEachPage } from '../memory/word-table.ts';
import { tableRecords } from './tables.ts';

/** A block that has a record. */
export interface BlockRecord {
  readonly mfn: number;
  readonly order: number;
  readonly meta: BlockMeta;
  /** Word 1: owner + 1, or the zone of a free block. */
  readonly owner: number;
}

/** Every record of the block tables that describes a block, and every `SPLIT` record, table by table, rising. */
export function eachBlockRecord(
  state: HeapState,
  block: (record: BlockRecord) => void,
  split: (mfn: number, order: number) => void,
): void {
  const tables = [
    ['fine', 0],
    ['middle', 9],
    ['coarse', 18],
  ] as const;
  for (const [name, shift] of tables) {
    const depth = directoryDepth(tableRecords(name, state.platform));
    forEachPage(state.tables[name], depth, (page, number) => {
      for (let at = 0; at < PAGE_RECORDS; at++) {
        const meta = page.words[at * 4] as number;
        const kind = kindOf(meta);
        const mfn = (number * PAGE_RECORDS + at) * 2 ** shift;
        if (kind === KIND_SPLIT) split(mfn, shift);
        else if (kind !== KIND_NONE) {
          block({ mfn, order: orderOf(meta), meta, owner: (page.words[at * 4 + 1] as number) & 0xffff });
        }
      }
    });
  }
}
