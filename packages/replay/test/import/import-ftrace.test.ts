import { pageInfo } from '@heaplay/core';
import type { HeapCall } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { ReplaySession } from '../../src/replay/replay-session.ts';
import { TraceError } from '../../src/trace/errors.ts';
import { isObservation } from '../../src/trace/record-kind.ts';
import { picks } from './disguises.ts';
import { counts, importText } from './ftrace-import.ts';
import type { FtraceRun } from './ftrace-import.ts';
import { NOTATIONS, linuxRun } from './ftrace-text.ts';
import { machineText } from './machines.ts';

const RAM = [{ start: 0, end: 2 ** 28 }];
const GFP = 'migratetype=0 gfp_flags=GFP_KERNEL|__GFP_ZERO';

/** A line of tracefs, a microsecond after the one before it. */
function lines(...events: readonly string[]): string {
  return events.map((event, at) => `  bash-7 [001] ..... 12.${String(at).padStart(6, '0')}: ${event}\n`).join('');
}

function alloc(pfn: number, order = 0): string {
  return `mm_page_alloc: page=0000000012345678 pfn=0x${pfn.toString(16)} order=${order} ${GFP}`;
}

function free(pfn: number, order = 0, name = 'mm_page_free'): string {
  return `${name}: page=0000000012345678 pfn=0x${pfn.toString(16)} order=${order}`;
}

/** Type, page frame and order of each record, and what is marked synthetic. */
function brief({ records }: FtraceRun): readonly string[] {
  return records.map((record) => {
    const order = 'order' in record ? ` ${String(record['x-pfn'])}/${record.order}` : '';
    const mark = record['x-synthetic'] === undefined ? '' : ` (${String(record['x-synthetic'])})`;
    return `${record.type}${order}${mark}`;
  });
}

/** Frames that are held behind a run, and what went wrong. */
interface FrameCheck {
  readonly held: number;
  readonly wrong: readonly string[];
}

/** Replays records with a map from frames to page frames: every free must give back what its allocation got. */
function checkFrames({ header, boot, records }: FtraceRun): FrameCheck {
  const session = ReplaySession.powerOn(header.machine, header.heap);
  for (const record of boot) session.apply(record as HeapCall);
  const held = new Map<number, number>();
  const wrong: string[] = [];
  for (const record of records) {
    if (isObservation(record)) continue;
    const { result, bug } = session.apply(record);
    if (bug !== null) wrong.push(bug.message);
    const pfn = Number(record['x-pfn']);
    if (record.type === 'alloc_domheap_pages' && typeof result === 'number') {
      for (let i = 0; i < 2 ** record.order; i++) held.set(result + i, pfn + i);
    } else if (record.type === 'free_domheap_pages') {
      for (let i = 0; i < 2 ** record.order; i++) {
        if (held.get(record.mfn + i) !== pfn + i) wrong.push(`${record.mfn + i} is not of ${pfn + i}`);
        held.delete(record.mfn + i);
      }
    }
  }
  for (const mfn of held.keys()) {
    const { state } = pageInfo(session.heap, mfn);
    if (state !== 'in-use') wrong.push(`${mfn} is ${state}`);
  }
  return { held: held.size, wrong };
}

async function refusal(text: string): Promise<TraceError> {
  return importText(text).then(
    () => {
      throw new Error('it was imported');
    },
    (error: unknown) => {
      if (error instanceof TraceError) return error;
      throw error;
    },
  );
}

describe('importFtrace', () => {
  it('[IMPORT-FTRACE-10] the samples of the corpus', async () => {
    const run = await importText(machineText('35-linux-ftrace-kmem-samples.txt'));
    expect(run.records).toEqual([
      {
        type: 'alloc_domheap_pages',
        at: 0,
        cpu: 6,
        caller: ['<...>'],
        order: 0,
        'x-pid': 22275,
        'x-pfn': 970744,
        'x-gfp': 'GFP_HIGHUSER|__GFP_ZERO',
        'x-migratetype': 0,
      },
      {
        type: 'alloc_domheap_pages',
        at: 2000,
        cpu: 6,
        caller: ['<...>'],
        order: 0,
        'x-pid': 22275,
        'x-pfn': 970745,
        'x-gfp': 'GFP_HIGHUSER|__GFP_ZERO',
        'x-migratetype': 0,
      },
      // 4415.246506 s - 889.213383 s; flags without __GFP_ZERO.
      {
        type: 'alloc_domheap_pages',
        at: 3_526_033_123_000,
        cpu: 0,
        caller: ['gnome-terminal'],
        order: 0,
        flags: 64,
        'x-pid': 1567,
        'x-pfn': 1155800,
        'x-gfp': 'GFP_KERNEL',
        'x-migratetype': 0,
      },
      { type: 'alloc_domheap_pages', order: 0, 'x-pfn': 0x1d1ac1, 'x-gfp': '0x140cca', 'x-migratetype': 1 },
      {
        type: 'alloc_domheap_pages',
        order: 0,
        flags: 64,
        'x-pfn': 0x122233,
        'x-gfp': 'GFP_HIGHUSER_MOVABLE|__GFP_COMP',
        'x-migratetype': 1,
      },
    ]);
    // The free stands before the only allocation of its page; the extfrag behind a later event.
    expect(counts(run.tally)).toEqual({
      events: 7,
      allocations: 5,
      frees: 1,
      pagesFromBefore: 1,
      sorted: 1,
      extfrag: 1,
    });
    // 0x1d1ac2 frames and a MiB, in steps of 16 MiB; CPUs 0 to 6.
    expect([run.header.machine.frames, run.header.machine.cpus.length]).toEqual([0x1d2000, 7]);
    expect(run.assumed).toContainEqual(
      expect.stringMatching(/all frames below 0x1d2000 are taken, which is behind the last page frame seen/),
    );
  });

  it('[IMPORT-FTRACE-10] a recording of a guest: each free in a batch is told twice, and nothing else is odd', async () => {
    const run = await importText(machineText('qemu-linux-6.1-ftrace-kmem.txt'));
    // Counted in the text: lines by their event, and pages by a set of those that are held.
    expect(counts(run.tally)).toEqual({
      events: 56 + 25 + 22,
      allocations: 56,
      frees: 25 + 22,
      pagesToldTwice: 22,
      pagesFromBefore: 2,
    });
    expect(checkFrames(run)).toEqual({ held: 34, wrong: [] });
    expect(run.records[0]).toEqual({
      type: 'alloc_domheap_pages',
      at: 0,
      cpu: 1,
      caller: [
        '__get_free_pages',
        'pgd_alloc',
        'mm_init',
        'copy_process',
        'kernel_clone',
        '__do_sys_clone',
        'do_syscall_64',
        'entry_SYSCALL_64_after_hwframe',
      ],
      order: 1,
      'x-pid': 1,
      'x-pfn': 0x1561a,
      'x-gfp': 'GFP_KERNEL_ACCOUNT|__GFP_ZERO',
      'x-migratetype': 0,
    });
  });

  it('[IMPORT-FTRACE-10] the same of perf script, with frames that it has no name for', async () => {
    const run = await importText(machineText('qemu-linux-6.1-perf-script-kmem.txt'));
    expect(counts(run.tally)).toEqual({ events: 38, allocations: 37, frees: 1, pagesFromBefore: 1 });
    expect(checkFrames(run)).toEqual({ held: 38, wrong: [] });
    expect(run.records[0]).toMatchObject({ at: 0, 'x-pid': 92, 'x-pfn': 0x3ff52, order: 0 });
    expect(run.records.filter(({ caller }) => caller?.includes('0x0'))).toHaveLength(7);
  });

  it.each([
    [['trace_event_raw_event_mm_page_alloc', '__alloc_pages', 'x'], ['x']],
    [
      ['perf_trace_mm_page_alloc+0xe0', '__traceiter_mm_page_alloc+0x1', '__alloc_pages_nodemask+0x22e', 'x+0x1'],
      ['x+0x1'],
    ],
    [
      ['x', '__alloc_pages'],
      ['x', '__alloc_pages'],
    ],
    [
      ['__alloc_pages_bulk', 'x'],
      ['__alloc_pages_bulk', 'x'],
    ],
    [['__alloc_pages'], ['bash']],
  ])('[IMPORT-FTRACE-14] the caller of a stack %j', async (stack, caller) => {
    const frames = stack.map((symbol) => ` => ${symbol}\n`).join('');
    const run = await importText(`${lines(alloc(16), '<stack trace>')}${frames}`);
    expect(run.records.map((record) => record.caller)).toEqual([caller]);
  });

  it.each([1, 2, 3])('[IMPORT-FTRACE-11] the same records whichever the notation, seed %i', async (seed) => {
    const setup = await importText(`${lines(alloc(1))}  x-1 [003] 12.5: ${alloc(2)}`, { ram: RAM });
    const boot = setup.boot as readonly HeapCall[];
    const events = linuxRun(seed, 1500, setup.header, boot);
    const runs = await Promise.all(
      Object.entries(NOTATIONS).map(async ([name, notation]) => ({
        name,
        run: await importText(notation(events), { ram: RAM }, 1000 + seed),
      })),
    );
    const [first] = runs;
    expect(runs.length).toBeGreaterThan(8);
    for (const { name, run } of runs) {
      const { records, tally } = first?.run ?? run;
      expect({ name, records: run.records, counts: counts(run.tally) }).toEqual({
        name,
        records,
        counts: counts(tally),
      });
      expect(run.tally.damaged).toBe(0);
    }
    const found = first?.run.records ?? [];
    // Against the events: what each line told, in its place.
    const told = events.filter(({ what }) => what !== 'other');
    expect(found).toHaveLength(told.length);
    expect(found.map(({ at }) => at)).toEqual(
      told.map(({ what, time }) =>
        what === 'lost' ? undefined : (time - (told.find((one) => one.what !== 'lost')?.time ?? 0)) * 1000,
      ),
    );
    expect(found.map(({ caller }) => caller)).toEqual(
      told.map(({ what, stack, comm }) => (what === 'lost' ? undefined : stack.length > 0 ? stack : [comm])),
    );
    // Linux was the model itself, on the same machine: it must come to its own frames again.
    const frees = found.filter((record) => record.type === 'free_domheap_pages');
    expect(frees.length).toBeGreaterThan(400);
    expect(frees.map((record) => record.mfn)).toEqual(frees.map((record) => record['x-pfn']));
  });

  it.each([
    ['nobody', 'none', []],
    ['a process', 'pid', [7, 8]],
    ['a name', 'comm', ['bash', 'sh']],
  ] as const)('[IMPORT-FTRACE-12] domains of %s', async (_, domains, owners) => {
    const text = `${lines(alloc(16), alloc(17))}  sh-8 [000] ..... 13.0: ${alloc(18)}\n  bash-7 [000] ..... 13.1: ${alloc(19)}\n  sh-8 [000] ..... 13.2: ${free(16)}\n`;
    const run = await importText(text, { domains });
    const created = run.records.filter(({ type }) => type === 'domain_create');
    expect(created.map((record) => record['x-synthetic'])).toEqual(owners.map(() => 'process'));
    const of = run.records.flatMap((record) => (record.type === 'alloc_domheap_pages' ? [record.domain] : []));
    expect(of).toEqual(owners.length === 0 ? [undefined, undefined, undefined, undefined] : [1, 1, 2, 1]);
    expect(checkFrames(run)).toEqual({ held: 3, wrong: [] });
  });

  it('[IMPORT-FTRACE-12] one name of two processes is one domain, or two; an unknown name goes by its pid', async () => {
    const text = ['a-1', 'a-2', '<...>-3', '<...>-4']
      .map((task, i) => `  ${task} [000] ..... 13.${i}: ${alloc(16 + i)}\n`)
      .join('');
    const domainsBy = async (domains: 'pid' | 'comm'): Promise<readonly unknown[]> =>
      (await importText(text, { domains })).records.flatMap((record) =>
        record.type === 'alloc_domheap_pages' ? [record.domain] : [],
      );
    expect(await domainsBy('pid')).toEqual([1, 2, 3, 4]);
    expect(await domainsBy('comm')).toEqual([1, 1, 2, 3]);
  });

  it('[IMPORT-FTRACE-13] an allocation that failed is noted without a call, with its stack', async () => {
    const failed = `mm_page_alloc: page=(null) pfn=0 order=9 ${GFP}`;
    const run = await importText(
      `${lines(alloc(16), failed)}  bash-7 [001] ..... 12.000002: <stack trace>\n => one\n => two\n`,
    );
    expect(run.records[1]).toEqual({
      type: 'observe_heap',
      at: 1000,
      cpu: 1,
      caller: ['one', 'two'],
      'x-pid': 7,
      'x-failed': 'mm_page_alloc',
      'x-order': 9,
      'x-gfp': 'GFP_KERNEL|__GFP_ZERO',
      'x-migratetype': 0,
    });
    expect(counts(run.tally)).toEqual({ events: 2, allocations: 1, failures: 1 });
  });

  it('[IMPORT-FTRACE-14] a stack belongs to the last event of its CPU, whatever stands between', async () => {
    const on = (cpu: number, what: string): string => `  t-${cpu} [00${cpu}] ..... 12.5: ${what}\n`;
    const text = [
      on(0, alloc(16)),
      on(1, alloc(17)),
      on(0, '<stack trace>'),
      ' => zero\n',
      on(2, alloc(18)),
      on(1, '<stack trace>'),
      ' => one\n',
      // Of an event that tells of no pages.
      on(2, 'kmalloc: call_site=x'),
      on(2, '<stack trace>'),
      ' => nobody\n',
    ].join('');
    const run = await importText(text);
    expect(run.records.map(({ caller }) => caller)).toEqual([['zero'], ['one'], ['t']]);
    expect(run.tally.damaged).toBe(0);
  });

  it.each([
    [
      'a page allocated before the recording',
      [free(16), alloc(16)],
      ['alloc_domheap_pages 16/0'],
      { pagesFromBefore: 1 },
    ],
    [
      'freed twice',
      [alloc(16), free(16), free(16)],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0'],
      { pagesFreedTwice: 1 },
    ],
    [
      'a lost free',
      [alloc(16), alloc(16)],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0 (lost free)', 'alloc_domheap_pages 16/0'],
      { pagesNeverFreed: 1 },
    ],
    [
      'a lost free of a larger block: only what is known to have come back does',
      [alloc(16, 2), alloc(18), free(16, 1)],
      [
        'alloc_domheap_pages 16/2',
        'free_domheap_pages 18/0 (lost free)',
        'alloc_domheap_pages 18/0',
        'free_domheap_pages 16/1',
      ],
      { pagesNeverFreed: 1 },
    ],
    [
      'lost frees below a larger block',
      [alloc(17), alloc(18), alloc(16, 2)],
      [
        'alloc_domheap_pages 17/0',
        'alloc_domheap_pages 18/0',
        'free_domheap_pages 17/0 (lost free)',
        'free_domheap_pages 18/0 (lost free)',
        'alloc_domheap_pages 16/2',
      ],
      { pagesNeverFreed: 2 },
    ],
    [
      'a block that is split, and comes back page by page',
      [alloc(16, 1), free(17), free(16)],
      ['alloc_domheap_pages 16/1', 'free_domheap_pages 17/0', 'free_domheap_pages 16/0'],
      {},
    ],
    [
      'a free of more than was seen allocated',
      [alloc(18), free(16, 2)],
      ['alloc_domheap_pages 18/0', 'free_domheap_pages 18/0'],
      { pagesFromBefore: 3 },
    ],
    [
      'a batch, then the free that tells the same (before Linux 4.15)',
      [alloc(16), free(16, 0, 'mm_page_free_batched'), free(16), alloc(16), free(16)],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0', 'alloc_domheap_pages 16/0', 'free_domheap_pages 16/0'],
      { pagesToldTwice: 1 },
    ],
    [
      'a free, then the batch that tells the same (since Linux 4.15)',
      [alloc(16), free(16), free(16, 0, 'mm_page_free_batched'), alloc(16)],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0', 'alloc_domheap_pages 16/0'],
      { pagesToldTwice: 1 },
    ],
    [
      'told twice, and then once more',
      [alloc(16), free(16), free(16, 0, 'mm_page_free_batched'), free(16)],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0'],
      { pagesToldTwice: 1, pagesFreedTwice: 1 },
    ],
    [
      'a batch alone',
      [alloc(16), free(16, 0, 'mm_page_free_batched')],
      ['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0'],
      {},
    ],
  ])('[IMPORT-FTRACE-15] %s', async (_, events, records, anomalies) => {
    const run = await importText(lines(...events));
    expect(brief(run)).toEqual(records);
    expect(checkFrames(run).wrong).toEqual([]);
    const { events: __, allocations: ___, frees: ____, ...others } = counts(run.tally);
    expect(others).toEqual(anomalies);
  });

  it('[IMPORT-FTRACE-15] of a free that was put in nobody says who made it; of one in a batch it is said', async () => {
    const run = await importText(lines(alloc(16), alloc(16), free(16, 0, 'mm_page_free_batched')));
    const [got, , again] = run.records;
    expect(run.records.filter(({ type }) => type === 'free_domheap_pages')).toEqual([
      {
        type: 'free_domheap_pages',
        at: 1000,
        mfn: expect.any(Number),
        order: 0,
        'x-pfn': 16,
        'x-synthetic': 'lost free',
      },
      {
        type: 'free_domheap_pages',
        at: 2000,
        cpu: 1,
        caller: ['bash'],
        mfn: expect.any(Number),
        order: 0,
        'x-pid': 7,
        'x-pfn': 16,
        'x-batched': true,
      },
    ]);
    expect([got?.at, again?.at]).toEqual([0, 1000]);
  });

  it('[IMPORT-FTRACE-16] an allocation that the model has no room for: its free is left out', async () => {
    const text = lines(
      alloc(0x40000, 10),
      alloc(0x40400, 10),
      free(0x40000, 10),
      free(0x40400, 10),
      alloc(0x40400, 10),
    );
    // Of 3 MiB Xen leaves the first alone; a block of 1024 pages takes 4.
    const run = await importText(text, { ram: [{ start: 0, end: 3 * 2 ** 20 }] });
    expect(brief(run)).toEqual([
      'alloc_domheap_pages 262144/10',
      'alloc_domheap_pages 263168/10',
      'alloc_domheap_pages 263168/10',
    ]);
    expect(counts(run.tally)).toMatchObject({ withoutRoom: 3, frees: 2 });
  });

  it('[IMPORT-FTRACE-17] falls into blocks of another use are counted at the next allocation of the CPU; stocks are left out', async () => {
    const fall =
      'mm_page_alloc_extfrag: page=0000000012345678 pfn=0x4000 alloc_order=0 fallback_order=9 pageblock_order=9';
    const run = await importText(
      lines(
        fall,
        fall,
        `mm_page_alloc_zone_locked: page=0000000012345678 pfn=0x10 order=0 migratetype=1 percpu_refill=1`,
        alloc(16),
        alloc(17),
        'mm_page_pcpu_drain: page=0000000012345678 pfn=0x10 order=0 migratetype=1',
      ),
    );
    expect(run.records.map((record) => record['x-extfrag'])).toEqual([2, undefined]);
    expect(counts(run.tally)).toEqual({ events: 6, allocations: 2, extfrag: 2, zoneLocked: 1, drained: 1 });
  });

  it('[IMPORT-FTRACE-18] lost events leave a mark in their place', async () => {
    const run = await importText(
      `${lines(alloc(16))}CPU:1 [LOST 123 EVENTS]\nCPU:2 [LOST EVENTS]\n  x-1 [001] 13.0: ${free(16)}`,
    );
    expect(run.records.slice(1, 3)).toEqual([
      { type: 'observe_heap', cpu: 1, 'x-lost': 123 },
      { type: 'observe_heap', cpu: 2, 'x-lost': null },
    ]);
    expect(counts(run.tally)).toMatchObject({ gaps: 2, lost: 123 });
  });

  it('[IMPORT-FTRACE-19] times: since 1970, in nanoseconds, and of a clock that counts something else', async () => {
    const since1970 = await importText(
      `x-1 [000] 1790000000.123456789: ${alloc(16)}\nx-1 [000] 1790000001.000000001: ${alloc(17)}`,
    );
    expect(since1970.records.map(({ at }) => at)).toEqual([0, 876_543_212]);
    const counter = await importText(`x-1 [000] 4711: ${alloc(16)}\nx-1 [000] 4710: ${alloc(17)}`);
    expect(counter.records.map((record) => [record['x-pfn'], record.at])).toEqual([
      [17, undefined],
      [16, undefined],
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    '[IMPORT-FTRACE-20] noise and damage: told with their lines, the rest replays, seed %i',
    async (seed) => {
      const pick = picks(seed);
      const setup = await importText(`${lines(alloc(1))}  x-1 [003] 12.5: ${alloc(2)}`, { ram: RAM });
      const events = linuxRun(seed, 800, setup.header, setup.boot as readonly HeapCall[]);
      const names = Object.keys(NOTATIONS);
      const notation = NOTATIONS[names[seed % names.length] ?? ''] ?? (() => '');
      const damaged: number[] = [];
      const text = notation(events)
        .split('\n')
        .flatMap((line): readonly string[] => {
          const dice = pick(40);
          if (dice === 0) return ['Message from syslogd@host at Nov 24 10:00:00 ...', line];
          if (dice === 1) return [line.slice(0, pick(line.length))];
          if (dice === 2) return [];
          if (dice === 3) return [line, line];
          if (dice === 4) return ['\u0000\u0001garbage\uFFFD: [00', line];
          return [line];
        });
      text.forEach((line, at) => {
        if (/^Message|garbage/.test(line)) damaged.push(at + 1);
      });
      for (const domains of ['none', 'pid'] as const) {
        const run = await importText(text.join('\n'), { domains });
        expect(checkFrames(run).wrong).toEqual([]);
        const reported = run.tally.problems.map(({ line }) => line);
        expect(reported).toEqual(expect.arrayContaining(damaged));
        expect(run.tally.damaged).toBe(reported.length);
        expect(run.tally.allocations).toBeGreaterThan(200);
      }
    },
  );

  it.each([
    ['a boot log', machineText('qemu-x86-2g.txt'), null, /lines with no whole event mm_page_alloc or mm_page_free/],
    [
      'other events only',
      lines('kmalloc: call_site=x ptr=1', 'kfree: call_site=x ptr=1'),
      null,
      /\(2 other events, 0 lines/,
    ],
    [
      'one damaged event',
      `\n${lines('mm_page_alloc: page=1 pfn=')}`,
      2,
      /the first is this: mm_page_alloc without a whole pfn=/,
    ],
    ['nothing', '', null, /0 lines with no whole event/],
  ])('[IMPORT-FTRACE-21] refused: %s', async (name, text, line, message) => {
    const error = await refusal(text);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/trace-cmd record -e kmem:mm_page_alloc/);
    expect(name === 'a boot log' ? null : error.place.line).toBe(line);
  });

  it('[IMPORT-FTRACE-22] damaged lines beyond a thousand are counted', async () => {
    const run = await importText(`${lines(alloc(16))}${'mm_page_alloc: page=1 pfn=\n'.repeat(1500)}`);
    expect([run.tally.damaged, run.tally.problems.length]).toEqual([1500, 1000]);
  });

  it('[IMPORT-FTRACE-22] a line without end does not fill the memory, and ends no event', async () => {
    const run = await importText(`${lines(alloc(16))}${'x'.repeat(300_000)}\n${lines(free(16))}`, {}, 7);
    expect(brief(run)).toEqual(['alloc_domheap_pages 16/0', 'free_domheap_pages 16/0']);
    expect(run.tally.problems.map(({ line }) => line)).toEqual([2]);
  });

  it('[IMPORT-FTRACE-23] RAM and architecture as given', async () => {
    const given = await importText(lines(alloc(16)), { ram: [{ start: 2 ** 30, end: 2 ** 31 }], arch: 'arm64' });
    expect(given.header.machine).toMatchObject({ arch: 'arm64', frames: 2 ** 19, ram: [[2 ** 18, 2 ** 19]] });
    await expect(importText(lines(alloc(16)), { ram: [{ start: 5, end: 6 }] })).rejects.toThrow(
      /RAM without a whole page/,
    );
  });

  it.each([
    ['x86_64', 2 ** 32],
    ['arm64', 2 ** 30],
    ['arm32', 2 ** 28],
    ['riscv64', 310 * 2 ** 18],
    ['ppc64', 2 ** 32],
  ] as const)(
    '[IMPORT-FTRACE-24] %s: a page frame far away does not make a machine beyond all measure',
    async (arch, frames) => {
      const run = await importText(lines(alloc(2 ** 39), free(2 ** 39)), { arch });
      expect(run.header.machine.frames).toBe(frames);
      expect(run.assumed).toContainEqual(expect.stringMatching(/are taken, as much as such a machine has/));
      expect(checkFrames(run)).toEqual({ held: 0, wrong: [] });
    },
  );
});
