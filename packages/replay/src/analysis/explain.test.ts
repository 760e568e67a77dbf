import type { FailureReason } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { bytesOf, smallSource, smallTimeline } from '../../test/small-timeline.ts';
import type { RecordJson, SmallMachine } from '../../test/small-timeline.ts';
import { describeFailure, describeStep } from './describe-step.ts';
import { NothingToExplain, explainRecord } from './explain.ts';
import type { RecordExplanation } from './explain.ts';

/** Explains the last record of a small trace. */
async function explainLast(records: readonly RecordJson[], setup: SmallMachine = {}): Promise<RecordExplanation> {
  return explainRecord(await smallTimeline(records, setup), records.length);
}

/** Zones 9 and 10: 256 and 512 pages. */
const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 1024) };
const ZONE_9: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 512) };
const DOMAIN: RecordJson = { type: 'domain_create', domain: 1, maxPages: 2000 };
const alloc = (order: number, more: Readonly<Record<string, unknown>> = {}): RecordJson => ({
  type: 'alloc_domheap_pages',
  order,
  ...more,
});
const free = (mfn: number, order = 0): RecordJson => ({ type: 'free_domheap_pages', mfn, order });

const TWO_NODES: SmallMachine = {
  machine: {
    nodes: [
      { id: 0, ranges: [[0, 2048]] },
      { id: 1, ranges: [[2048, 4096]] },
    ],
    cpus: [0, 1],
  },
};

interface Failing {
  readonly name: string;
  readonly reason: FailureReason;
  readonly records: readonly RecordJson[];
  readonly setup?: SmallMachine;
  /** Numbers that prove it. */
  readonly numbers: object;
  readonly sentence: RegExp;
}

const FAILURES: readonly Failing[] = [
  {
    name: 'memory is free, but others have claimed it',
    reason: 'claimed',
    records: [MEMORY, DOMAIN, { type: 'domain_set_outstanding_pages', domain: 1, pages: 760 }, alloc(4)],
    numbers: { wanted: 16, freePages: 768, claims: 760, nodes: [] },
    sentence: /^768 pages \(3 MiB\) are free, but 760 of them are claimed by others; 16 wanted$/,
  },
  {
    name: 'memory is free, but above the width of the address',
    reason: 'zone-limit',
    records: [MEMORY, alloc(0, { bits: 20 })],
    numbers: {
      wanted: 1,
      zones: [1, 8],
      within: { pages: 0, largestOrder: -1 },
      above: { pages: 768, largestOrder: 9 },
    },
    sentence: /^0 pages \(0 B\) are free in zones 1 to 8, as low as .* above there are 768, in blocks up to order 9$/,
  },
  {
    name: 'memory is free, but above the width that the domain can use',
    reason: 'zone-limit',
    records: [MEMORY, { ...DOMAIN, addressBits: 20 }, alloc(2, { domain: 1 })],
    numbers: { wanted: 4, zones: [1, 8], above: { pages: 768, largestOrder: 9 } },
    sentence: /as low as the address had to be/,
  },
  {
    name: 'memory is free, but on another node',
    reason: 'exact-node',
    records: [MEMORY, alloc(3, { node: 1, flags: ['exact_node'] })],
    setup: TWO_NODES,
    numbers: { nodes: [1], within: { pages: 0, largestOrder: -1 }, onOtherNodes: { pages: 768, largestOrder: 9 } },
    sentence:
      /^8 pages .* wanted on node 1 alone, where 0 are free; other nodes have 768 free, in blocks up to order 9$/,
  },
  {
    name: 'memory is free, but in pieces',
    reason: 'fragmented',
    records: [{ type: 'init_domheap_pages', ...bytesOf(256, 260) }, alloc(2), free(256), free(258), alloc(1)],
    numbers: { wanted: 2, freePages: 2, within: { pages: 2, largestOrder: 0 } },
    sentence: /^2 pages \(8 KiB\) are free in zones 1 to 40, enough for 2, but in pieces: the largest has order 0$/,
  },
  {
    name: 'nothing is free',
    reason: 'exhausted',
    records: [{ type: 'init_domheap_pages', ...bytesOf(256, 260) }, alloc(2), free(256), alloc(1)],
    numbers: { wanted: 2, freePages: 1, within: { pages: 1, largestOrder: 0 }, onOtherNodes: { pages: 0 } },
    sentence: /^1 page \(4 KiB\) is free in zones 1 to 40; 2 wanted$/,
  },
  {
    name: 'no heap keeps such blocks',
    reason: 'order-too-large',
    records: [MEMORY, alloc(11)],
    numbers: { wanted: 2048, freePages: 768 },
    sentence: /^no heap keeps blocks of 2,048 pages \(8 MiB\)$/,
  },
  {
    name: 'only the DMA zone has memory, and the request keeps out of it',
    reason: 'dma-refused',
    records: [ZONE_9, alloc(1, { flags: ['no_dma'] })],
    setup: { heap: { dmaBits: 21 } },
    numbers: { wanted: 2, zones: [10, 40], below: { pages: 256, largestOrder: 8 }, within: { pages: 0 } },
    sentence: /^only the DMA zone has such a block \(256 pages \(1 MiB\) free there\), and no_dma keeps out of it$/,
  },
  {
    name: 'an old version refuses no_dma where there is no DMA zone',
    reason: 'dma-refused',
    records: [ZONE_9, alloc(1, { flags: ['no_dma'] })],
    setup: { heap: { xen: '4.6' } },
    numbers: { wanted: 2, zones: null, freePages: 256 },
    sentence: /no_dma/,
  },
  {
    name: 'the domain has as much as it may have',
    reason: 'over-allocation',
    records: [MEMORY, { ...DOMAIN, maxPages: 3 }, alloc(1, { domain: 1 }), alloc(1, { domain: 1 })],
    numbers: { wanted: 2, freePages: 766 },
    sentence: /^the pages were there, but the domain has as many as it may have$/,
  },
  {
    name: 'the domain is dying',
    reason: 'domain-dying',
    records: [MEMORY, DOMAIN, { type: 'domain_kill', domain: 1 }, { type: 'populate_physmap', domain: 1, order: 0 }],
    numbers: { wanted: 1, freePages: 768 },
    sentence: /^the pages were there, but the domain is dying$/,
  },
];

describe('[EXPLAIN-1] each reason of a failure has a trace that gives it, and the numbers that prove it', () => {
  it.each(FAILURES)('$reason: $name', async ({ reason, records, setup, numbers, sentence }) => {
    const { outcome, failure, steps, ...explanation } = await explainLast(records, setup);
    expect([explanation.reason, outcome.result]).toEqual([reason, null]);
    expect(failure).toMatchObject({ reason, ...numbers });
    if (failure === null) throw new Error('it has failed');
    expect(describeFailure(failure)).toMatch(sentence);
    for (const step of steps) expect(describeStep(step)).not.toMatch(/undefined|NaN/);
  });

  it('none is without a trace', () => {
    const reasons: Record<FailureReason, true> = {
      'order-too-large': true,
      claimed: true,
      'exact-node': true,
      'dma-refused': true,
      'zone-limit': true,
      fragmented: true,
      exhausted: true,
      'domain-dying': true,
      'over-allocation': true,
    };
    expect(new Set(FAILURES.map(({ reason }) => reason))).toEqual(new Set(Object.keys(reasons)));
  });

  it('[EXPLAIN-7] no trace can say that a machine or a domain is coloured, so that nothing fails for it', () => {
    expect(() => smallSource([MEMORY], { heap: { llcColors: 4 } })).toThrow(/heap\.llcColors: found an unknown key/);
    expect(() => smallSource([{ ...DOMAIN, llcColors: [0, 1] }])).toThrow(/llcColors/);
    expect(() => smallSource([MEMORY, alloc(0, { flags: ['coloured'] })])).toThrow(/flags/);
  });

  it('with the very same memory, a request that does not ask too much gets it', async () => {
    for (const { records, setup, reason } of FAILURES) {
      if (reason === 'exhausted' || reason === 'domain-dying') continue;
      const { reason: other } = await explainLast([...records.slice(0, -1), alloc(0)], setup);
      expect(other).toBeNull();
    }
  });
});

describe('a search, step by step', () => {
  it('[EXPLAIN-2] a dirty block is passed over for a clean one, and moves to the tail of its list', async () => {
    // Zone 10 becomes dirty at its top; zone 9 stays clean.
    const records = [MEMORY, alloc(4), free(1008, 4), alloc(4)];
    const { outcome, steps, reason } = await explainLast(records, { heap: { bootScrub: 'off' } });
    expect([outcome.result, reason]).toEqual([496, null]);
    const blocks = steps.filter((step) => step.step === 'block');
    expect(blocks).toMatchObject([
      { zone: 10, order: 9, mfn: 512, firstDirty: 496, taken: false },
      { zone: 9, order: 8, mfn: 256, firstDirty: null, taken: true },
    ]);
    expect(blocks.map(describeStep)).toEqual([
      'block 0x200 of order 9 on node 0, zone 10 is dirty from page 496 on: it moves to the tail of its list',
      'take block 0x100 of order 8 on node 0, zone 9',
    ]);
  });

  it('[EXPLAIN-3] a larger block is halved, lower halves going back', async () => {
    const { outcome, steps } = await explainLast([ZONE_9, alloc(6)]);
    expect(outcome.result).toBe(448);
    expect(steps.map(describeStep)).toEqual([
      'search zones 40 down to 1',
      '64 pages (256 KiB) wanted, 256 free, 0 of them claimed: there is room',
      'nodes in the order 0',
      'first pass: look for a clean block',
      expect.stringMatching(/^node 0, zone 9: 256 pages \(1 MiB\) free$/),
      expect.stringMatching(/^block 0x100 of order 8 .* is dirty from page 0 on: it moves to the tail of its list$/),
      'look for a block, clean or dirty',
      expect.stringMatching(/^node 0, zone 9: 256 pages/),
      expect.stringMatching(/^take block 0x100 of order 8 on node 0, zone 9, dirty from page 0 on$/),
      'halve it: the lower half, 0x100 of order 7, goes back to its list',
      'halve it: the lower half, 0x180 of order 6, goes back to its list',
    ]);
  });

  it('[EXPLAIN-4] nodes are visited in their order, zones with too few pages are passed over', async () => {
    const records = [
      MEMORY,
      { type: 'init_domheap_pages', ...bytesOf(2048, 2052) },
      alloc(3, { node: 1 }),
    ] satisfies RecordJson[];
    const { steps } = await explainLast(records, { ...TWO_NODES, heap: { nodeHeapPages: 1 } });
    const texts = steps.map(describeStep);
    expect(texts).toContain('nodes in the order 1, 0');
    expect(texts).toContain('node 1, zone 12: 3 pages (12 KiB) free, too few');
  });

  it('[EXPLAIN-4] claims are told apart from memory that is not there', async () => {
    const claims = async (records: readonly RecordJson[]): Promise<string | undefined> =>
      (await explainLast(records)).steps.filter(({ step }) => step === 'claims').map(describeStep)[0];
    const claim: RecordJson = { type: 'domain_set_outstanding_pages', domain: 1, pages: 760 };
    expect(await claims([ZONE_9, alloc(9)])).toBe('512 pages (2 MiB) wanted, 256 free, 0 of them claimed: too few');
    expect(await claims([MEMORY, DOMAIN, claim, alloc(4)])).toBe(
      '16 pages (64 KiB) wanted, 768 free, 760 of them claimed: what is left belongs to the claims of others',
    );
    expect(await claims([MEMORY, DOMAIN, claim, alloc(4, { domain: 1 })])).toBe(
      '16 pages (64 KiB) wanted, 768 free, 760 of them claimed, 760 by this domain: there is room',
    );
  });

  it('[EXPLAIN-5] to explain changes nothing, and can be done again', async () => {
    const timeline = await smallTimeline([MEMORY, alloc(4), free(1008, 4), alloc(4)]);
    expect(explainRecord(timeline, 4)).toEqual(explainRecord(timeline, 4));
    expect(explainRecord(timeline, 4).outcome.result).toBe(timeline.resultAt(4));
  });
});

describe('[EXPLAIN-6] what cannot be explained', () => {
  it.each([
    [0, /power-on/],
    [1, /record 1 is init_domheap_pages: only/],
    [3, /record 3 is free_domheap_pages/],
  ])('record %d', async (record, message) => {
    const timeline = await smallTimeline([MEMORY, alloc(4), free(1008, 4)]);
    expect(() => explainRecord(timeline, record)).toThrow(NothingToExplain);
    expect(() => explainRecord(timeline, record)).toThrow(message);
  });

  it('a record that somebody only looked at', async () => {
    const timeline = await smallTimeline([MEMORY, { type: 'observe_digest', digest: '0123456789abcdef' }]);
    expect(() => explainRecord(timeline, 2)).toThrow(NothingToExplain);
  });

  it('a record that is not there', async () => {
    const timeline = await smallTimeline([MEMORY]);
    expect(() => explainRecord(timeline, 3)).toThrow(RangeError);
  });
});
