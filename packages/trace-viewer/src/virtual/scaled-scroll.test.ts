import { describe, expect, it } from 'vitest';
import { ScaledScroll, TALLEST } from './scaled-scroll.ts';

const ROW = 44;
const SEEN = 600;

function listOf(rows: number): ScaledScroll {
  const scroll = new ScaledScroll();
  scroll.resize(rows * ROW, SEEN);
  return scroll;
}

describe('[VIEW-LIST-1] a list that is scrolled', () => {
  it('is where its element is, as long as it is short enough', () => {
    const scroll = listOf(1000);
    expect(scroll.height).toBe(44_000);
    for (const top of [0, 17, 30_000, 43_400]) {
      expect(scroll.moved(top)).toBe(false);
      expect([scroll.offset, scroll.top]).toEqual([top, top]);
    }
  });

  it.each([272_728, 1_000_000, 90_000_000])('of %d rows begins and ends exactly, wherever it came from', (rows) => {
    const scroll = listOf(rows);
    expect(scroll.height).toBe(TALLEST);
    scroll.moved(TALLEST - SEEN);
    expect(scroll.offset).toBe(rows * ROW - SEEN);
    scroll.moved(0);
    expect(scroll.offset).toBe(0);
    scroll.goTo(Infinity);
    expect([scroll.offset, scroll.top]).toEqual([rows * ROW - SEEN, TALLEST - SEEN]);
    scroll.goTo(-1);
    expect([scroll.offset, scroll.top]).toEqual([0, 0]);
  });

  it('moves by as many pixels as the wheel turns', () => {
    const scroll = listOf(1_000_000);
    scroll.moved(6_000_000);
    const { offset } = scroll;
    for (let turn = 1; turn <= 50; turn++) {
      scroll.moved(6_000_000 + turn * 100);
      expect(scroll.offset).toBeCloseTo(offset + turn * 100, 6);
    }
  });

  it('a wheel comes to every row up to the end, though the element ends before', () => {
    const scroll = listOf(1_000_000);
    scroll.goTo(scroll.range - 50_000);
    let pixels = 0;
    for (; scroll.offset < scroll.range && pixels < 1_000_000; pixels += 100) {
      const before = scroll.offset;
      const top = Math.min(scroll.top + 100, TALLEST - SEEN);
      scroll.moved(top);
      expect(scroll.offset - before).toBeLessThanOrEqual(101);
    }
    expect(scroll.offset).toBe(scroll.range);
    expect(pixels).toBeLessThanOrEqual(53_000);
  });

  it('the element is put where its share of the whole is, and the list stays', () => {
    const scroll = listOf(1_000_000);
    scroll.moved(6_000_000);
    for (let turn = 1; turn <= 50; turn++) scroll.moved(6_000_000 + turn * 100);
    const { offset } = scroll;
    expect(scroll.settle()).toBe(true);
    expect(scroll.offset).toBe(offset);
    expect(scroll.moved(Math.round(scroll.top))).toBe(false);
    expect(scroll.offset).toBe(offset);
    expect(scroll.settle()).toBe(false);
  });

  it('that becomes longer stays where it is, and one that becomes shorter ends where it ends', () => {
    const scroll = listOf(1000);
    scroll.moved(20_000);
    scroll.resize(2_000_000 * ROW, SEEN);
    expect(scroll.offset).toBe(20_000);
    scroll.resize(20 * ROW, SEEN);
    expect([scroll.offset, scroll.top, scroll.range]).toEqual([280, 280, 280]);
    scroll.resize(3 * ROW, SEEN);
    expect([scroll.offset, scroll.top, scroll.range]).toEqual([0, 0, 0]);
  });
});
