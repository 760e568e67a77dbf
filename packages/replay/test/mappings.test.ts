import { checkInvariants, liveMappings, openState, stateDigest } from '@heaplay/core';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ConfigChange } from '../src/rebase/reconfigure.ts';
import { resolveSetup } from '../src/rebase/resolve-setup.ts';
import { ReplayRun } from '../src/replay/replay-run.ts';
import type { ReplayResult } from '../src/replay/replay-tally.ts';
import { verify } from '../src/replay/verify.ts';
import type { VerifyResult } from '../src/replay/verify.ts';
import { timelineOf } from '../src/timeline/open-timeline.ts';
import type { TimelineSource } from '../src/timeline/timeline-source.ts';
import { batchesOf } from '../src/trace/batches-of.ts';
import { recordToJson } from '../src/trace/encode-record.ts';
import { TraceTable } from '../src/trace/table.ts';
import { decodedRecord } from './arbitrary-trace.ts';
import { bytesOf, corpusSource, smallSource } from './small-timeline.ts';
import type { RecordJson, SmallMachine } from './small-timeline.ts';

const ARM32 = 'recordings/arm32-1g.4.17.heaplay.jsonl';
const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const DIRECT = 0xffff_8300_0000_0000n;
const CACHE = 0xffff_8200_0000_0000n;

const text = (va: bigint): string => `0x${va.toString(16)}`;
const page = (start: bigint, pages: number): string => text(start + BigInt(pages) * 4096n);
const MEMORY: RecordJson = { type: 'init_domheap_pages', ...bytesOf(256, 1024) };
const ALLOC: RecordJson = { type: 'alloc_domheap_pages', order: 0 };

async function verified({ header, table }: TimelineSource): Promise<VerifyResult> {
  const batches = from(batchesOf(table.records()));
  return lastValueFrom(batches.pipe(verify(header.machine, header.heap, { all: true })));
}

/** The same trace with the result of its n-th mapping call changed. */
function withResult(source: TimelineSource, nth: number, result: string): TimelineSource {
  const table = new TraceTable();
  let seen = 0;
  for (const record of source.table.records()) {
    const json = recordToJson(record) as RecordJson;
    const isIt = record.type === 'map_domain_page_global' && seen++ === nth;
    table.append(decodedRecord(isIt ? { ...json, result } : json));
  }
  return { ...source, table };
}

/** Records replayed under a change of the configuration: their JSON, and what came of it. */
function rebased(
  records: readonly RecordJson[],
  change: ConfigChange,
  setup: SmallMachine = {},
): {
  readonly result: ReplayResult;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly run: ReplayRun;
} {
  const source = smallSource(records, setup);
  const run = new ReplayRun(source.header, resolveSetup(source.header, change));
  const replayed = [...batchesOf(source.table.records())].flatMap((batch) => run.add(batch));
  return { run, result: run.result(), records: replayed.map((record) => recordToJson(record)) };
}

describe('what mapping calls returned is compared', () => {
  it.each([ARM32, X86])('[MAP-8] %s: every recorded address, and none is passed over', async (path) => {
    const source = await corpusSource(path);
    const result = await verified(source);
    const calls = [...source.table.records()].filter(({ type }) => type === 'map_domain_page_global');
    expect(calls.length).toBeGreaterThan(2);
    expect(result).toMatchObject({ ok: true, mismatches: [] });
    const timeline = await timelineOf(source);
    const live = [...liveMappings(openState(timeline.stateAt(timeline.length)))];
    expect(live.map(({ va, mfn }) => [mfn, text(va)]).toSorted()).toEqual(
      calls.map((call) => [recordToJson(call)['mfn'], recordToJson(call)['result']]).toSorted(),
    );
  });

  it.each([
    ['where the first one lies', 1, '0x10020000'],
    ['without a guard page', 1, '0x10021000'],
    ['within a page', 1, '0x10022010'],
    ['below the first fit', 0, '0x10006000'],
    ['outside of the vmap area', 2, '0x40000000'],
  ])('[MAP-8] an address %s is a mismatch', async (_, nth, result) => {
    const { mismatches } = await verified(withResult(await corpusSource(ARM32), nth, result));
    expect(mismatches).toMatchObject([{ what: 'result', expected: result, found: '0x10007000' }]);
  });

  it('[MAP-3] an address of the direct map must be that very one', async () => {
    const { mismatches } = await verified(withResult(await corpusSource(X86), 1, '0xffff830007b7e000'));
    expect(mismatches).toMatchObject([{ expected: '0xffff830007b7e000', found: '0xffff830007b7d000' }]);
  });
});

describe('under another layout', () => {
  const [first, second] = [1023, 1022];
  const RECORDS: readonly RecordJson[] = [
    MEMORY,
    ALLOC,
    ALLOC,
    { type: 'map_domain_page', mfn: first, domain: 1 },
    { type: 'map_domain_page', mfn: second, domain: 1 },
    { type: 'access', va: page(DIRECT, first), write: true },
    { type: 'unmap_domain_page', va: page(DIRECT, first) },
    { type: 'access', va: page(DIRECT, first), write: true },
    { type: 'virt_to_mfn', va: page(DIRECT, second) },
  ];

  it('[REBASE-3] an address is a byte of the mapping that returned it, mapped still or not', () => {
    const own = rebased(RECORDS, {});
    expect(own.records.slice(3).map(({ result }) => result)).toEqual([
      page(DIRECT, first),
      page(DIRECT, second),
      'ok',
      undefined,
      'ok',
      second,
    ]);
    // What works because the direct map is always there breaks where a map cache is used.
    const cached = rebased(RECORDS, { heap: { debug: true } });
    expect(cached.records.slice(3).map(({ va, result }) => [va, result])).toEqual([
      [undefined, page(CACHE, 0)],
      [undefined, page(CACHE, 1)],
      [page(CACHE, 0), 'ok'],
      [page(CACHE, 0), undefined],
      [page(CACHE, 0), 'not-mapped'],
      [page(CACHE, 1), second],
    ]);
    expect([own.result.failed, cached.result.failed]).toEqual([0, 1]);
    expect([...liveMappings(openState(cached.run.publish()))].map(({ mfn }) => mfn)).toEqual([second]);
  });

  it('[REBASE-4] an address of the direct map is that of the frame, wherever it went, or none', () => {
    const records: readonly RecordJson[] = [
      MEMORY,
      { type: 'alloc_xenheap_pages', order: 0 },
      ALLOC,
      { type: 'access', va: text(DIRECT + 1023n * 4096n + 8n), write: false },
      { type: 'access', va: text(DIRECT + 1022n * 4096n + 8n), write: false },
      { type: 'free_xenheap_pages', mfn: 1023, order: 0 },
      { type: 'access', va: page(DIRECT, 1023), write: false },
      { type: 'mfn_to_virt', mfn: 1022 },
    ];
    const answers = (change: ConfigChange): unknown[] =>
      rebased(records, change).records.flatMap(({ type, va, result }) =>
        type === 'access' || type === 'mfn_to_virt' ? [[va, result]] : [],
      );
    expect(answers({ mode: 'direct-map-on-demand' })).toEqual([
      [text(DIRECT + 1023n * 4096n + 8n), 'ok'],
      [text(DIRECT + 1022n * 4096n + 8n), 'not-mapped'],
      [page(DIRECT, 1023), 'not-mapped'],
      [undefined, null],
    ]);
    // Frames 512 to 1023 are the xen heap, without the guard pages at its ends: it hands out the first behind one.
    const separate = answers({ mode: 'separate-xenheap', heap: { xenHeap: [512, 1024] } });
    expect(separate).toEqual([
      [text(DIRECT + 4096n + 8n), 'ok'],
      [expect.any(String), expect.not.stringMatching('^ok$')],
      [page(DIRECT, 1), 'ok'],
      [undefined, null],
    ]);
  });

  it('[REBASE-5] what needs a mapping that did not come about is orphaned', () => {
    const records: readonly RecordJson[] = [
      MEMORY,
      { type: 'alloc_domheap_pages', order: 9 },
      { type: 'vmap', mfns: [512, 513] },
      { type: 'access', va: page(0xffff_82c0_0020_2000n, 0), write: false },
      { type: 'vunmap', va: page(0xffff_82c0_0020_1000n, 0) },
    ];
    expect(rebased(records, {}).records[3]).toMatchObject({ result: 'ok' });
    const { result } = rebased(
      records,
      { mode: 'separate-xenheap', heap: { xenHeap: [300, 900] } },
      {
        machine: { ram: [[256, 1024]] },
      },
    );
    expect(result).toMatchObject({ orphaned: 3, failed: 1 });
  });

  it('[REBASE-6] of mappings at one address the newest that the CPU made is meant', () => {
    const records: readonly RecordJson[] = [
      MEMORY,
      { type: 'map_domain_page', mfn: 300, domain: 1, cpu: 0 },
      { type: 'map_domain_page', mfn: 301, domain: 2, cpu: 1 },
      { type: 'virt_to_mfn', va: text(CACHE), cpu: 0 },
      { type: 'unmap_domain_page', va: text(CACHE), cpu: 1 },
      { type: 'virt_to_mfn', va: text(CACHE), cpu: 0 },
      { type: 'virt_to_mfn', va: text(CACHE), cpu: 1 },
    ];
    const setup: SmallMachine = { machine: { cpus: [0, 0] }, heap: { debug: true } };
    const found = (change: ConfigChange): unknown[] =>
      rebased(records, change, setup).records.map(({ result }) => result);
    expect(found({}).slice(3)).toEqual([300, undefined, 300, null]);
    // In the release build the ended one is that of CPU 0, which is always mapped.
    expect(found({ heap: { debug: false } }).slice(1)).toEqual([
      page(DIRECT, 300),
      page(DIRECT, 301),
      300,
      undefined,
      300,
      300,
    ]);
  });

  it('[REBASE-7] a place that was seen belongs to the recorded layout', async () => {
    const source = await corpusSource(ARM32);
    const run = new ReplayRun(source.header, resolveSetup(source.header, { xen: '4.23' }));
    const records = [...batchesOf(source.table.records())].flatMap((batch) => run.add(batch));
    const places = records
      .filter(({ type }) => type === 'map_domain_page_global')
      .map((one) => recordToJson(one)['result']);
    expect(places).toEqual(['0x10007000', '0x10009000', '0x1000b000']);
    expect(checkInvariants(run.publish())).toEqual([]);
  });
});

describe('a timeline', () => {
  it('[TIME-1] goes to states with mappings as to any other, and tells addresses', async () => {
    const maps = Array.from({ length: 40 }, (_, at): RecordJson => ({ type: 'vmap', mfns: [300 + at, 301 + at] }));
    const timeline = await timelineOf(smallSource([MEMORY, ...maps]), { spacing: 8 });
    expect(timeline.resultAt(3)).toBe(0xffff_82c0_0020_4000n);
    const counts = [41, 3, 20, 0].map((record) => [...liveMappings(openState(timeline.stateAt(record)))].length);
    expect(counts).toEqual([80, 4, 38, 0]);
    const again = await timelineOf(smallSource([MEMORY, ...maps.slice(0, 19)]));
    expect(stateDigest(timeline.stateAt(20))).toBe(stateDigest(again.stateAt(20)));
  });
});
