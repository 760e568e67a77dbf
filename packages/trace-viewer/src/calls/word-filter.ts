import { CALL_TYPES } from '@heaplay/core';
import { TYPE_BY_CODE, isAllocation } from '@heaplay/replay';
import type { RecordType, Timeline } from '@heaplay/replay';

/** Does a record hold what was asked for? */
export type Matcher = (record: number) => boolean;

/**
 * Plain words, all of which must occur in a record: `d3` is the domain that the call names; `0x1200` a frame that lies in
 * what it names or returned; `failed` and `skipped` what came of it; any other word a part of the call's name or of a
 * symbol of its caller's stack. Looks at columns only, at no heap: pages that a call touched without naming them (the
 * halves of a block, what a dying domain gave back) are not found.
 */
export function wordMatcher(timeline: Timeline, text: string): Matcher {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matchers = words.map((word) => matcherOf(timeline, word));
  return (record) => matchers.every((matches) => matches(record));
}

function matcherOf(timeline: Timeline, word: string): Matcher {
  const { table } = timeline;
  if (/^d\d{1,5}$/.test(word)) {
    const domain = Number(word.slice(1));
    return (record) => record > 0 && table.domainAt(record) === domain;
  }
  if (/^0x[0-9a-f]{1,13}$/.test(word)) return touches(timeline, Number(word));
  const named = inNames(timeline, word);
  if (word === 'failed') return (record) => timeline.hasFailed(record) || named(record);
  if (word === 'skipped') return (record) => timeline.isSkipped(record) || named(record);
  return named;
}

function inNames({ table }: Timeline, word: string): Matcher {
  const inType = TYPE_BY_CODE.map((type) => type.includes(word));
  // The table keeps each stack once: a million records have some thousand.
  const inStack = new Map<readonly string[], boolean>();
  return (record) => {
    if (record === 0) return 'power-on'.includes(word);
    if (inType[table.codeAt(record)] === true) return true;
    const stack = table.callerAt(record);
    if (stack === undefined) return false;
    let found = inStack.get(stack);
    if (found === undefined) {
      found = stack.some((symbol) => symbol.toLowerCase().includes(word));
      inStack.set(stack, found);
    }
    return found;
  };
}

const NAMES_FRAME: ReadonlySet<RecordType> = new Set<RecordType>([
  'free_xenheap_pages',
  'free_domheap_pages',
  'free_heap_pages',
  'assign_pages',
  'offline_page',
  'online_page',
  'query_page_offline',
  'map_domain_page',
  'map_domain_page_global',
  'mfn_to_virt',
]);

/** How a call of each type tells of frames. */
const FRAMES = TYPE_BY_CODE.map((type) => {
  if (NAMES_FRAME.has(type)) return 'named';
  if (CALL_TYPES.some((call) => call === type && isAllocation(call)) || type === 'virt_to_mfn') return 'returned';
  return type === 'vmap' || type === 'alloc_boot_pages' || /^init_\w+_pages$/.test(type) ? 'asked' : 'none';
});

function touches(timeline: Timeline, mfn: number): Matcher {
  const { table } = timeline;
  const within = (first: number, pages: number): boolean => mfn >= first && mfn < first + pages;
  return (record) => {
    if (record === 0) return false;
    switch (FRAMES[table.codeAt(record)]) {
      case 'named':
        return within(table.mfnAt(record), 2 ** table.orderAt(record));
      case 'returned': {
        const result = timeline.resultAt(record);
        return typeof result === 'number' && within(result, 2 ** table.orderAt(record));
      }
      case 'asked':
        return touchesMany(timeline, record, mfn);
      default:
        return false;
    }
  };
}

/** Calls that name a range of bytes, or frames one by one. */
function touchesMany(timeline: Timeline, record: number, mfn: number): boolean {
  const said = timeline.recordAt(record);
  if (said.type === 'vmap') return said.mfns.some((one) => one === mfn);
  if (said.type === 'alloc_boot_pages') {
    const first = timeline.resultAt(record);
    return typeof first === 'number' && mfn >= first && mfn < first + said.pages;
  }
  return 'start' in said && mfn >= Math.ceil(said.start / 4096) && mfn < Math.floor(said.end / 4096);
}
