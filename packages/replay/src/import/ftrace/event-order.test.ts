import { describe, expect, it } from 'vitest';
import { picks } from '../../../test/import/disguises.ts';
import { EventOrder } from './event-order.ts';
import { NO_STACK } from './page-event.ts';
import type { PageEvent } from './page-event.ts';
import { FtraceTally } from './tally.ts';

function eventAt(place: number, pfn: number): PageEvent {
  const nothing = { task: null, cpu: 0, gfp: '', migratetype: null, lost: null, order: 0, stack: NO_STACK };
  return { ...nothing, kind: 'free', at: place, place, pfn };
}

function ordered(events: readonly PageEvent[]): { readonly out: readonly PageEvent[]; readonly tally: FtraceTally } {
  const tally = new FtraceTally();
  const out: PageEvent[] = [];
  const order = new EventOrder(tally, (event) => out.push(event));
  for (const event of events) order.push(event);
  order.end();
  return { out, tally };
}

describe('EventOrder', () => {
  it.each([1, 2, 3])(
    '[IMPORT-FTRACE-8] events some places out of order come by time, equal ones as they stood, seed %i',
    (seed) => {
      const pick = picks(seed);
      const events = Array.from({ length: 20_000 }, (_, i) => eventAt(i - pick(500), i));
      const { out, tally } = ordered(events);
      expect(out).toEqual(events.toSorted((a, b) => a.place - b.place));
      expect(tally.late).toBe(0);
      expect(tally.sorted).toBeGreaterThan(1000);
    },
  );

  it('[IMPORT-FTRACE-8] what is in order stays as it is, and nothing counts as sorted', () => {
    const events = Array.from({ length: 5000 }, (_, i) => eventAt(Math.floor(i / 3), i));
    const { out, tally } = ordered(events);
    expect(out).toEqual(events);
    expect([tally.sorted, tally.late]).toEqual([0, 0]);
  });

  it('[IMPORT-FTRACE-9] the buffer of one CPU behind that of another: late, with times that never go back', () => {
    const one = Array.from({ length: 10_000 }, (_, i) => eventAt(i, i));
    const other = Array.from({ length: 10_000 }, (_, i) => eventAt(i, 10_000 + i));
    const { out, tally } = ordered([...one, ...other]);
    expect(out.map(({ pfn }) => pfn).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20_000 }, (_, i) => i),
    );
    expect(out.every(({ place }, i) => place >= (out[i - 1]?.place ?? 0))).toBe(true);
    expect(tally.late).toBeGreaterThan(7000);
    expect(tally.late + tally.sorted).toBeLessThanOrEqual(10_000);
  });
});
