import { NIL } from './frame-table.ts';
import type { FrameTable } from './frame-table.ts';

/** Both ends of a page list. */
export interface FlatPageList {
  first: number;
  last: number;
}

/** A domain's account. */
export interface FlatDomain {
  readonly id: number;
  readonly nodeAffinity: readonly number[] | null;
  readonly addressBits: number | null;
  readonly maxPages: number;
  totalPages: number;
  extraPages: number;
  lastNode: number;
  dying: boolean;
  readonly pages: FlatPageList;
  readonly extra: FlatPageList;
}

/** Puts a page at the tail. */
export function appendPage(list: FlatPageList, frames: FrameTable, mfn: number): void {
  frames.previous[mfn] = list.last;
  frames.next[mfn] = NIL;
  if (list.last === NIL) list.first = mfn;
  else frames.next[list.last] = mfn;
  list.last = mfn;
}

/** Takes a page out, wherever it stands. */
export function removePage(list: FlatPageList, frames: FrameTable, mfn: number): void {
  const before = frames.previous[mfn] as number;
  const after = frames.next[mfn] as number;
  if (before === NIL) list.first = after;
  else frames.next[before] = after;
  if (after === NIL) list.last = before;
  else frames.previous[after] = before;
}
