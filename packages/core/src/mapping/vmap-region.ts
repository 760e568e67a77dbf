import type { WordMemory } from '../memory/word-memory.ts';
import { PAGE_SIZE, alignmentOf } from '../units/mfn.ts';
import { BitRanges, bitRangesRecords } from './bit-ranges.ts';

/** Pages whose bits stand on one page of the bitmap. */
export const BITMAP_PAGE_BITS: number = PAGE_SIZE * 8;

/** There is no room. */
export const NO_PAGE = -1;

const LOW = 0;
const TOP = 1;
const READY = 2;

/** Where a region's bitmap gets its pages from, and who maps pages. Pages are counted from the region's start. */
export interface VmapBacking {
  /** Takes a page for the bitmap; false: there is none. */
  takePage(): boolean;
  /** Gives the page back that was taken last. */
  giveBack(): void;
  /** Maps pages of the region, the bitmap's own among them; false: it failed. */
  map(page: number, pages: number): boolean;
  /** Prepares the page tables of pages that the bitmap will grow into. */
  prepare(page: number, pages: number): void;
}

/** A backing that never runs out. */
export const PLENTIFUL: VmapBacking = {
  takePage: () => true,
  giveBack: () => {},
  map: () => true,
  prepare: () => {},
};

/** Records that a region of this many pages needs: one for its bounds, then the bitmap. */
export function vmapRecords(pages: number): number {
  return 1 + bitRangesRecords(bitsOf(pages));
}

/**
 * A region of the vmap area: which of its pages are taken (VMAP-1 to VMAP-10). It hands out runs of pages by first fit,
 * with a clear page before each. Pages are counted from the region's start.
 */
export class VmapRegion {
  /** Pages in the region. */
  readonly pages: number;
  private readonly memory: WordMemory;
  private readonly header: number;
  private readonly bits: BitRanges;
  private readonly backing: VmapBacking;

  /** `first`: its first record, of {@link vmapRecords}. */
  constructor(memory: WordMemory, first: number, pages: number, backing: VmapBacking) {
    this.memory = memory;
    this.header = first;
    this.bits = new BitRanges(memory, first + 1, bitsOf(pages));
    this.pages = pages;
    this.backing = backing;
  }

  /** Where searches begin: below it nothing is free but guard pages and what alignment skipped. */
  get low(): number {
    return this.memory.get(this.header, LOW);
  }

  /** How far the bitmap reaches. Beyond the region's end in one smaller than a bitmap page can describe (VMAP-2). */
  get top(): number {
    return this.memory.get(this.header, TOP);
  }

  /** Has {@link init} been called? */
  get ready(): boolean {
    return this.memory.get(this.header, READY) !== 0;
  }

  /** Sets the region up (VMAP-1): its first pages are those of the bitmap itself. */
  init(): void {
    const low = Math.ceil(Math.ceil(this.pages / 8) / PAGE_SIZE);
    const bitmapPages = Math.ceil(Math.ceil(low / 8) / PAGE_SIZE);
    for (let page = 0; page < bitmapPages; page++) {
      this.backing.takePage();
      this.backing.map(page, 1);
    }
    this.memory.put(this.header, READY, 1);
    this.memory.put(this.header, LOW, low);
    // Not cut off at the region's end: VMAP-2.
    this.memory.put(this.header, TOP, bitmapPages * BITMAP_PAGE_BITS);
    this.bits.assign(0, low, true);
    this.backing.prepare(bitmapPages, low - bitmapPages);
  }

  /** Takes `pages` pages at a multiple of `align` (VMAP-3); the first of them, or {@link NO_PAGE}. */
  take(pages: number, align: number): number {
    const step = alignment(align);
    let found = this.search(pages, step);
    while (found === NO_PAGE && this.grow()) found = this.search(pages, step);
    if (found !== NO_PAGE) this.mark(found, pages);
    return found;
  }

  /**
   * Takes these very pages, which somebody was seen to get: false if they are not free, or not with a guard page on
   * both sides, or lie below the first fit.
   */
  takeAt(page: number, pages: number): boolean {
    if (page < 1 || page + pages > this.pages) return false;
    const first = this.search(pages, 1);
    if (first !== NO_PAGE && page < first) return false;
    while (this.top < Math.min(page + pages + 1, this.pages)) if (!this.grow()) return false;
    const guarded = Math.min(page + pages + 1, this.top);
    if (this.bits.nextSet(page - 1, guarded) < guarded) return false;
    this.mark(page, pages);
    return true;
  }

  /** Is this page taken? */
  isTaken(page: number): boolean {
    return page < this.top && this.bits.has(page);
  }

  /** How many pages from this one on are taken. */
  takenFrom(page: number): number {
    const { bits, top } = this;
    let taken = 0;
    for (let at = bits.nextSet(page, top); at < top;) {
      const end = bits.nextClear(at, top);
      taken += end - at;
      at = bits.nextSet(end, top);
    }
    return taken;
  }

  /** Pages of the mapping that starts at this page; 0 if none does (VMAP-8, VMAP-9). */
  sizeAt(page: number): number {
    if (page < 1 || page * PAGE_SIZE < Math.floor(this.pages / 8) || page >= this.top) return 0;
    if (!this.bits.has(page) || this.bits.has(page - 1)) return 0;
    return this.bits.nextClear(page, this.top) - page;
  }

  /** Gives the mapping that starts at this page back (VMAP-10). */
  release(page: number): void {
    if (page < this.low) {
      let low = page - 1;
      while (low > 0 && !this.bits.has(low - 1)) low--;
      this.memory.put(this.header, LOW, low);
    }
    this.bits.assign(page, this.bits.nextClear(page, this.top), false);
  }

  /** First fit (VMAP-4). */
  private search(pages: number, align: number): number {
    const { top } = this;
    let at = this.low;
    while (at < top) {
      const taken = this.bits.nextSet(at + 1, top);
      at = Math.floor(at / align) * align + align;
      if (taken < top) {
        if (at + pages < taken) return at;
        at = this.bits.nextClear(taken + 1, top);
      } else {
        return at + pages <= top && at < top ? at : NO_PAGE;
      }
    }
    return NO_PAGE;
  }

  /** Makes the bitmap a page longer (VMAP-5). */
  private grow(): boolean {
    const { top } = this;
    if (top >= this.pages || !this.backing.takePage()) return false;
    if (!this.backing.map(top / BITMAP_PAGE_BITS, 1)) {
      this.backing.giveBack();
      return false;
    }
    this.memory.put(this.header, TOP, Math.min(top + BITMAP_PAGE_BITS, this.pages));
    return true;
  }

  /** VMAP-6, VMAP-7. */
  private mark(page: number, pages: number): void {
    this.bits.assign(page, page + pages, true);
    if (page <= this.low + 2) this.memory.put(this.header, LOW, page + pages);
  }
}

/** Bits of a region's bitmap: whole pages of it. */
function bitsOf(pages: number): number {
  return Math.ceil(pages / BITMAP_PAGE_BITS) * BITMAP_PAGE_BITS;
}

/** The alignment that one asked for stands for: its lowest set bit, 1 for 0 (VMAP-3). */
function alignment(asked: number): number {
  return asked === 0 ? 1 : 2 ** alignmentOf(asked);
}
