import { compileExpression } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineOf, engineOfRecords } from '../../test/open-engine.ts';
import type { OpenEngine } from '../../test/open-engine.ts';
import { Cancelled, Job } from '../remote/job.ts';
import { filterCalls } from './filter-handlers.ts';
import type { FilterAsked, FilterDone, FilterProgress } from './filter-handlers.ts';

async function filtered(
  { engine, run }: OpenEngine,
  kind: FilterAsked['kind'],
  text: string,
  from = 0,
): Promise<{ matches: number[]; done: FilterDone }> {
  const matches: number[] = [];
  const done = await filterCalls(engine, { run, kind, text, from }, new Job((told) => matches.push(...told.matches)));
  return { matches, done };
}

/** Every record of which this holds, asked one by one. */
function naive(timeline: Timeline, holds: (record: number) => boolean): number[] {
  return Array.from({ length: timeline.length + 1 }, (_, record) => record).filter(holds);
}

let mixed: OpenEngine;
let boot: OpenEngine;
beforeAll(async () => {
  mixed = await engineOf('golden/4.17.direct-map-all.numa.mixed.heaplay.jsonl.gz');
  boot = await engineOf('recordings/x86-2g.4.17.heaplay.jsonl');
});

describe('[VIEW-CALLS-1] a condition finds the records that it holds of, asked one by one', () => {
  it.each([
    'failed',
    'call.order == 3 && !failed',
    'call.type == "domain_kill" || record % 100 == 0',
    '"no_scrub" in call.flags',
    'result == null && call.type.startsWith("alloc")',
    'heap.freePages % 2 == 1',
    'failed && zone(0, 16).freePages >= 0',
    'call.order > 2',
  ])('%s', async (text) => {
    const { matches, done } = await filtered(mixed, 'cel', text);
    const condition = compileExpression(text);
    let unanswered = 0;
    const expected = naive(mixed.timeline, (record) => {
      try {
        return condition.holds(mixed.timeline.momentAt(record));
      } catch {
        unanswered++;
        return false;
      }
    });
    expect(matches).toEqual(expected);
    expect(matches.length).toBeGreaterThan(0);
    expect(done).toMatchObject({ scanned: mixed.timeline.length, error: null, unanswered });
    expect(done.firstUnanswered === null).toBe(unanswered === 0);
  });

  it('one that looks at no heap replays no call, one that does replays each once', async () => {
    const before = mixed.timeline.replayedCalls;
    const cheap = await filtered(mixed, 'cel', 'failed && call.order == 0 && result == null');
    expect([cheap.done.replayed, mixed.timeline.replayedCalls - before]).toEqual([false, 0]);
    const dear = await filtered(mixed, 'cel', 'heap.claims > 0');
    expect(dear.done.replayed).toBe(true);
    expect(mixed.timeline.replayedCalls - before).toBeGreaterThan(0);
    expect(mixed.timeline.replayedCalls - before).toBeLessThanOrEqual(mixed.timeline.length);
  });

  it('from a record on, as a run that grew is asked', async () => {
    for (const text of ['failed', 'heap.freePages % 3 == 0']) {
      const { matches } = await filtered(mixed, 'cel', text);
      const middle = matches[Math.floor(matches.length / 2)] ?? 0;
      expect((await filtered(mixed, 'cel', text, middle)).matches).toEqual(matches.filter((one) => one >= middle));
    }
  });
});

describe('[VIEW-CALLS-2] words find the records that hold all of them', () => {
  /** The same, from the record as JSON. */
  function holdsWord(timeline: Timeline, record: number, word: string): boolean {
    if (record === 0) return 'power-on'.includes(word);
    const said = timeline.recordAt(record);
    const names = [said.type, ...(said.caller ?? [])].some((name) => name.toLowerCase().includes(word));
    if (/^d\d+$/.test(word)) return 'domain' in said && `d${said.domain}` === word;
    if (word === 'failed') return timeline.hasFailed(record) || names;
    if (!word.startsWith('0x')) return names;
    const mfn = Number(word);
    const pages = 'order' in said ? 2 ** said.order : 1;
    const first = 'mfn' in said ? said.mfn : timeline.resultAt(record);
    if ('start' in said) return mfn * 4096 >= said.start && (mfn + 1) * 4096 <= said.end;
    if (said.type === 'alloc_boot_pages') return mfn >= Number(first) && mfn < Number(first) + said.pages;
    if (!('order' in said) && !('mfn' in said)) return false;
    return typeof first === 'number' && mfn >= first && mfn < first + pages;
  }

  it.each([
    'free',
    'alloc d0',
    'construct_pv',
    'Alloc construct_pv',
    '0x7fd24',
    '0x100',
    'failed',
    'power',
    'nobody-is-called-so',
  ])('%s', async (text) => {
    const { matches, done } = await filtered(boot, 'words', text);
    const words = text.toLowerCase().split(' ');
    const expected = naive(boot.timeline, (record) => words.every((word) => holdsWord(boot.timeline, record, word)));
    expect(matches).toEqual(expected);
    expect(done).toMatchObject({ error: null, replayed: false });
  });

  it('none of them: every record', async () => {
    expect((await filtered(boot, 'words', ' ')).matches.length).toBe(boot.timeline.length + 1);
  });
});

describe('[VIEW-CALLS-3] a condition that is wrong says where', () => {
  it.each([
    ['failed &&', 10],
    ['failed && nonsense', 11],
    ['call.order + 1', 1],
    ['heap.colour == 3', 6],
  ])('%s', async (text, column) => {
    const { matches, done } = await filtered(boot, 'cel', text);
    expect(matches).toEqual([]);
    expect(done).toMatchObject({ scanned: null, error: { column, record: null } });
  });

  it('[VIEW-CALLS-4] a record that it cannot be asked of does not match, and is counted', async () => {
    const small = await engineOfRecords([
      { type: 'init_domheap_pages', start: '0x100000', end: '0x400000' },
      { type: 'alloc_domheap_pages', order: 3 },
      { type: 'domain_create', domain: 1, maxPages: 9 },
    ]);
    const { matches, done } = await filtered(small, 'cel', 'call.order > 2');
    expect(matches).toEqual([2]);
    expect(done).toMatchObject({ unanswered: 3, firstUnanswered: { record: 0, column: 1 } });
  });
});

describe('[VIEW-CALLS-5] a search', () => {
  it('tells what it found on the way, and stops when nobody waits', async () => {
    const told: FilterProgress[] = [];
    const job = new Job<FilterProgress>((progress) => {
      told.push(progress);
      job.cancel();
    });
    const asked = { run: mixed.run, kind: 'words', text: 'alloc', from: 0 } as const;
    await expect(filterCalls(mixed.engine, asked, job)).rejects.toThrow(Cancelled);
    expect(told.length).toBe(1);
    expect(told[0]?.matches.length).toBeGreaterThan(0);
    expect(told[0]?.scanned).toBeLessThan(mixed.timeline.length);
  });
});
