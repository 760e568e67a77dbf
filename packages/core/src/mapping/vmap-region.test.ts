import { describe, expect, it } from 'vitest';
import { scratchMemory } from '../../test/mapping/scratch-memory.ts';
import type { VirtualAddress } from '../units/mfn.ts';
import { VmapArea } from './vmap-area.ts';
import { NO_PAGE, PLENTIFUL, VmapRegion, vmapRecords } from './vmap-region.ts';
import type { VmapBacking } from './vmap-region.ts';

const START = 0x1000_0000n as VirtualAddress;
/** Pages of a region whose bitmap takes 2 pages, and begins with one of them. */
const TWO = 40_000;

function regionOf(pages: number, backing: Partial<VmapBacking> = {}): VmapRegion {
  const region = new VmapRegion(scratchMemory(vmapRecords(pages)), 0, pages, { ...PLENTIFUL, ...backing });
  region.init();
  return region;
}

function areaOf(region: VmapRegion, backing: Partial<VmapBacking> = {}, second?: VmapRegion): VmapArea {
  const placed = { start: START, region, backing: { ...PLENTIFUL, ...backing } };
  if (second === undefined) return new VmapArea([placed]);
  return new VmapArea([
    placed,
    { start: (START + 0x1_0000_0000n) as VirtualAddress, region: second, backing: PLENTIFUL },
  ]);
}

const at = (page: number): VirtualAddress => (START + BigInt(page) * 4096n) as VirtualAddress;

describe('setting up', () => {
  it('[VMAP-1] the bitmap has the first pages, and maps those at once that describe them', () => {
    const seen: string[] = [];
    const region = regionOf(2 ** 24, {
      takePage: () => seen.push('take') > 0,
      map: (page, pages) => seen.push(`map ${page}+${pages}`) > 0,
      prepare: (page, pages) => seen.push(`prepare ${page}+${pages}`),
    });
    expect(seen).toEqual(['take', 'map 0+1', 'prepare 1+511']);
    expect([region.low, region.top, region.pages]).toEqual([512, 32_768, 2 ** 24]);
    expect([region.isTaken(511), region.isTaken(512)]).toEqual([true, false]);
  });

  it('[VMAP-2] a small region hands out addresses beyond its end; growth stops there', () => {
    const small = regionOf(512);
    expect(small.top).toBe(32_768);
    expect(small.take(1000, 1)).toBe(2);
    const large = regionOf(TWO);
    expect(large.take(32_760, 1)).toBe(3);
    expect([large.take(7000, 1), large.top]).toEqual([32_764, TWO]);
    expect(large.take(300, 1)).toBe(NO_PAGE);
  });
});

describe('taking', () => {
  it('[VMAP-3] an alignment stands for its lowest set bit; a region that is not there has no room', () => {
    expect([0, 1, 3, 6, 12, 96].map((align) => regionOf(512).take(1, align))).toEqual([2, 2, 2, 2, 4, 32]);
    expect(areaOf(regionOf(512)).map(1, 1, 1, 1)).toBeNull();
  });

  it('[VMAP-4] first fit, a clear page before and below the next mapping; none is needed at the end', () => {
    const region = regionOf(512);
    expect([region.take(3, 1), region.take(2, 1), region.take(1, 1)]).toEqual([2, 6, 9]);
    region.release(6);
    // Pages 5 to 8 are clear: two fit between guards, three do not.
    expect(region.take(3, 1)).toBe(11);
    expect(region.take(2, 1)).toBe(6);
    const full = regionOf(32_768);
    expect(full.take(32_768 - 2, 1)).toBe(2);
  });

  it('[VMAP-5] the bitmap grows, keeps what it grew by, and gives a page back that cannot be mapped', () => {
    const pages = 3 * 32_768;
    const seen: string[] = [];
    const log = (text: string, result = true): boolean => seen.push(text) > 0 && result;
    const region = regionOf(pages, {
      takePage: () => log('take'),
      giveBack: () => seen.push('give back'),
      map: (page) => log(`map ${page}`),
    });
    expect(region.take(pages, 1)).toBe(NO_PAGE);
    expect([seen, region.top]).toEqual([['take', 'map 0', 'take', 'map 1', 'take', 'map 2'], pages]);
    seen.length = 0;
    const other = regionOf(pages, {
      takePage: () => log('take'),
      giveBack: () => seen.push('give back'),
      map: (page) => log(`map ${page}`, page === 0),
    });
    expect([other.take(40_000, 1), other.top]).toEqual([NO_PAGE, 32_768]);
    expect(seen).toEqual(['take', 'map 0', 'take', 'map 1', 'give back']);
    const poor = regionOf(pages, { takePage: () => false });
    expect([poor.take(40_000, 1), poor.top]).toEqual([NO_PAGE, 32_768]);
  });

  it('[VMAP-6] what an alignment skips is not found again until something below is given back', () => {
    const region = regionOf(512);
    // The lowest page is 1. A mapping at 3 (two above) moves it to the end: page 2 stays clear, and is lost.
    expect(region.take(1, 1)).toBe(2);
    expect([region.low, region.take(1, 4), region.low]).toEqual([3, 4, 5]);
    expect([region.take(1, 8), region.low]).toEqual([8, 5]);
    expect(region.take(1, 1)).toBe(6);
  });

  it('[VMAP-7] no pages get an address that is no mapping, and can move the lowest page', () => {
    const region = regionOf(512);
    expect([region.take(0, 1), region.low, region.isTaken(2)]).toEqual([2, 2, false]);
    expect(areaOf(region).unmap(at(2))).toBe(0);
  });
});

describe('giving back', () => {
  it('[VMAP-8] a mapping starts at its first page alone, any byte of it, above the bitmap', () => {
    const region = regionOf(512);
    region.take(3, 1);
    const area = areaOf(region);
    expect([at(0), at(1), at(2), at(3), (at(2) + 4095n) as VirtualAddress].map((va) => area.find(va)?.pages)).toEqual([
      undefined,
      undefined,
      3,
      undefined,
      3,
    ]);
  });

  it('[VMAP-9] it ends before the next clear page; the ordinary region is asked first', () => {
    const [first, second] = [regionOf(512), regionOf(512)];
    const area = areaOf(first, {}, second);
    const inSecond = area.map(1, 5, 1, 1);
    expect([area.map(2, 2, 1, 0), inSecond]).toEqual([at(2), at(2 + 2 ** 20)]);
    expect(area.find(at(2))?.placed.region).toBe(first);
    expect(area.find(at(2 + 2 ** 20))).toMatchObject({ page: 2, pages: 5 });
  });

  it('[VMAP-10] the lowest page moves down over clear pages; an address that starts nothing changes nothing', () => {
    const region = regionOf(512);
    const area = areaOf(region);
    for (let mapping = 0; mapping < 3; mapping++) region.take(2, 1);
    expect([area.unmap(at(5)), region.low, area.unmap(at(6)), area.unmap(at(6))]).toEqual([2, 4, 0, 0]);
    expect([area.unmap(at(2)), region.low]).toEqual([2, 1]);
    expect(region.take(5, 1)).toBe(2);
  });

  it('[VMAP-11] a piece that cannot be mapped takes the whole back', () => {
    const region = regionOf(512);
    const tried: number[] = [];
    const area = areaOf(region, { map: (page) => tried.push(page) < 3 });
    expect(area.map(2, 4, 1, 0)).toBeNull();
    expect([tried, region.low, region.isTaken(2)]).toEqual([[2, 4, 6], 1, false]);
  });
});

describe('a place that was seen', () => {
  it('[MAP-8] is taken over if it is free with both neighbours and not below the first fit', () => {
    const region = regionOf(TWO);
    region.take(4, 1);
    // Pages 3 to 6 are taken; the first fit for two pages is 8.
    expect([2, 6, 7].map((page) => region.takeAt(page, 2))).toEqual([false, false, false]);
    expect(region.takeAt(20, 2)).toBe(true);
    expect([18, 19, 21, 22].map((page) => region.takeAt(page, 2))).toEqual([false, false, false, false]);
    expect([region.takeAt(23, 2), region.takeAt(17, 2)]).toEqual([true, true]);
    expect([region.takeAt(39_998, 2), region.takeAt(39_999, 2)]).toEqual([true, false]);
    expect([region.take(8, 1), region.take(9, 1)]).toEqual([8, 26]);
  });
});
