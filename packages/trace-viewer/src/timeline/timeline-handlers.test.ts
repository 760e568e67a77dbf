import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { openTrace } from '../engine/open-trace.ts';
import type { Run } from '../engine/run.ts';
import { Cancelled, Job } from '../remote/job.ts';
import { CALL_GROUPS, callGroupOf } from './call-groups.ts';
import type { PictureParams, RunPicture } from './run-picture.ts';
import { jumpFrom, recordTimes, runPicture, valuesAt } from './timeline-handlers.ts';

const NUMA = fileURLToPath(
  new URL('../../../../corpus/recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz', import.meta.url),
);

describe('what the timeline asks', () => {
  let engine: Engine;
  let run: Run;
  let whole: PictureParams;
  beforeAll(async () => {
    engine = new Engine();
    const opened = await openTrace(engine, { name: 'numa', from: new Blob([readFileSync(NUMA)]) }, new Job(() => {}));
    run = engine.run(opened.id);
    whole = { run: run.id, from: 0, to: run.timeline.length, axis: 'records', points: 300, parts: 60 };
  });

  it('[VIEW-TIME-1] a rough picture comes first, and says the same as the fine one where both have a sample', async () => {
    const told: RunPicture[] = [];
    const fine = await runPicture(engine, whole, new Job((picture) => told.push(picture)));
    expect(told.map((picture) => picture.fine)).toEqual([false]);
    expect([fine.fine, fine.samples.records.length]).toEqual([true, 301]);
    const rough = told[0]?.samples;
    if (rough === undefined) throw new Error('no rough picture was told');
    expect(rough.records.length).toBe(Math.ceil(run.timeline.length / run.timeline.spacing) + 1);
    for (const picture of [rough, fine.samples]) {
      const naive = Array.from(picture.records, (record) => valuesAt(engine, { run: run.id, record }));
      expect([...picture.freePages]).toEqual(naive.map(({ freePages }) => freePages));
      expect([...picture.claims]).toEqual(naive.map(({ claims }) => claims));
      expect([...picture.needScrub]).toEqual(naive.map(({ needScrub }) => needScrub));
      expect([...picture.at]).toEqual(naive.map(({ record }) => run.timeline.timeAt(record)));
    }
  });

  it('[VIEW-TIME-2] calls are counted by group, each in one part, whatever the axis', async () => {
    for (const axis of ['records', 'time'] as const) {
      const { edges, calls } = await runPicture(engine, { ...whole, axis }, new Job(() => {}));
      const naive = CALL_GROUPS.map(() => new Array<number>(edges.length - 1).fill(0));
      for (let record = 1; record <= run.timeline.length; record++) {
        const part = edges.findIndex((edge) => record <= edge) - 1;
        const row = naive[callGroupOf(run.timeline.table.typeAt(record))] ?? [];
        row[part] = (row[part] ?? 0) + 1;
      }
      expect(calls.map((row) => [...row])).toEqual(naive);
    }
  });

  it('[VIEW-TIME-3] the failures of all parts are the failures of the run', async () => {
    const { failures } = await runPicture(engine, whole, new Job(() => {}));
    const { timeline } = run;
    expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(timeline.failuresUpTo(timeline.length));
    expect(failures.every(({ record }) => timeline.hasFailed(record))).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('[VIEW-TIME-4] a part of few records has a sample behind each of them', async () => {
    const { samples, from, to } = await runPicture(engine, { ...whole, from: 700, to: 750 }, new Job(() => {}));
    expect([from, to]).toEqual([700, 750]);
    expect([...samples.records]).toEqual(Array.from({ length: 51 }, (_, at) => 700 + at));
  });

  it('[VIEW-TIME-5] while the run grows it is left at the rough picture', async () => {
    run.growing = true;
    const picture = await runPicture(engine, whole, new Job(() => {}));
    run.growing = false;
    expect(picture.fine).toBe(false);
  });

  it('[VIEW-TIME-6] ends when nobody waits for it', async () => {
    const job = new Job<RunPicture>(() => job.cancel());
    await expect(runPicture(engine, whole, job)).rejects.toThrow(Cancelled);
  });

  it('[VIEW-TIME-7] tells when every record was made, from any one on', async () => {
    const { value } = await recordTimes(engine, { run: run.id, from: 0 }, new Job(() => {}));
    expect([...value]).toEqual(Array.from({ length: run.timeline.length + 1 }, (_, at) => run.timeline.timeAt(at)));
    const rest = await recordTimes(engine, { run: run.id, from: 5000 }, new Job(() => {}));
    expect(rest.value).toEqual(value.slice(5000));
  });

  it('[VIEW-TIME-8] jumps to the neighbour that a scan finds: failures, calls on a frame, changes of an order', async () => {
    const { timeline } = run;
    const from = 2000;
    const all = Array.from({ length: timeline.length }, (_, at) => at + 1);
    const frame = all.map((record) => timeline.resultAt(record)).find((result) => typeof result === 'number') ?? 0;
    const blocks = all.map((record) => valuesAt(engine, { run: run.id, record }).freeBlocksByOrder[3]);
    const wanted = {
      failure: all.filter((record) => timeline.hasFailed(record)),
      frame: run.biographer.biography(Number(frame)).history.map(({ record }) => record),
      order: all.filter((record) => record > 1 && blocks[record - 1] !== blocks[record - 2]),
    };
    const targets = [
      { kind: 'failure' },
      { kind: 'frame', frame: Number(frame) },
      { kind: 'order', order: 3 },
    ] as const;
    for (const target of targets) {
      const records = wanted[target.kind];
      const jump = (direction: 'next' | 'previous'): Promise<number | null> =>
        jumpFrom(engine, { run: run.id, from, direction, target }, new Job(() => {}));
      expect(await jump('next')).toBe(records.find((record) => record > from) ?? null);
      expect(await jump('previous')).toBe(records.findLast((record) => record > 0 && record < from) ?? null);
    }
  });
});
