import type { BlockMeta } from './block-record.ts';
import type { BlockTable } from './block-table.ts';
import { NIL } from './block-table.ts';

/** Both ends of a list of blocks: MFNs of heads, or {@link NIL} for the empty list. */
export interface ListEnds {
  first: number;
  last: number;
}

/** A list's ends, to be written. */
export function copyEnds(list: Readonly<ListEnds>): ListEnds {
  return { first: list.first, last: list.last };
}

/** Writes a block's record and puts it at the tail. `owner`: owner + 1. */
export function writeAppended(
  list: ListEnds,
  blocks: BlockTable,
  mfn: number,
  order: number,
  meta: BlockMeta,
  owner: number,
): void {
  blocks.writeLinked(mfn, order, meta, owner, list.last, NIL);
  if (list.last === NIL) list.first = mfn;
  else blocks.setNext(list.last, blocks.orderAt(list.last), mfn);
  list.last = mfn;
}

/** Takes a block out, wherever it stands. */
export function removeBlock(list: ListEnds, blocks: BlockTable, mfn: number, order: number): void {
  const before = blocks.previous(mfn, order);
  const after = blocks.next(mfn, order);
  if (before === NIL) list.first = after;
  else blocks.setNext(before, blocks.orderAt(before), after);
  if (after === NIL) list.last = before;
  else blocks.setPrevious(after, blocks.orderAt(after), before);
}

/** A block of a list became the run of blocks from `mfn` to `last`, linked among themselves by the caller. */
export function relinkEnds(
  list: ListEnds,
  blocks: BlockTable,
  before: number,
  after: number,
  first: number,
  last: number,
): void {
  if (before === NIL) list.first = first;
  else blocks.setNext(before, blocks.orderAt(before), first);
  if (after === NIL) list.last = last;
  else blocks.setPrevious(after, blocks.orderAt(after), last);
}
