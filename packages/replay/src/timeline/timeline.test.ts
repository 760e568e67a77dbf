import { stateDigest } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { bytesOf, corpusSource, corpusTimeline, smallSource, smallTimeline } from '../../test/small-timeline.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import { ReplayRun } from '../replay/replay-run.ts';
import { openTimeline, timelineOf } from './open-timeline.ts';
import type { TimelineProgress } from './timeline-source.ts';

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const MIXED = 'golden/4.23.direct-map-all.numa.mixed.heaplay.jsonl.gz';

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

describe('opening a timeline', () => {
  it('[TIME-2] progress rises to the last record, and the timeline comes with it', async () => {
    const source = await corpusSource(MIXED);
    const seen: TimelineProgress[] = [];
    await new Promise<void>((resolve, reject) => {
      openTimeline(source).subscribe({ next: (one) => seen.push(one), error: reject, complete: resolve });
    });
    expect(seen.length).toBeGreaterThan(3);
    const records = seen.map(({ record }) => record);
    expect(records).toEqual([...new Set(records)].toSorted((a, b) => a - b));
    expect(records.at(-1)).toBe(source.table.length);
    expect(seen.every(({ records: all }) => all === source.table.length)).toBe(true);
    expect(seen.map(({ timeline }) => timeline === null)).toEqual(seen.map((_, at) => at < seen.length - 1));
  });

  it('[TIME-3] to unsubscribe cancels: no more comes, and nothing more is replayed', async () => {
    const source = await corpusSource(MIXED);
    const seen: number[] = [];
    let completed = false;
    const subscription = openTimeline(source).subscribe({
      next: ({ record }) => {
        seen.push(record);
        subscription.unsubscribe();
      },
      complete: () => (completed = true),
    });
    // Nothing happens before somebody has had a chance to cancel.
    expect(seen).toEqual([]);
    await wait(60);
    expect([seen.length, completed]).toEqual([1, false]);
    expect(seen[0]).toBeLessThan(source.table.length);
  });

  it('[TIME-3] others get their turn while it is being opened', async () => {
    const source = await corpusSource(MIXED);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await timelineOf(source);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('[TIME-4] a record that makes no sense is an error that names it', async () => {
    const source = smallSource([
      { type: 'init_domheap_pages', ...bytesOf(256, 512) },
      { type: 'domain_kill', domain: 7 },
    ]);
    await expect(timelineOf(source)).rejects.toThrow(/small: record 2, .*field "domain": found d7/);
  });

  it('[TIME-5] a trace without records has power-on', async () => {
    const timeline = await smallTimeline([]);
    expect([timeline.length, timeline.bug]).toEqual([0, null]);
    expect(timeline.momentAt(0)).toMatchObject({ record: 0, call: undefined, result: undefined, failed: false });
    expect(() => timeline.stateAt(1)).toThrow(/record 1 is not there: small has records 0 \(power-on\) to 0, its last/);
    expect([timeline.timeAt(0), timeline.recordAtTime(10)]).toEqual([0, 0]);
  });
});

describe('going about in it', () => {
  it.each([-1, 813, 0.5, NaN])('[TIME-6] record %d is not there', async (record) => {
    const timeline = await corpusTimeline(X86);
    expect(() => timeline.stateAt(record)).toThrow(RangeError);
  });

  it('[TIME-7] by time: the last record up to which none is later, through ties, gaps and disorder', async () => {
    const at = (time: number): Readonly<Record<string, unknown>> & { type: string } => ({
      type: 'query_page_offline',
      mfn: 300,
      at: time,
    });
    const timeline = await smallTimeline([
      { type: 'init_domheap_pages', ...bytesOf(256, 512) },
      at(10),
      at(10),
      at(30),
      at(20),
      { type: 'query_page_offline', mfn: 300 },
      at(40),
    ]);
    expect([0, 9, 10, 19, 20, 29, 30, 39, 40, 1e9].map((time) => timeline.recordAtTime(time))).toEqual([
      1, 1, 3, 3, 3, 3, 6, 6, 7, 7,
    ]);
    expect(Array.from({ length: 8 }, (_, record) => timeline.timeAt(record))).toEqual([0, 0, 10, 10, 30, 30, 30, 40]);
  });

  it('[TIME-8] the states are the same whatever lies between two that are kept', async () => {
    const source = await corpusSource('golden/4.17.direct-map-all.numa.misc.heaplay.jsonl.gz');
    const places = Array.from({ length: 40 }, (_, at) => Math.floor((at * source.table.length) / 39));
    const digests = await Promise.all(
      [1, 7, 4096].map(async (spacing) => {
        const timeline = await timelineOf(source, { spacing });
        const to = places.map((record) => stateDigest(timeline.stateAt(record)));
        const back = places.toReversed().map((record) => stateDigest(timeline.stateAt(record)));
        expect(back.toReversed()).toEqual(to);
        return to;
      }),
    );
    expect(digests[1]).toEqual(digests[0]);
    expect(digests[2]).toEqual(digests[0]);
  });

  it('[TIME-9] a step back next to the cursor replays next to nothing', async () => {
    const timeline = await corpusTimeline(MIXED);
    timeline.stateAt(12_000);
    const before = timeline.replayedCalls;
    for (let record = 11_999; record > 11_970; record--) timeline.stateAt(record);
    expect(timeline.replayedCalls - before).toBeLessThan(10);
  });
});

describe('where Xen stops', () => {
  it.each(['bug_doublefree', 'bug_onlinebroken', 'bug_overlap', 'bug_bootempty'])(
    '[TIME-10] %s: the run ends before the record that stops it',
    async (name) => {
      const timeline = await corpusTimeline(`golden/4.17.direct-map-all.1node.${name}.heaplay.jsonl.gz`, {
        spacing: 3,
      });
      const { bug, length, table } = timeline;
      if (bug === null) throw new Error('Xen has stopped here');
      expect(bug.record).toBe(length + 1);
      expect(table.record(bug.record).bug).toBe(bug.kind);
      expect(() => timeline.stateAt(bug.record)).toThrow(new RegExp(`the last before it stopped \\(${bug.kind}\\)`));
      const { header } = await corpusSource(`golden/4.17.direct-map-all.1node.${name}.heaplay.jsonl.gz`);
      const run = new ReplayRun(header, header);
      run.add({ first: 1, records: [...table.records()] });
      expect(stateDigest(timeline.stateAt(length))).toBe(run.result().stateDigest);
    },
  );
});

describe('under another configuration', () => {
  const CHANGES: readonly (readonly [string, ConfigChange])[] = [
    [X86, { mode: 'separate-xenheap' }],
    [X86, { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0x3ffff } }],
    [X86, { xen: '4.6' }],
    [MIXED, { xen: '4.17' }],
    ['golden/4.17.separate-xenheap.1node.exhaust.heaplay.jsonl.gz', { mode: 'direct-map-all' }],
  ];
  it.each(CHANGES)('[TIME-11] %s, %j: the timeline is what a replay makes of it', async (path, change) => {
    const source = await corpusSource(path);
    const to = resolveSetup(source.header, change);
    const timeline = await timelineOf(source, { to, spacing: 100 });
    const until = Math.floor(timeline.length * 0.7);
    for (const place of [until, timeline.length]) {
      const run = new ReplayRun(source.header, to, { until: place });
      run.add({ first: 1, records: [...source.table.records()] });
      const { stateDigest: digest, failed, bug } = run.result();
      expect(bug).toBeNull();
      expect(stateDigest(timeline.stateAt(place))).toBe(digest);
      expect(timeline.momentAt(place).failures).toBe(failed);
      expect(timeline.setup).toEqual(run.setup);
    }
  });

  it('[TIME-12] a header that says more than the configuration is the recorded one all the same', async () => {
    const source = await corpusSource(X86);
    const { machine, heap } = source.header;
    const timeline = await timelineOf(source, { to: { machine, heap } });
    // A run that was worked out anew keeps the setup that was asked for.
    expect(timeline.setup).toBe(source.header);
  });
});
