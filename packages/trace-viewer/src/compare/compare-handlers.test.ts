import { stateDigest } from '@heaplay/core';
import {
  batchesOf,
  changeRecord,
  diffConfigurations,
  diffTraces,
  resolveSetup,
  timelineOf,
  whatIf,
} from '@heaplay/replay';
import type { CallRecord } from '@heaplay/core';
import type { ConfigChange, DiffResult, TimelineSource } from '@heaplay/replay';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { job, openedEngine } from '../../test/opened-engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunSummary } from '../engine/run.ts';
import { kindsOf, rowsOfKind } from './class-words.ts';
import { describeDifferences, diffRuns, runMetrics } from './compare-handlers.ts';
import { deriveRun } from './derive-run.ts';
import { recordInA } from './difference-places.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const QEMU = 'recordings/qemu-x86-2g.4.17.heaplay.jsonl.gz';
const MIXED = 'golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz';

function sourceOf(engine: Engine, id: number): TimelineSource {
  const { name, header, timeline } = engine.run(id);
  return { name, header, table: timeline.table };
}

async function diffOf(engine: Engine, a: number, b: number): Promise<DiffResult> {
  const { value } = await diffRuns(engine, { a, b }, job());
  const metrics = {
    a: await runMetrics(engine, { run: a, end: value.end.a }, job()),
    b: await runMetrics(engine, { run: b, end: value.end.b }, job()),
  };
  return { ...value.result, metrics };
}

describe('a run that is worked out from another one', () => {
  it.each<[string, string, ConfigChange]>([
    [X86, 'mode=separate-xenheap', { mode: 'separate-xenheap' }],
    [
      X86,
      'mode=direct-map-partial heap.xenheapMaxMfn=0x3ffff',
      { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0x3ffff } },
    ],
    [MIXED, 'xen=4.23 heap.bootScrub=on', { xen: '4.23', heap: { bootScrub: 'on' } }],
  ])('[VIEW-DERIVE-1] of %s with %s is what replaying it from the start gives', async (trace, change, model) => {
    const engine = await openedEngine(trace);
    const told: RunSummary[] = [];
    const run = await deriveRun(engine, { run: 0, change }, job(told));
    expect(run).toMatchObject({ id: 1000, derived: { from: 0, change }, growing: false });
    expect(told[0]).toMatchObject({ id: 1000, growing: true });
    const source = sourceOf(engine, 0);
    const to = resolveSetup(source.header, model);
    const expected = await timelineOf(source, { to });
    const { timeline } = engine.run(run.id);
    expect(timeline.setup).toEqual(expected.setup);
    for (const record of [0, 1, timeline.length >> 1, timeline.length]) {
      expect(stateDigest(timeline.stateAt(record))).toEqual(stateDigest(expected.stateAt(record)));
    }
    const batches = from(batchesOf(source.table.records()));
    const diff = await lastValueFrom(batches.pipe(diffConfigurations(trace, source.header, to)));
    expect(await diffOf(engine, 0, run.id)).toEqual(diff);
  });

  it('[VIEW-DERIVE-2] without some records, and with another order', async () => {
    const engine = await openedEngine(X86);
    const source = sourceOf(engine, 0);
    const allocation = 120;
    const changed = changeRecord(source.table.record(allocation) as CallRecord, { order: 3 });
    const run = await deriveRun(engine, { run: 0, change: `without=30,40-60 order:${allocation}=3` }, job());
    const without = new Set([30, ...Array.from({ length: 21 }, (_, at) => 40 + at)]);
    const edits = { without, changed: new Map(changed.ok ? [[allocation, changed.value]] : []) };
    expect(edits.changed.size).toBe(1);
    expect(await diffOf(engine, 0, run.id)).toEqual(await lastValueFrom(whatIf(source, edits)));
  });

  it.each([
    ['mode=sideways', /heap\.mode/],
    ['heap.nothing=1', /heap\.nothing|nothing/],
    ['mode=direct-map-all', /nothing is otherwise/],
    ['sideways', /found "sideways"; expected mode=MODE/],
    ['without=0', /found "0"; expected numbers and ranges from 1 to 812/],
    ['without=5-2', /found "5-2"/],
    ['order:1=3', /order of record 1: found/],
    ['mode=separate-xenheap machine.ram=[[0,256]]', /does not boot like that. Xen says: Not enough space for xenheap/],
  ])('[VIEW-DERIVE-3] %s says what is wrong, and leaves no run behind', async (change, message) => {
    const engine = await openedEngine(X86);
    await expect(deriveRun(engine, { run: 0, change }, job())).rejects.toThrow(message);
    expect(() => engine.run(1000)).toThrow(/there is no run/);
  });

  it('[VIEW-DERIVE-4] is given up when nobody waits for it', async () => {
    const engine = await openedEngine(MIXED);
    const work = job<RunSummary>();
    const made = deriveRun(engine, { run: 0, change: 'xen=4.23' }, work);
    work.cancel();
    await expect(made).rejects.toThrow(/nobody waits/);
    expect(() => engine.run(1000)).toThrow(/there is no run/);
  });
});

describe('two traces', () => {
  it('[VIEW-COMPARE-1] are compared as the library compares them, and step by step', async () => {
    const engine = await openedEngine(X86, QEMU);
    const [first, second] = [0, 1].map((id) => {
      const { name, header, table } = sourceOf(engine, id);
      return { name, header, batches: from(batchesOf(table.records())) };
    }) as [Parameters<typeof diffTraces>[0], Parameters<typeof diffTraces>[0]];
    expect(await diffOf(engine, 0, 1)).toEqual(await lastValueFrom(diffTraces(first, second)));
    const { pairs, pairing, a, b } = (await diffRuns(engine, { a: 0, b: 1 }, job())).value;
    expect(pairing).toBe('calls');
    if (pairs === null) throw new Error('two traces have pairs');
    expect(pairs).toHaveLength(engine.run(0).timeline.length + 1);
    expect([...pairs]).toEqual([...pairs].toSorted((x, y) => x - y));
    expect(pairs[0]).toBe(0);
    // A differing call with a counterpart stands beside it.
    a.forEach((record, at) => {
      const other = b[at] ?? 0;
      expect(record === 0 || other === 0 || pairs[record] === other).toBe(true);
    });
  });

  it('[VIEW-COMPARE-4] calls that differ are listed by the records of the first trace, all of them once', async () => {
    const engine = await openedEngine(X86, QEMU);
    const diff = (await diffRuns(engine, { a: 1, b: 0 }, job())).value;
    const places = (rows: Uint32Array | null): number[] => [...(rows ?? [])].map((row) => recordInA(diff, row));
    const all = rowsOfKind(diff, null);
    expect(new Set(all).size).toBe(diff.a.length);
    expect(places(all)).toEqual(places(all).toSorted((x, y) => x - y));
    const byKind = kindsOf(diff.result).map(([kind, calls]) => {
      const rows = rowsOfKind(diff, kind);
      expect(rows).toHaveLength(calls);
      return [...(rows ?? [])];
    });
    expect(byKind.flat().toSorted((x, y) => x - y)).toEqual([...(all ?? [])].toSorted((x, y) => x - y));
  });

  it('[VIEW-COMPARE-2] calls that differ are told with both results', async () => {
    const engine = await openedEngine(X86);
    await deriveRun(engine, { run: 0, change: 'mode=separate-xenheap' }, job());
    const { a, b, result } = (await diffRuns(engine, { a: 0, b: 1000 }, job())).value;
    const first = result.firstDivergence;
    expect([a[0], b[0]]).toEqual([first?.record, first?.record]);
    const [text] = describeDifferences(engine, { a: 0, b: 1000, rows: [[a[0] ?? 0, b[0] ?? 0]] });
    expect(text?.call).toContain(first?.call);
    expect([text?.a, text?.b]).toEqual([first?.a, first?.b].map((mfn) => `0x${Number(mfn).toString(16)}`));
  });
});
