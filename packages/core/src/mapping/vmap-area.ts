import type { VirtualAddress } from '../units/mfn.ts';
import { PAGE_SIZE } from '../units/mfn.ts';
import { NO_PAGE } from './vmap-region.ts';
import type { VmapBacking, VmapRegion } from './vmap-region.ts';

/** A region of the vmap area, and where it lies. */
export interface PlacedRegion {
  readonly start: VirtualAddress;
  readonly region: VmapRegion;
  readonly backing: VmapBacking;
}

/** What was found at an address. */
export interface VmapFound {
  readonly placed: PlacedRegion;
  /** First page of the mapping, counted from the region's start. */
  readonly page: number;
  readonly pages: number;
}

/** The vmap area: its regions by type, the ordinary one first. */
export class VmapArea {
  private readonly regions: readonly (PlacedRegion | undefined)[];

  constructor(regions: readonly (PlacedRegion | undefined)[]) {
    this.regions = regions;
  }

  /**
   * Maps `count` pieces of `granularity` pages each side by side, at a multiple of `align` pages from the region's start
   * (VMAP-4, VMAP-11). Null: there is no room, or no such region.
   */
  map(granularity: number, count: number, align: number, type: number): VirtualAddress | null {
    const placed = this.regions[type];
    if (placed === undefined) return null;
    const { start, region, backing } = placed;
    const first = region.take(granularity * count, align);
    if (first === NO_PAGE) return null;
    for (let piece = 0; piece < count; piece++) {
      if (backing.map(first + piece * granularity, granularity)) continue;
      region.release(first);
      return null;
    }
    return pageAddress(start, first);
  }

  /** The mapping that starts on the page of this address (VMAP-8, VMAP-9). */
  find(va: VirtualAddress): VmapFound | null {
    for (const placed of this.regions) {
      if (placed === undefined) continue;
      const page = pageIn(placed.start, va);
      const pages = page < 0 ? 0 : placed.region.sizeAt(page);
      if (pages > 0) return { placed, page, pages };
    }
    return null;
  }

  /** Ends the mapping that starts on the page of this address; its pages, 0 if there is none (VMAP-10). */
  unmap(va: VirtualAddress): number {
    const found = this.find(va);
    if (found === null) return 0;
    found.placed.region.release(found.page);
    return found.pages;
  }
}

/** The address of a page, counted from a start. */
export function pageAddress(start: VirtualAddress, page: number): VirtualAddress {
  return (start + BigInt(page) * PAGE_BYTES) as VirtualAddress;
}

/** The page that holds an address, counted from a start; negative below it. */
export function pageIn(start: VirtualAddress, va: VirtualAddress): number {
  return va < start ? -1 : Number((va - start) / PAGE_BYTES);
}

const PAGE_BYTES = BigInt(PAGE_SIZE);
