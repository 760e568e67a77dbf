import { describe, expect, it } from 'vitest';
import { bytesOf, corpusTimeline, smallTimeline } from '../../test/small-timeline.ts';
import { describeFreeStep } from './describe-free-step.ts';
import { NothingToExplain, explainFrees } from './explain.ts';

const MEMORY = { type: 'init_domheap_pages', ...bytesOf(256, 1024) };
const DOMAIN = { type: 'domain_create', domain: 1, maxPages: 9 };

describe('[EXPLAIN-9] what a free merged with, and why no further', () => {
  it('is told in sentences', async () => {
    const alloc = { type: 'alloc_domheap_pages', domain: 1, order: 0 };
    const free = { type: 'free_domheap_pages', mfn: 1022, order: 0 };
    const timeline = await smallTimeline([MEMORY, DOMAIN, alloc, alloc, alloc, alloc, free]);
    const { steps, outcome } = explainFrees(timeline, 7);
    expect(outcome.bug).toBeNull();
    expect(steps.map(describeFreeStep)).toEqual([
      '1 page (4 KiB) at 0x3fe, order 0: back to node 0, zone 10',
      'the buddy at 0x3ff is in use by d1: it merges no further',
      '0x3fe of order 0 goes to the head of the list of node 0, zone 10',
    ]);
  });

  it('a record that frees nothing has no steps, power-on none to tell', async () => {
    const timeline = await smallTimeline([MEMORY, DOMAIN]);
    expect(explainFrees(timeline, 2).steps).toEqual([]);
    expect(() => explainFrees(timeline, 0)).toThrow(NothingToExplain);
  });

  it('no sentence lacks a number, over a golden trace with pages offline and two nodes', async () => {
    const timeline = await corpusTimeline('golden/4.23.direct-map-all.numa.offline.heaplay.jsonl.gz');
    const kinds = new Set<string>();
    for (let record = 1; record <= timeline.length; record++) {
      const none = timeline.table.isObservationAt(record);
      const steps = none ? [] : explainFrees(timeline, record).steps;
      for (const step of steps) {
        expect(describeFreeStep(step)).not.toMatch(/undefined|NaN|null/);
        kinds.add(step.step === 'merge-end' ? step.why : step.step);
      }
    }
    for (const kind of ['freed', 'merge', 'listed', 'in-use', 'other-order', 'offlined']) expect(kinds).toContain(kind);
  });
});
