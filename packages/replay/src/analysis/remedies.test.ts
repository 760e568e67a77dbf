import { recordToJson } from '../trace/encode-record.ts';
import { describe, expect, it } from 'vitest';
import { bytesOf, smallTimeline } from '../../test/small-timeline.ts';
import type { RecordJson, SmallMachine } from '../../test/small-timeline.ts';
import { beforeCall } from './explain.ts';
import { describeRemedy, remediesFor } from './remedies.ts';

const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 1024) };
const ZONE_9: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 512) };
const domain = (id: number, maxPages = 2000): RecordJson => ({ type: 'domain_create', domain: id, maxPages });
const alloc = (order: number, more: Readonly<Record<string, unknown>> = {}): RecordJson => ({
  type: 'alloc_domheap_pages',
  order,
  ...more,
});
const TWO_NODES: SmallMachine = {
  machine: { nodes: [0, 1].map((id) => ({ id, ranges: [[id * 2048, id * 2048 + 2048]] })), cpus: [0, 1] },
};

interface Case {
  readonly records: readonly RecordJson[];
  readonly setup?: SmallMachine;
  readonly changes: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'another node': {
    records: [MEMORY, alloc(3, { node: 1, flags: ['exact_node'] })],
    setup: TWO_NODES,
    changes: ['without exact_node'],
  },
  'the DMA zone': {
    records: [ZONE_9, alloc(1, { flags: ['no_dma'] })],
    setup: { heap: { dmaBits: 21 } },
    changes: ['without no_dma'],
  },
  'higher memory': { records: [MEMORY, alloc(0, { bits: 20 })], changes: ['without the limit of 20 address bits'] },
  'smaller blocks': { records: [MEMORY, alloc(10)], changes: ['order 9 instead'] },
  'a larger maximum': {
    records: [MEMORY, domain(1, 3), alloc(1, { domain: 1 }), alloc(1, { domain: 1 })],
    changes: ['order 0 instead', 'a maximum of 5 pages for d1'],
  },
  'no claims of others': {
    records: [MEMORY, domain(1), domain(2), { type: 'domain_set_outstanding_pages', domain: 1, pages: 765 }, alloc(3)],
    changes: ['order 1 instead', 'without the claims of d1 (765)'],
  },
  'nothing: the domain is dying': {
    records: [MEMORY, domain(1), { type: 'domain_kill', domain: 1 }, { type: 'populate_physmap', domain: 1, order: 0 }],
    changes: [],
  },
  'nothing: it does not fail': { records: [MEMORY, alloc(3, { flags: ['no_dma'] })], changes: [] },
  'nothing: it is no allocation': { records: [MEMORY, domain(1)], changes: [] },
};

describe('[EXPLAIN-8] what would have helped', () => {
  it.each(Object.entries(CASES))('%s', async (_, { records, setup, changes }) => {
    const timeline = await smallTimeline(records, setup);
    const { state, call } = beforeCall(timeline, records.length);
    const remedies = remediesFor(state, call);
    expect(remedies.map(({ change }) => change)).toEqual(changes);
    for (const { calls, mfn } of remedies) {
      // The trace with the other calls in its place, replayed from power-on, comes to the same.
      const instead = calls.map((one) => recordToJson(one as never) as RecordJson);
      const other = await smallTimeline([...records.slice(0, -1), ...instead], setup);
      expect(other.resultAt(other.length)).toBe(mfn);
    }
  });

  it('is told as a sentence', async () => {
    const { state, call } = beforeCall(await smallTimeline([MEMORY, alloc(10)]), 2);
    expect(remediesFor(state, call).map(describeRemedy)).toEqual(['order 9 instead: it would have got 0x200']);
  });
});
