import { from, lastValueFrom } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, corpusSource, smallSource } from '../../test/small-timeline.ts';
import type { RecordJson, SmallMachine } from '../../test/small-timeline.ts';
import { describeStep } from '../analysis/describe-step.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { timelineOf } from '../timeline/open-timeline.ts';
import { batchesOf } from '../trace/batches-of.ts';
import { diffConfigurations } from './diff-configurations.ts';
import type { DiffOptions } from './diff-configurations.ts';
import type { DiffResult } from './diff-result.ts';
import { diffTraces } from './diff-traces.ts';
import type { DiffTrace } from './diff-traces.ts';

async function under(source: TimelineSource, change: ConfigChange, options: DiffOptions = {}): Promise<DiffResult> {
  const to = resolveSetup(source.header, change);
  const batches = from(batchesOf(source.table.records()));
  return lastValueFrom(batches.pipe(diffConfigurations(source.name, source.header, to, options)));
}

function trace({ name, header, table }: TimelineSource): DiffTrace {
  return { name, header, batches: from(batchesOf(table.records())) };
}

const NODES: SmallMachine = {
  machine: {
    nodes: [
      { id: 0, ranges: [[0, 2048]] },
      { id: 1, ranges: [[2048, 4096]] },
    ],
    cpus: [0],
  },
  heap: { bootScrub: 'off' },
};
const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 1024) };
const alloc = (order: number, more: Readonly<Record<string, unknown>> = {}): RecordJson => ({
  type: 'alloc_domheap_pages',
  order,
  ...more,
});

describe('a boot under a separate xen heap', () => {
  let source: TimelineSource;
  let diff: DiffResult;
  beforeAll(async () => {
    source = await corpusSource('recordings/x86-2g.4.17.heaplay.jsonl');
    diff = await under(source, { mode: 'separate-xenheap' }, { moves: 10_000 });
  });

  it('[DIFF-1] every move is told, with the frames of both runs', async () => {
    expect(diff.moves).toHaveLength(diff.moved);
    const recorded = await timelineOf(source);
    const other = await timelineOf(source, { to: resolveSetup(source.header, { mode: 'separate-xenheap' }) });
    for (const { record, call, a, b } of diff.moves) {
      expect(a).not.toBe(b);
      expect([recorded.resultAt(record), other.resultAt(record)]).toEqual([a, b]);
      expect(source.table.typeAt(record)).toBe(call);
    }
    const some = await under(source, { mode: 'separate-xenheap' }, { moves: 3 });
    expect(some.moves).toEqual(diff.moves.slice(0, 3));
    expect(some.moved).toBe(diff.moved);
    expect((await under(source, { mode: 'separate-xenheap' })).moves).toHaveLength(20);
  });

  it('[DIFF-2] each side ran out somewhere, and says why', async () => {
    expect(diff.ranOut.a).toEqual({ record: 782, call: 'alloc_domheap_pages', reason: 'fragmented' });
    expect(diff.ranOut.b).toEqual({ record: 782, call: 'alloc_domheap_pages', reason: 'fragmented' });
    expect(diff.firstFailure).toMatchObject({ record: 792, reason: 'fragmented' });
    const recorded = await timelineOf(source);
    const failed = Array.from({ length: recorded.length }, (_, at) => at + 1).find((record) =>
      recorded.hasFailed(record),
    );
    expect(failed).toBe(782);
  });

  it('[DIFF-3] at boot nothing is searched: the first divergence has no cause', () => {
    expect(diff.firstDivergence).toMatchObject({ record: 9, call: 'alloc_boot_pages', cause: null });
  });
});

describe('the cause of the first divergence', () => {
  it('[DIFF-4] a DMA zone: other zones are searched first', async () => {
    const { firstDivergence } = await under(smallSource([MEMORY, alloc(0), alloc(9), alloc(8)]), {
      heap: { dmaBits: 21 },
    });
    expect(firstDivergence).toBeNull();
    const dma = await under(smallSource([MEMORY, alloc(9), alloc(0, { bits: 20 }), alloc(0, { flags: ['no_dma'] })]), {
      heap: { dmaBits: 21 },
    });
    expect(dma.firstDivergence).toMatchObject({ record: 4, a: 511, b: null });
    const cause = dma.firstDivergence?.cause;
    expect(cause?.step).toBe(1);
    expect([cause?.a, cause?.b].map((step) => (step ? describeStep(step) : null))).toEqual([
      'search zones 40 down to 1',
      'search zones 40 down to 10 first: the DMA zone is kept for those who need it',
    ]);
    expect(dma.firstFailure).toEqual({ record: 4, call: 'alloc_domheap_pages', reason: 'dma-refused' });
    expect(dma.ranOut).toEqual({
      a: { record: 3, call: 'alloc_domheap_pages', reason: 'zone-limit' },
      b: dma.ranOut.a,
    });
  });

  it('[DIFF-5] an older version, without dirty pages, takes the block that the newer one passes over', async () => {
    const source = smallSource(
      [MEMORY, alloc(4), { type: 'free_domheap_pages', mfn: 1008, order: 4 }, alloc(4)],
      NODES,
    );
    const { firstDivergence } = await under(source, { xen: '4.6' });
    expect(firstDivergence).toMatchObject({ record: 4, a: 496, b: 1008 });
    expect(firstDivergence?.cause).toMatchObject({
      a: { step: 'pass', takesDirty: false },
      b: { step: 'pass', takesDirty: true },
    });
  });
});

describe('two traces', () => {
  const RECORDS: readonly RecordJson[] = [MEMORY, alloc(4), alloc(0), alloc(10)];

  it('[DIFF-6] a call more in one of them shifts nothing, but moves what comes behind it', async () => {
    const [a, b] = [smallSource(RECORDS), smallSource([...RECORDS.slice(0, 2), alloc(2), ...RECORDS.slice(2)])];
    const diff = await lastValueFrom(diffTraces(trace(a), trace(b), { moves: 1 }));
    expect(diff).toMatchObject({ onlyInA: 0, onlyInB: 1, moved: 1, moves: [{ order: 0 }] });
    expect(diff.ranOut).toMatchObject({ a: { record: 4 }, b: { record: 5 } });
    expect(diff.firstDivergence?.cause).not.toBeNull();
    expect((await lastValueFrom(diffTraces(trace(a), trace(b), { moves: 0 }))).moves).toEqual([]);
  });

  it('[DIFF-7] an address is its layout’s affair: only whether there is one is compared', async () => {
    const calls = (mfns: readonly number[]): RecordJson[] => [
      ...RECORDS,
      ...mfns.map((mfn): RecordJson => ({ type: 'map_domain_page_global', mfn })),
      { type: 'access', va: '0xffff830000010000', write: true },
    ];
    const diff = await lastValueFrom(diffTraces(trace(smallSource(calls([16]))), trace(smallSource(calls([17])))));
    expect(diff).toMatchObject({ calls: 6, same: 6, firstDivergence: null });
  });

  it('[DIFF-8] a mapping that does not come about there is a failure', async () => {
    const source = smallSource([...RECORDS, { type: 'mfn_to_virt', mfn: 700 }]);
    const diff = await under(source, { mode: 'direct-map-on-demand' });
    expect(diff).toMatchObject({ failedOnlyInB: 1, firstFailure: { record: 5, reason: null } });
    expect(JSON.parse(JSON.stringify(diff.firstDivergence))).toMatchObject({
      record: 5,
      a: '0xffff8300002bc000',
      b: null,
    });
  });
});
