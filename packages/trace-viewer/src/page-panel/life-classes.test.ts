import { describe, expect, it } from 'vitest';
import { engineOf, quietly } from '../../test/open-engine.ts';
import { classOf, describeLife, drawLife } from './life-classes.ts';
import { STATE_CODES } from './life-columns.ts';
import { pageLife } from './page-handlers.ts';
import type { PageLife } from './page-handlers.ts';

/** The class of a page behind each record. */
function byRecord({ records, states, owners }: PageLife, length: number): number[] {
  let at = 0;
  return Array.from({ length: length + 1 }, (_, record) => {
    while (at + 1 < records.length && (records[at + 1] ?? NaN) <= record) at++;
    const owner = owners[at] ?? NaN;
    return classOf(STATE_CODES[states[at] ?? NaN] ?? 'outside', owner < 0 ? null : owner, true);
  });
}

describe('[VIEW-PAGE-4] a life as a strip', () => {
  it('a column has the class that most of its records have, whatever its width', async () => {
    const { engine, timeline } = await engineOf('golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz');
    const { length } = timeline;
    const { value: life } = await pageLife(engine, { run: 0, mfn: 0x136805, atLeast: length }, quietly());
    expect(life.records.length).toBeGreaterThan(10);
    const classes = byRecord(life, length);
    const counts = new Map<number, number>();
    for (const id of classes) counts.set(id, (counts.get(id) ?? 0) + 1);
    // Widths that divide the records, so that none lies in two columns, and one column for all.
    for (const wide of [1, 5, 15, 401, 1203, 6015]) {
      const drawn = drawLife(life, length, wide, true);
      expect(new Map(drawn.shares.map(({ id, records }) => [id, records]))).toEqual(counts);
      const each = (length + 1) / wide;
      expect(Number.isInteger(each)).toBe(true);
      const wrong = Array.from(drawn.classes).filter((id, column) => {
        const part = classes.slice(column * each, (column + 1) * each);
        const most = Math.max(...[...new Set(part)].map((one) => part.filter((other) => other === one).length));
        return part.filter((one) => one === id).length !== most;
      });
      expect(wrong, `${wide} columns`).toEqual([]);
      const marked = new Set(Array.from(life.records.slice(1), (record) => Math.floor(record / each)));
      expect([...drawn.events.entries()].flatMap(([column, event]) => (event === 1 ? [column] : []))).toEqual(
        [...marked].toSorted((a, b) => a - b),
      );
    }
  });

  it('more columns than records repeat the class of each', () => {
    const life: PageLife = {
      mfn: 1,
      known: 3,
      records: Uint32Array.of(0, 2),
      changes: Uint8Array.of(0, 1),
      states: Uint8Array.of(0, 3),
      owners: Int32Array.of(-1, -1),
    };
    const labels = Array.from(drawLife(life, 3, 8, true).classes, (id) => describeLife(id).label);
    expect(labels).toEqual([...Array<string>(4).fill('in use since power-on'), ...Array<string>(4).fill('free')]);
  });
});
