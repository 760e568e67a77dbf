import type { HeapCall, Mfn, Order } from '@heaplay/core';
import { memFlags } from '@heaplay/core';
import { ReplaySession } from '../../src/replay/replay-session.ts';
import type { TraceHeader } from '../../src/trace/header.ts';
import { picks } from './disguises.ts';

/** What one line, or a few, of a recording tell. */
export interface LinuxEvent {
  readonly what: 'alloc' | 'failed' | 'free' | 'batched' | 'other' | 'lost';
  /** Microseconds. */
  readonly time: number;
  readonly cpu: number;
  readonly comm: string;
  readonly pid: number;
  readonly pfn: number;
  readonly order: number;
  readonly gfp: string;
  /** Innermost first. */
  readonly stack: readonly string[];
}

/** Writes a recording as one tool, of one time, prints it. */
export type Notation = (events: readonly LinuxEvent[]) => string;

const TASKS = [
  ['gnome-terminal', 1567],
  ['<...>', 22275],
  ['kworker/10:1', 440],
  ['Web Content', 9911],
  ['a-b-7', 12],
] as const;

const SYMBOLS = ['folio_alloc+0x1f', 'alloc_pages_mpol+0x8a', 'do_anonymous_page+0x61', 'do_syscall_64', 'entry+0x1'];

/** What Linux with Xen's allocator would do: a run of the model, its frames told as page frames. */
export function linuxRun(
  seed: number,
  events: number,
  header: TraceHeader,
  boot: readonly HeapCall[],
): readonly LinuxEvent[] {
  const pick = picks(seed);
  const session = ReplaySession.powerOn(header.machine, header.heap);
  for (const call of boot) session.apply(call);
  const live: { readonly pfn: number; readonly order: number }[] = [];
  const run: LinuxEvent[] = [];
  let time = 889_213_383;
  while (run.length < events) {
    // Some events share a time.
    time += pick(3);
    const [comm, pid] = TASKS[pick(TASKS.length)] ?? TASKS[0];
    const from = pick(SYMBOLS.length);
    const stack = pick(3) === 0 ? SYMBOLS.slice(from, from + 1 + pick(4)) : [];
    const event = { time, cpu: pick(4), comm, pid, pfn: 0, order: 0, gfp: '', stack };
    const dice = pick(100);
    if (dice < 3) {
      run.push({ ...event, what: 'other' });
    } else if (dice < 4) {
      run.push({ ...event, what: 'lost', order: 1 + pick(500), stack: [] });
    } else if (dice < 50 && live.length > 0) {
      const [page] = live.splice(pick(live.length), 1);
      const { pfn, order } = page ?? { pfn: 0, order: 0 };
      session.apply({ type: 'free_domheap_pages', mfn: pfn as Mfn, order: order as Order });
      run.push({ ...event, what: order === 0 && dice < 20 ? 'batched' : 'free', pfn, order });
    } else {
      const order = pick(2) === 0 ? 0 : pick(10);
      const zero = pick(2) === 0;
      const gfp = zero ? 'GFP_HIGHUSER_MOVABLE|__GFP_ZERO' : 'GFP_KERNEL|__GFP_COMP';
      if (pick(30) === 0) {
        run.push({ ...event, what: 'failed', order, gfp });
        continue;
      }
      const flags = zero ? {} : { flags: memFlags('no_scrub') };
      const { result } = session.apply({ type: 'alloc_domheap_pages', order: order as Order, ...flags });
      if (typeof result !== 'number') continue;
      live.push({ pfn: result, order });
      run.push({ ...event, what: 'alloc', pfn: result, order, gfp });
    }
  }
  return run;
}

interface Dialect {
  readonly head: readonly string[];
  /** What stands before the name of an event; `tail`: the name and the fields, or `<stack trace>`. */
  line(event: LinuxEvent, tail: string): string;
  readonly names: { readonly free: string; readonly batched: string };
  readonly hexPfn: boolean;
  readonly noPage: string;
  /** Between the name of an event and its fields. */
  readonly gap: string;
  stack(event: LinuxEvent): readonly string[];
  lost(event: LinuxEvent): string;
}

function seconds(time: number, digits = 6): string {
  return `${Math.floor(time / 1e6)}.${String(time % 1e6)
    .padStart(6, '0')
    .padEnd(digits, '0')}`;
}

const NEW_NAMES = { free: 'mm_page_free', batched: 'mm_page_free_batched' };
const OLD_NAMES = { free: 'mm_page_free_direct', batched: 'mm_pagevec_free' };

function tracefs(flags: string, tgid = ''): Dialect {
  const line: Dialect['line'] = ({ comm, pid, cpu, time }, tail) =>
    `${`${comm}-${pid}`.padStart(22)} ${tgid}[00${cpu}] ${flags}${seconds(time)}: ${tail}`;
  return {
    head: ['# tracer: nop', '#', '# entries-in-buffer/entries-written: 1/1   #P:4', '#           TASK-PID     CPU#'],
    line,
    names: NEW_NAMES,
    hexPfn: true,
    noPage: '0000000000000000',
    gap: ' ',
    stack: (event) =>
      event.stack.length === 0
        ? []
        : [line(event, '<stack trace>'), ...event.stack.map((symbol) => ` => ${symbol.replace(/(\+.*)/, '$1/0x340')}`)],
    lost: ({ cpu, order }) => `CPU:${cpu} [LOST ${order} EVENTS]`,
  };
}

function traceCmd(flags: string): Dialect {
  const dialect = tracefs(flags);
  return {
    ...dialect,
    head: ['version = 7', 'CPU 3 is empty', 'cpus=4'],
    gap: '         ',
    noPage: '(nil)',
    stack: (event) =>
      event.stack.length === 0
        ? []
        : [
            dialect.line(event, 'kernel_stack:         <stack trace >'),
            ...event.stack.map((symbol) => `=> ${symbol} (ffffffff8123abcd)`),
            '',
          ],
    lost: ({ cpu, order }) => `CPU:${cpu} [${order} EVENTS DROPPED]`,
  };
}

function perf(thread: boolean, digits: number, period = ''): Dialect {
  const line: Dialect['line'] = ({ comm, pid, cpu, time }, tail) =>
    `${comm.padStart(15)} ${thread ? `${pid}/${pid}` : pid} [00${cpu}] ${seconds(time, digits).padStart(15)}: ${period}${tail}`;
  return {
    head: ['# ========', '# captured on    : Tue Nov 24 10:00:00 2026', '# ========', '#'],
    line: (event, tail) => line(event, `kmem:${tail}`),
    names: NEW_NAMES,
    hexPfn: true,
    noPage: '(nil)',
    gap: ' ',
    stack: ({ stack }) => [...stack.map((symbol) => `\tffffffffbe23e32e ${symbol} ([kernel.kallsyms])`), ''],
    lost: (event) => line(event, `PERF_RECORD_LOST lost ${event.order}`),
  };
}

function written({ head, line, names, hexPfn, noPage, gap, stack, lost }: Dialect): Notation {
  const page = (pfn: number, order: number): string =>
    `page=${pfn === 0 ? noPage : '00000000d2be5665'} pfn=${hexPfn ? `0x${pfn.toString(16)}` : pfn} order=${order}`;
  const tail = ({ what, pfn, order, gfp }: LinuxEvent): string => {
    switch (what) {
      case 'alloc':
      case 'failed':
        return `mm_page_alloc:${gap}${page(pfn, order)} migratetype=1 gfp_flags=${gfp}`;
      case 'free':
        return `${names.free}:${gap}${page(pfn, order)}`;
      case 'batched':
        return `${names.batched}:${gap}${page(pfn, order)}`;
      default:
        return `kfree:${gap}call_site=x+0x1/0x2 ptr=000000001234abcd`;
    }
  };
  return (events) =>
    [
      ...head,
      ...events.flatMap((event) =>
        event.what === 'lost' ? [lost(event)] : [line(event, tail(event)), ...stack(event)],
      ),
      '',
    ].join('\n');
}

/** Every notation that a recording with stacks may have. */
export const NOTATIONS: Readonly<Record<string, Notation>> = {
  'tracefs of Linux 2.6.38': written({ ...tracefs(''), names: OLD_NAMES, hexPfn: false, noPage: '          (null)' }),
  'tracefs of Linux 3.10': written({ ...tracefs('.... '), hexPfn: false, noPage: '          (null)' }),
  'tracefs of Linux 6': written(tracefs('d..1. ')),
  'tracefs with tgid': written(tracefs('..... ', '(   1567) ')),
  'trace-cmd of 2011': written({ ...traceCmd(''), names: OLD_NAMES, hexPfn: false }),
  'trace-cmd report': written(traceCmd('..... ')),
  'perf script': written(perf(false, 6)),
  'perf script, old': written({ ...perf(false, 6), hexPfn: false }),
  'perf script, threads, periods, nanoseconds': written(perf(true, 9, '         1 ')),
};
