import { describe, expect, it } from 'vitest';
import { readTraceLine } from './trace-line.ts';

const FIELDS = 'page=00000000d2be5665 pfn=970744 order=0 migratetype=0 gfp_flags=GFP_KERNEL';

/** By notation: the line, who, on which CPU, when. */
const NOTATIONS = [
  [
    'tracefs, 2011',
    `  gnome-terminal-1567  [000]  4415.246466: mm_page_alloc: ${FIELDS}`,
    'gnome-terminal',
    1567,
    0,
    '4415.246466',
  ],
  [
    'tracefs, four flags',
    `  <...>-22275 [006] ....   889.213383: mm_page_alloc: ${FIELDS}`,
    '<...>',
    22275,
    6,
    '889.213383',
  ],
  [
    'tracefs, five flags',
    `    kworker/10:1-440     [010] d..1.   355.369905: mm_page_alloc: ${FIELDS}`,
    'kworker/10:1',
    440,
    10,
    '355.369905',
  ],
  [
    'tracefs, flags of an idle CPU',
    `          <idle>-0       [006] d.s.  1110.217281: mm_page_alloc: ${FIELDS}`,
    '<idle>',
    0,
    6,
    '1110.217281',
  ],
  [
    'tracefs, record-tgid',
    `  Web Content-9911    (   9900) [001] .....   12.5: mm_page_alloc: ${FIELDS}`,
    'Web Content',
    9911,
    1,
    '12.5',
  ],
  [
    'tracefs, tgid unknown',
    `  <...>-9911    (-------) [001] .....   12.000001: mm_page_alloc: ${FIELDS}`,
    '<...>',
    9911,
    1,
    '12.000001',
  ],
  ['tracefs, a counter for a clock', `  bash-7 [001] ..... 4711: mm_page_alloc: ${FIELDS}`, 'bash', 7, 1, '4711'],
  [
    'trace-cmd',
    `          make-16810 [004]  2319.000857: mm_page_alloc:        ${FIELDS}`,
    'make',
    16810,
    4,
    '2319.000857',
  ],
  [
    'trace-cmd, flags',
    `make-16810 [004] .....  2319.000857: mm_page_alloc:        ${FIELDS}`,
    'make',
    16810,
    4,
    '2319.000857',
  ],
  [
    'trace-cmd, nanoseconds',
    `a-b-c-16810 [004]  2319.000857123: mm_page_alloc:   ${FIELDS}`,
    'a-b-c',
    16810,
    4,
    '2319.000857123',
  ],
  ['perf', `perf  6429 [000]    22.498450:             kmem:mm_page_alloc: ${FIELDS}`, 'perf', 6429, 0, '22.498450'],
  [
    'perf, a period',
    `swapper     0 [112]   22.498450:          1 kmem:mm_page_alloc: ${FIELDS}`,
    'swapper',
    0,
    112,
    '22.498450',
  ],
  [
    'perf, process and thread',
    `Web Content  9900/9911  [003]  22.498450123: kmem:mm_page_alloc: ${FIELDS}`,
    'Web Content',
    9911,
    3,
    '22.498450123',
  ],
  ['perf, no CPU', `memwalk  3837   383.632199: kmem:mm_page_alloc: ${FIELDS}`, 'memwalk', 3837, null, '383.632199'],
  [
    'perf, a name with a hyphen and digits',
    `kworker/u8:2-12  440 [001]  355.3: kmem:mm_page_alloc: ${FIELDS}`,
    'kworker/u8:2-12',
    440,
    1,
    '355.3',
  ],
] as const;

describe('readTraceLine', () => {
  it.each(NOTATIONS)('[IMPORT-FTRACE-1] %s', (_, line, name, pid, cpu, time) => {
    const [whole = '', fraction = null] = time.split('.');
    expect(readTraceLine(line)).toEqual({
      kind: 'event',
      task: { name, pid },
      cpu,
      time: { whole: Number(whole), fraction },
      name: 'mm_page_alloc',
      fields: FIELDS,
    });
  });

  it.each([
    [
      ` 1287587.105144 |   1)               |  /* mm_page_alloc: ${FIELDS} */`,
      null,
      1,
      { whole: 1287587, fraction: '105144' },
    ],
    [`   24)               |  /* mm_page_alloc: ${FIELDS} */`, null, 24, null],
    [`   3)  bash-1234    |               |  /* mm_page_alloc: ${FIELDS} */`, { name: 'bash', pid: 1234 }, 3, null],
    [`  mm_page_alloc:  ${FIELDS}`, null, null, null],
    [`kmem:mm_page_alloc: ${FIELDS}`, null, null, null],
  ])('[IMPORT-FTRACE-2] in a comment of the tracer of functions, and bare: %s', (line, task, cpu, time) => {
    expect(readTraceLine(line)).toEqual({ kind: 'event', task, cpu, time, name: 'mm_page_alloc', fields: FIELDS });
  });

  it.each([
    [' => __alloc_pages', '__alloc_pages'],
    ['=> __alloc_pages+0x1f/0x340', '__alloc_pages+0x1f'],
    [' => __alloc_pages+0x1f/0x340 <ffffffffbe23e32e>', '__alloc_pages+0x1f'],
    ['=> __alloc_pages (ffffffffbe23e32e)', '__alloc_pages'],
    [' => nf_hook [nf_tables]', 'nf_hook [nf_tables]'],
    [' =>  <00007fabcdef0123>', '0x7fabcdef0123'],
    [
      '    ffffffffbe23e32e __alloc_pages_nodemask+0x22e (/lib/modules/5.1.0-rc3+/build/vmlinux)',
      '__alloc_pages_nodemask+0x22e',
    ],
    ['\t7efdf7f7d3e8 __poll+0x18 (/usr/lib64/libc-2.28.so)', '__poll+0x18'],
    ['\t5651468729c1 [unknown] (/usr/bin/perf (deleted))', '0x5651468729c1'],
    [
      '\t5651468729c1 std::vector<int>::at(unsigned long) const+0x4 (/usr/bin/x)',
      'std::vector<int>::at(unsigned long) const+0x4',
    ],
    ['\t0000000000001234 (/usr/bin/x)', '0x1234'],
    ['\t               0 [unknown] ([unknown])', '0x0'],
    ['\tffffffff81000000 alloc_pages', 'alloc_pages'],
    ['\tffffffff81000000', '0xffffffff81000000'],
  ])('[IMPORT-FTRACE-3] a frame of a stack: %s', (line, symbol) => {
    expect(readTraceLine(line)).toEqual({ kind: 'frame', symbol });
  });

  it.each([
    ['  bash-1 [006] .....  889.213383: <stack trace>', { kind: 'stack', cpu: 6 }],
    ['  bash-1 [006] .....  889.213383: <user stack trace>', { kind: 'stack', cpu: 6 }],
    ['  bash-1 [006]  889.213383: kernel_stack:         <stack trace >', { kind: 'stack', cpu: 6 }],
    ['CPU:1 [LOST 123 EVENTS]', { kind: 'lost', cpu: 1, events: 123 }],
    ['CPU:1 [LOST EVENTS]', { kind: 'lost', cpu: 1, events: null }],
    ['CPU:7 [204600 EVENTS DROPPED]', { kind: 'lost', cpu: 7, events: 204600 }],
    ['CPU:7 [EVENTS DROPPED]', { kind: 'lost', cpu: 7, events: null }],
    ['swapper 0 [003] 1.000001: PERF_RECORD_LOST lost 9', { kind: 'lost', cpu: 3, events: 9 }],
    ['PERF_RECORD_LOST lost=7', { kind: 'lost', cpu: null, events: 7 }],
    ['', { kind: 'blank' }],
    ['# tracer: nop', { kind: 'remark' }],
    ['cpus=8', { kind: 'remark' }],
    ['version = 6', { kind: 'remark' }],
    ['CPU 3 is empty', { kind: 'remark' }],
    ['##### CPU 1 buffer started ####', { kind: 'remark' }],
    ['  <...>-22275 [006] ....   889.2133', { kind: 'unknown' }],
    ['Hello, world: 1', { kind: 'unknown' }],
    ['login: ', { kind: 'unknown' }],
  ])('[IMPORT-FTRACE-4] between events: %s', (line, found) => {
    expect(readTraceLine(line)).toEqual(found);
  });

  it.each([
    '  bash-1 [001] .....  12.5: do_page_fault <-page_fault',
    '   24)   0.123 us    |      rcu_all_qs();',
    ' 1)  bash-1234  =>  sh-99  ',
  ])('[IMPORT-FTRACE-4] calls of functions are events that tell of no pages: %s', (line) => {
    expect(readTraceLine(line)).toMatchObject({ kind: 'event', name: 'function' });
  });

  it('[IMPORT-FTRACE-4] a line of blanks and hyphens costs little', () => {
    const start = performance.now();
    for (const char of [' ', '-', '1-', ' 1 ', '(']) readTraceLine(`a${char.repeat(4096 / char.length)}: x`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
