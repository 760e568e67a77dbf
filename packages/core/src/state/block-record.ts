import type { DomainId } from '../units/ids.ts';

/**
 * The four words of a block's record.
 *
 * word 0: kind (3 bits), order (5), flags (5), first dirty page + 1 (19; 0: none)
 * word 1: owner + 1 (16 bits; 0: nobody), bits 32–39 of the link before, bits 32–39 of the link after
 * A free block has no owner and no flags. It keeps there the zone of its list, and, should it not be aligned to its size
 * (VER-2), the order of the whole block: its own record then stands for the largest aligned block at its head.
 * word 2: the link before; word 3: the link after. A link is the head's MFN + 1; 0 ends the list.
 */
export type BlockMeta = number;

/** No block begins here: the frame lies inside a block, or the frames are described by a coarser table. */
export const KIND_NONE = 0;
/** In use since power-on: boot memory, the hypervisor, a hole. Never given to the heap. */
export const KIND_OUTSIDE = 1;
/** Allocated from the heap. */
export const KIND_IN_USE = 2;
/** On a free list. */
export const KIND_FREE = 3;
/** Taken offline. */
export const KIND_OFFLINED = 4;
/** Not a block: these frames are described by the next finer table. */
export const KIND_SPLIT = 5;
/** An aligned part of a free block that is not aligned itself (VER-2); its link before is the block's head. */
export const KIND_FREE_PART = 6;

/** What a block is. */
export type BlockKind =
  | typeof KIND_NONE
  | typeof KIND_OUTSIDE
  | typeof KIND_IN_USE
  | typeof KIND_FREE
  | typeof KIND_OFFLINED
  | typeof KIND_SPLIT
  | typeof KIND_FREE_PART;

/** Allocated from the xen heap (`PGC_xen_heap`; XEN-3). */
export const FLAG_XEN_HEAP: number = 1 << 8;
/** Belongs to a domain beyond its ordinary allowance (`PGC_extra`; DOM-5). */
export const FLAG_EXTRA: number = 1 << 9;
/** Will be offlined when it is freed (OFF-1). */
export const FLAG_OFFLINING: number = 1 << 10;
/** The memory is faulty (OFF-1). */
export const FLAG_BROKEN: number = 1 << 11;
/** Stands on its owner's page list: the ordinary one, or that of the extra pages (DOM-9). */
export const FLAG_LISTED: number = 1 << 12;

const ORDER_SHIFT = 3;
const ORDER_MASK = 31;
const FLAGS_MASK = 0x1f00;
const FIRST_DIRTY_SHIFT = 13;

/** A free block holds no dirty page. */
export const CLEAN = -1;

/** Puts word 0 together. `firstDirty` is an index within the block, or {@link CLEAN}. */
export function blockMeta(kind: BlockKind, order: number, flags = 0, firstDirty: number = CLEAN): BlockMeta {
  return (kind | (order << ORDER_SHIFT) | flags | ((firstDirty + 1) << FIRST_DIRTY_SHIFT)) >>> 0;
}

/** What the block is. */
export function kindOf(meta: BlockMeta): BlockKind {
  return (meta & 7) as BlockKind;
}

/** log2 of the block's pages. */
export function orderOf(meta: BlockMeta): number {
  return (meta >>> ORDER_SHIFT) & ORDER_MASK;
}

/** The flags of a block in use. */
export function flagsOf(meta: BlockMeta): number {
  return meta & FLAGS_MASK;
}

/** Index of the first page of a free block that may be dirty, or {@link CLEAN} (BUDDY-2). */
export function firstDirtyOf(meta: BlockMeta): number {
  return (meta >>> FIRST_DIRTY_SHIFT) - 1;
}

/** Is the block in use, allocated or since power-on? */
export function isInUse(meta: BlockMeta): boolean {
  const kind = meta & 7;
  return kind === KIND_IN_USE || kind === KIND_OUTSIDE;
}

/** The order of a free block, aligned or not. */
export function freeOrderOf(meta: BlockMeta): number {
  const whole = (meta & FLAGS_MASK) >>> 8;
  return whole === 0 ? orderOf(meta) : whole;
}

/** Is the frame in a free block? */
export function isFree(meta: BlockMeta): boolean {
  const kind = meta & 7;
  return kind === KIND_FREE || kind === KIND_FREE_PART;
}

/** The block's owner, from word 1, or null for nobody. */
export function ownerOf(word1: number): DomainId | null {
  const owner = word1 & 0xffff;
  return owner === 0 ? null : ((owner - 1) as DomainId);
}
