/** The boot allocator (BOOT-1 to BOOT-3, VER-4). */
import { Stop } from './wire.ts';
import type { FrameRange } from './wire.ts';

interface Region {
  start: number;
  end: number;
}

const MAX_REGIONS = 256;

export class BootAllocator {
  regions: Region[] = [];
  /** 4.6: the page that holds the table of regions. */
  tablePage: number | null = null;
  readonly #keepsTable: boolean;
  readonly #badPages: readonly FrameRange[];

  constructor(keepsTable: boolean, badPages: readonly FrameRange[]) {
    this.#keepsTable = keepsTable;
    this.#badPages = badPages;
  }

  /** BOOT-2; addresses in bytes. */
  init(start: number, end: number): void {
    let first = Math.ceil(start / 4096);
    const last = Math.floor(end / 4096);
    if (last <= first) return;
    if (this.#keepsTable && this.tablePage === null) {
      this.tablePage = first;
      first++;
    }
    this.#add(first, last);
    for (const [from, until] of this.#badPages) this.#zap(from, until);
  }

  /** BOOT-3. */
  alloc(pages: number, align: number): number {
    if (this.regions.length === 0) throw new Stop('BUG', 'no boot region');
    for (let i = this.regions.length - 1; i >= 0; i--) {
      const region = this.regions[i];
      if (region === undefined) continue;
      const unaligned = region.end - pages;
      if (unaligned < 0) continue;
      const candidate = Math.floor(unaligned / align) * align;
      if (candidate < region.start || candidate >= region.end) continue;
      const oldEnd = region.end;
      region.end = candidate;
      this.#add(candidate + pages, oldEnd);
      return candidate;
    }
    throw new Stop('BUG', 'no boot region is large enough');
  }

  /** BOOT-1. */
  #add(start: number, end: number): void {
    if (start >= end) return;
    if (this.regions.length >= MAX_REGIONS) throw new Stop('BUG', 'too many boot regions');
    let at = this.regions.findIndex((region) => start < region.end);
    if (at < 0) at = this.regions.length;
    const next = this.regions[at];
    if (next !== undefined && end > next.start) throw new Stop('BUG', 'boot regions overlap');
    this.regions.splice(at, 0, { start, end });
  }

  #zap(start: number, end: number): void {
    // Splitting a region adds one behind it, which the same range does not meet again.
    for (const region of this.regions) {
      if (end <= region.start || start >= region.end) continue;
      if (start <= region.start) {
        region.start = Math.min(end, region.end);
      } else if (end >= region.end) {
        region.end = start;
      } else {
        const oldEnd = region.end;
        region.end = start;
        this.#add(end, oldEnd);
      }
    }
  }
}
