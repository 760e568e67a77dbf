import { describe, expect, it } from 'vitest';
import { engineOf, engineOfRecords } from '../../test/open-engine.ts';
import { callRows } from './call-handlers.ts';

describe('[VIEW-CALLS-6] records as rows', () => {
  it('say in words what a call asked for, and what it got', async () => {
    const { engine, run, timeline } = await engineOfRecords([
      { type: 'init_domheap_pages', start: '0x100000', end: '0x400000' },
      { type: 'domain_create', domain: 1, maxPages: 9, nodeAffinity: [0] },
      { type: 'alloc_domheap_pages', domain: 1, order: 3, flags: ['no_dma', 'exact_node'], node: 0, cpu: 1, at: 1500 },
      { type: 'alloc_domheap_pages', domain: 1, order: 1, caller: ['f+0x1', 'g'] },
      { type: 'domain_set_outstanding_pages', domain: 1, pages: 50 },
      { type: 'free_domheap_pages', mfn: 1016, order: 1 },
      { type: 'observe_avail', minBits: 0, maxBits: 0, pages: 762 },
    ]);
    const records = Array.from({ length: timeline.length + 5 }, (_, record) => record);
    const rows = callRows(engine, { run, records });
    expect(
      rows.map(({ call, args, result, outcome, frame }) => [call, args.join(', '), result, outcome, frame]),
    ).toEqual([
      ['power-on', '', '', 'power-on', null],
      ['init_domheap_pages', 'from 0x100000, to 0x400000', '', 'done', null],
      ['domain_create', 'd1, at most 9 pages (36 KiB), nodes 0', '', 'done', null],
      ['alloc_domheap_pages', 'd1, order 3 (8 pages), node 0, no_dma exact_node', '0x3f8', 'done', 0x3f8],
      ['alloc_domheap_pages', 'd1, order 1 (2 pages)', 'nothing', 'failed', null],
      ['domain_set_outstanding_pages', 'd1, 50 pages (200 KiB)', 'EINVAL', 'failed', null],
      ['free_domheap_pages', '0x3f8, order 1 (2 pages)', '', 'done', 0x3f8],
      ['observe_avail', '762 pages (3.0 MiB), from 0 bits, to 0 bits', '', 'looked', null],
    ]);
    expect(rows[3]).toMatchObject({ record: 3, at: 1500, cpu: 1, stack: [] });
    expect(rows[4]).toMatchObject({ record: 4, at: null, cpu: 0, stack: ['f+0x1', 'g'] });
  });

  it.each([
    'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz',
    'golden/4.23.direct-map-all.numa.offline.heaplay.jsonl.gz',
    'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz',
  ])('no word of %s lacks what it is made of', async (trace) => {
    const { engine, run, timeline } = await engineOf(trace);
    const records = Array.from({ length: timeline.length + 1 }, (_, record) => record);
    const rows = callRows(engine, { run, records });
    expect(rows.map(({ record }) => record)).toEqual(records);
    for (const { args, result, record, outcome } of rows) {
      expect(`${args.join()} ${result}`).not.toMatch(/undefined|NaN|null|object|errno /);
      expect(outcome === 'failed').toBe(timeline.hasFailed(record));
    }
  });
});
