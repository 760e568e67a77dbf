import { describe, expect, it } from 'vitest';
import { isPageEvent, readPageFields } from './page-event.ts';

const ALLOC = { kind: 'alloc', order: 0, gfp: '', migratetype: null };

describe('readPageFields', () => {
  it.each([
    ['page=00000000d2be5665 pfn=970744 order=0', { ...ALLOC, pfn: 970744 }],
    ['page=0xffffffff981685f3 pfn=0x1d1ac1 order=0', { ...ALLOC, pfn: 0x1d1ac1 }],
    // Without the prefix it is decimal, whatever it looks like.
    [
      'page=0x176a17 pfn=1534488 order=3 migratetype=2 gfp_flags=0x140cca',
      { ...ALLOC, pfn: 1534488, order: 3, migratetype: 2, gfp: '0x140cca' },
    ],
    [
      'page=(null) pfn=0 order=9 migratetype=1 gfp_flags=GFP_NOWAIT|__GFP_COMP',
      { ...ALLOC, pfn: null, order: 9, migratetype: 1, gfp: 'GFP_NOWAIT|__GFP_COMP' },
    ],
    ['page=          (null) pfn=0 order=9', { ...ALLOC, pfn: null, order: 9 }],
    ['page=0000000000000000 pfn=0x0 order=4', { ...ALLOC, pfn: null, order: 4 }],
    ['page=(nil) pfn=18446744073709551615 order=4', { ...ALLOC, pfn: null, order: 4 }],
    // A patched kernel.
    [
      'page=00000000d2be5665 pfn=970744 order=0 migratetype=0 nr_free=3650 gfp_flags=GFP_HIGHUSER|__GFP_ZERO',
      { ...ALLOC, pfn: 970744, migratetype: 0, gfp: 'GFP_HIGHUSER|__GFP_ZERO' },
    ],
  ])('[IMPORT-FTRACE-5] mm_page_alloc: %s', (fields, found) => {
    expect(readPageFields({ name: 'mm_page_alloc', fields })).toEqual(found);
  });

  it.each([
    ['mm_page_free', 'page=00000000dc8c03bd pfn=0x182190 order=2', 'free', 0x182190, 2],
    ['mm_page_free_direct', 'page=ffffea0003db9f40 pfn=1155800 order=0', 'free', 1155800, 0],
    ['mm_page_free_batched', 'page=ffffea0003db9f40 pfn=1155800 order=0 cold=0', 'free-batched', 1155800, 0],
    ['mm_page_free_batched', 'page=ffffea0003db9f40 pfn=1155800', 'free-batched', 1155800, 0],
    ['mm_pagevec_free', 'page=ffffea0003db9f40 pfn=1155800 order=0 cold=1', 'free-batched', 1155800, 0],
    [
      'mm_page_alloc_zone_locked',
      'page=ffffea0003db9f40 pfn=0x11a2d8 order=0 migratetype=1 percpu_refill=1',
      'zone-locked',
      0x11a2d8,
      0,
    ],
    [
      'mm_page_alloc_extfrag',
      'page=ffffea0064142000 pfn=26235008 alloc_order=3 fallback_order=3 pageblock_order=9',
      'extfrag',
      26235008,
      3,
    ],
    ['mm_page_pcpu_drain', 'page=ffffea0003db9f40 pfn=1155800 order=0 migratetype=1', 'drain', 1155800, 0],
  ])('[IMPORT-FTRACE-5] %s: %s', (name, fields, kind, pfn, order) => {
    expect(isPageEvent(name)).toBe(true);
    expect(readPageFields({ name, fields })).toMatchObject({ kind, pfn, order });
  });

  it.each([
    ['mm_page_alloc', 'page=00000000d2be5665 order=0', /without a whole pfn=/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=0x order=0', /without a whole pfn=/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=97x744 order=0', /without a whole pfn=/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=970744 ord', /without a whole order=/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=970744 order=0migratetype=0', /without a whole order=/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=970744 order=19', /order 19: expected 0 to 18/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=970745 order=1', /970745, which is no multiple of 2\^1/],
    ['mm_page_alloc', 'page=00000000d2be5665 pfn=0x10000000000 order=0', /expected one below 2\^40/],
    ['mm_page_free', 'page=(null) pfn=0 order=0', /mm_page_free of no page/],
    ['mm_page_allc', 'page=00000000d2be5665 pfn=970744 order=0', /no event of the page allocator that is known/],
  ])('[IMPORT-FTRACE-6] damaged: %s: %s', (name, fields, message) => {
    expect(isPageEvent(name)).toBe(true);
    expect(readPageFields({ name, fields })).toMatch(message);
  });

  it.each(['kmalloc', 'kfree', 'kmem_cache_alloc', 'sched_switch', 'rss_stat'])(
    '[IMPORT-FTRACE-5] %s tells of no pages',
    (name) => {
      expect(isPageEvent(name)).toBe(false);
    },
  );
});
