import { describe, expect, it } from 'vitest';
import { corpusTimeline } from '../../test/small-timeline.ts';
import { compileExpression } from '../expression/expression.ts';
import { atOnce } from '../timeline/stepwise.ts';
import { scan } from './bisect.ts';
import { stretchesStepwise } from './stretches.ts';

const CLAIMS = 'golden/4.17.direct-map-all.numa.claims.heaplay.jsonl.gz';

describe('where a condition holds', () => {
  it.each(['heap.claims > 20', 'failed', 'heap.freePages >= 0', 'record > 100', 'record < 0', 'call.order == 0'])(
    '[STRETCH-1] %s: the same as asking at every record by itself',
    async (text) => {
      const timeline = await corpusTimeline(CLAIMS);
      const condition = compileExpression(text);
      const holds = Array.from({ length: timeline.length + 1 }, (_, at) => condition.holds(timeline.momentAt(at)));
      const { told, count, moments, stays } = atOnce(stretchesStepwise(timeline, condition));
      const again = holds.map((_, at) => told.some(([first, last]) => at >= first && at <= last));
      expect(again).toEqual(holds);
      expect(count).toBe(told.length);
      expect(moments).toBe(holds.filter(Boolean).length);
      expect(stays).toBe(!holds.some((value, at) => value && holds[at + 1] === false));
      expect(told[0]?.[0] ?? null).toBe(scan(timeline, condition).record);
      expect(atOnce(stretchesStepwise(timeline, condition, 1))).toEqual({
        told: told.slice(0, 1),
        count,
        moments,
        stays,
      });
    },
  );
});

describe('[EXPR-5] why a condition holds', () => {
  it.each([
    ['heap.freePages < 4096', ['heap.freePages']],
    ['!failed || call.type == "alloc_domheap_pages" && call.order in [9, 10]', ['failed', 'call.type', 'call.order']],
    ['(heap.freePages + 1) * 2 > heap.claims', ['(heap.freePages + 1) * 2', 'heap.claims']],
    ['domain(1).totalPages == -1 || domain(1).totalPages == 5', ['domain(1).totalPages']],
    ['call.type == "nothing" && call.nothing == 1', ['call.type']],
  ])('%s', async (text, parts) => {
    const timeline = await corpusTimeline(CLAIMS);
    const condition = compileExpression(text);
    for (const record of [0, 1, 50, timeline.length]) {
      const values = condition.values(timeline.momentAt(record));
      expect(values.map((value) => value.text)).toEqual(parts);
      const { freePages } = timeline.momentAt(record).heap.totals;
      const free = values.filter((value) => value.text === 'heap.freePages');
      expect(free.map(({ value }) => value)).toEqual(free.map(() => freePages));
    }
  });
});
