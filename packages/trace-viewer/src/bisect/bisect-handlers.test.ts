import { compileExpression, scan } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { job, openedEngine } from '../../test/opened-engine.ts';
import { bisectRun, scanRun } from './bisect-handlers.ts';
import type { Probed } from './bisect-handlers.ts';

const MIXED = 'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz';

describe('the search for a record', () => {
  it.each(['record >= 1234', 'heap.failures >= 3', 'record >= 0'])(
    '[VIEW-BISECT-1] %s: finds the first one, and tells every moment that it looked at',
    async (when) => {
      const engine = await openedEngine(MIXED);
      const told: Probed[] = [];
      const found = await bisectRun(engine, { run: 0, when }, job(told));
      const { timeline } = engine.run(0);
      const condition = compileExpression(when);
      expect(found.record).toBe(scan(timeline, condition).record);
      expect(told).toHaveLength(found.probes);
      for (const { record, holds, left } of told) {
        expect(holds).toBe(condition.holds(timeline.momentAt(record)));
        expect(left[0] < (found.record ?? 0) && (found.record ?? 0) <= left[1]).toBe(true);
      }
      expect(told.at(-1)?.left).toEqual([Number(found.record) - 1, found.record]);
    },
  );

  it('[VIEW-BISECT-2] what does not hold at the end is found by scanning alone', async () => {
    const engine = await openedEngine(MIXED);
    const when = 'call.type == "domain_create"';
    const told: Probed[] = [];
    expect((await bisectRun(engine, { run: 0, when }, job(told))).record).toBeNull();
    expect(told).toEqual([
      { record: engine.run(0).timeline.length, holds: false, left: [-1, engine.run(0).timeline.length] },
    ]);
    const scanned = await scanRun(engine, { run: 0, when }, job());
    expect(scanned.record).toBe(scan(engine.run(0).timeline, compileExpression(when)).record);
    expect(scanned.stretches.stays).toBe(false);
    expect(scanned.call).toContain('domain_create');
    expect(scanned.behind).toEqual([{ text: 'call.type', value: 'domain_create' }]);
  });

  it('[VIEW-BISECT-3] why it holds: the values just before and behind', async () => {
    const engine = await openedEngine(MIXED);
    const found = await bisectRun(engine, { run: 0, when: 'heap.failures >= 3' }, job());
    expect(found.before).toEqual([{ text: 'heap.failures', value: 2 }]);
    expect(found.behind).toEqual([{ text: 'heap.failures', value: 3 }]);
    await expect(bisectRun(engine, { run: 0, when: 'heap.nothing < 1' }, job())).rejects.toThrow(/^column 6: /);
  });
});
