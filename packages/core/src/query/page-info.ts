import {
  FLAG_BROKEN,
  FLAG_EXTRA,
  FLAG_OFFLINING,
  FLAG_XEN_HEAP,
  KIND_FREE_PART,
  KIND_IN_USE,
  KIND_OFFLINED,
  flagsOf,
  freeOrderOf,
  isFree,
  kindOf,
  orderOf,
  ownerOf,
} from '../state/block-record.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { DomainId } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';

/** What a frame is: `outside` is in use since power-on and was never given to the heap. */
export type PageState = 'outside' | 'in-use' | 'offlining' | 'free' | 'offlined';

/** A frame and the block that it lies in. */
export interface PageInfo {
  readonly mfn: Mfn;
  readonly state: PageState;
  /** Null: nobody, as every free page. */
  readonly owner: DomainId | null;
  /** The block's first frame and order: the free block's, or what is left of the allocation. */
  readonly head: Mfn;
  readonly order: number;
  /** Allocated from the xen heap: by its mark, or by its place with a separate xen heap. */
  readonly xenHeap: boolean;
  readonly extra: boolean;
  readonly broken: boolean;
  /** Carries a dirty mark. */
  readonly dirty: boolean;
}

/** What a frame is now. The frame must be one of the machine's. */
export function pageInfo(heap: HeapReader, mfn: number): PageInfo {
  const { blocks, platform } = heap;
  const meta = blocks.find(mfn);
  const found = blocks.head;
  const flags = isFree(meta) ? 0 : flagsOf(meta);
  const head = kindOf(meta) === KIND_FREE_PART ? blocks.previous(found, orderOf(meta)) : found;
  const order = isFree(meta) ? freeOrderOf(blocks.find(head)) : orderOf(meta);
  return {
    mfn: mfn as Mfn,
    state: pageStateOf(meta),
    owner: isFree(meta) ? null : ownerOf(blocks.word1(found, orderOf(meta))),
    head: head as Mfn,
    order,
    xenHeap: (flags & FLAG_XEN_HEAP) !== 0 || (platform.separateXenHeap && platform.inXenHeapRange(mfn)),
    extra: (flags & FLAG_EXTRA) !== 0,
    broken: (flags & FLAG_BROKEN) !== 0,
    dirty: heap.dirty.has(mfn),
  };
}

/** What the frames of a block are, by word 0 of its record. */
export function pageStateOf(meta: number): PageState {
  if (isFree(meta)) return 'free';
  const kind = kindOf(meta);
  if (kind === KIND_OFFLINED) return 'offlined';
  if ((flagsOf(meta) & FLAG_OFFLINING) !== 0) return 'offlining';
  return kind === KIND_IN_USE ? 'in-use' : 'outside';
}
