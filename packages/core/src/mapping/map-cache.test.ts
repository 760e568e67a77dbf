import { describe, expect, it } from 'vitest';
import { scratchMemory } from '../../test/mapping/scratch-memory.ts';
import { ALL_ONES, MAP_CACHE_RECORDS, MapCache } from './map-cache.ts';
import { TLB_CLOCK_RECORDS, TlbClock } from './tlb-clock.ts';

function cacheOf(vcpus: number): { readonly cache: MapCache; readonly clock: TlbClock } {
  const memory = scratchMemory(TLB_CLOCK_RECORDS + MAP_CACHE_RECORDS);
  const clock = new TlbClock(memory, 0);
  const cache = new MapCache(memory, TLB_CLOCK_RECORDS, clock);
  cache.grow(vcpus);
  return { cache, clock };
}

/** Maps a frame on virtual CPU 0. */
const map = (cache: MapCache, mfn: number, vcpu = 0): number => cache.map(vcpu, vcpu, mfn).slot;

/** Maps frames that share a hash line, one after another, all held. */
function hold(cache: MapCache, count: number, vcpu = 0): void {
  for (let at = 0; at < count; at++) map(cache, 0x800 + at * 8, vcpu);
}

describe("a domain's map cache", () => {
  it('[X86MAP-1] 16 slots for each virtual CPU, shared; one more adds 16', () => {
    const { cache, clock } = cacheOf(1);
    expect([cache.slots, cache.cursor, cache.epoch, clock.now, clock.flushedAt(0)]).toEqual([16, 0, 0, 1, 0]);
    hold(cache, 16);
    cache.grow(3);
    cache.grow(2);
    expect([cache.vcpus, cache.slots, map(cache, 9, 2)]).toEqual([3, 48, 16]);
  });

  it('[X86MAP-2] a hit counts, and moves nothing; the frame of all ones looks mapped', () => {
    const { cache } = cacheOf(1);
    cache.unmap(0, map(cache, 0x21));
    expect(cache.map(0, 0, 0x21)).toMatchObject({ slot: 0, hit: true });
    expect([cache.line(0, 1), cache.cursor]).toEqual([{ mfn: 0x21, slot: 0, references: 1 }, 1]);
    expect(() => cache.map(0, 0, ALL_ONES)).toThrow('ASSERT [X86MAP-2]');
  });

  it('[X86MAP-3] a frame that is mapped twice before it is unmapped has two slots', () => {
    const { cache } = cacheOf(1);
    expect([map(cache, 7), map(cache, 7), cache.line(0, 7)]).toEqual([0, 1, null]);
  });

  it('[X86MAP-4] a virtual CPU that is behind catches up, and flushes if its CPU has not since', () => {
    const { cache, clock } = cacheOf(2);
    for (let at = 0; at < 33; at++) cache.unmap(0, map(cache, at * 8));
    expect(cache.epoch).toBe(1);
    expect(cache.map(1, 1, 3)).toMatchObject({ behind: true, flushed: true });
    expect(cache.map(1, 1, 4)).toMatchObject({ behind: false, flushed: false });
    for (let at = 0; at < 40; at++) cache.unmap(0, map(cache, at * 8));
    clock.flush(1);
    expect(cache.map(1, 1, 5)).toMatchObject({ behind: true, flushed: false });
  });

  it('[X86MAP-5] the cursor never goes back, and unmapped slots stay in use', () => {
    const { cache } = cacheOf(1);
    cache.unmap(0, map(cache, 8));
    cache.unmap(0, map(cache, 16));
    expect([cache.isInUse(0), cache.isGarbage(0), cache.isInUse(1), map(cache, 24), cache.cursor]).toEqual([
      true,
      true,
      true,
      2,
      3,
    ]);
  });

  it('[X86MAP-6] [X86MAP-9] at the end garbage is free again; a flush, and a new epoch', () => {
    const { cache, clock } = cacheOf(1);
    for (let at = 0; at < 16; at++) {
      const slot = map(cache, at);
      if (at === 4 || at === 12) cache.unmap(0, slot);
    }
    expect(cache.isGarbage(4)).toBe(true);
    expect(cache.map(0, 0, 99)).toMatchObject({ slot: 4, wrapped: true, replaced: null });
    expect([cache.cursor, cache.epoch, clock.now, clock.flushedAt(0), cache.isGarbage(4)]).toEqual([5, 1, 2, 2, false]);
  });

  it('[X86MAP-7] without garbage a line of its own hash gives up its idle slot, from the frame’s line on', () => {
    const { cache } = cacheOf(1);
    hold(cache, 14);
    for (const mfn of [3, 6]) cache.unmap(0, map(cache, mfn));
    expect(cache.map(0, 0, 0x105)).toMatchObject({ slot: 15, wrapped: true, replaced: 6 });
    expect([cache.line(0, 6), cache.line(0, 5)]).toEqual([null, null]);
    expect(cache.map(0, 0, 0x107)).toMatchObject({ slot: 14, replaced: 3 });
  });

  it('[X86MAP-8] none idle: BUG, though another virtual CPU has some', () => {
    const { cache } = cacheOf(2);
    cache.unmap(1, map(cache, 5, 1));
    hold(cache, 31);
    expect(() => map(cache, 1)).toThrow('BUG [X86MAP-8]');
  });

  it('[X86MAP-10] kept, inserted, exchanged, zapped', () => {
    const { cache } = cacheOf(1);
    const [a, b, c] = [map(cache, 8), map(cache, 16), map(cache, 24)];
    expect(cache.unmap(0, a)).toEqual({ how: 'inserted', pushedOut: null });
    expect(cache.unmap(0, b)).toEqual({ how: 'exchanged', pushedOut: a });
    expect([map(cache, 16), cache.unmap(0, c)]).toEqual([b, { how: 'zapped', pushedOut: null }]);
    expect(cache.unmap(0, b)).toEqual({ how: 'kept', pushedOut: null });
    expect(() => cache.unmap(0, b)).toThrow('ASSERT [X86MAP-10]');
    expect([cache.isGarbage(a), cache.isGarbage(b), cache.isGarbage(c)]).toEqual([true, false, true]);
  });

  it('[X86MAP-11] 16 live mappings fill the share of one virtual CPU', () => {
    const { cache } = cacheOf(1);
    hold(cache, 16);
    expect(() => map(cache, 1)).toThrow('BUG [X86MAP-8]');
  });

  it('[X86MAP-12] a slot that was given up shows frame 0', () => {
    const { cache } = cacheOf(1);
    const slots = [8, 16].map((mfn) => map(cache, mfn));
    for (const slot of slots) cache.unmap(0, slot);
    expect(slots.map((slot) => cache.entry(slot))).toEqual([0, 16]);
  });

  it('[X86MAP-13] slots that the domain does not have are not free', () => {
    const { cache } = cacheOf(5);
    hold(cache, 80);
    expect([cache.slots, cache.cursor]).toEqual([80, 80]);
    expect(() => map(cache, 1)).toThrow('BUG [X86MAP-8]');
  });
});
