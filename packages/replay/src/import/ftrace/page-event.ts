import { MAX_ORDER } from '@heaplay/core';
import type { EventLine, Task } from './trace-line.ts';

/** What an event tells of pages. */
export type PageEventKind =
  /** Somebody got pages, or got none. */
  | 'alloc'
  /** Somebody gave pages back. */
  | 'free'
  /** Pages went back in a batch; older kernels tell the same of each page by `free` right behind it, newer ones before it. */
  | 'free-batched'
  /** Pages were taken from the blocks of another sort of use. The allocation that wanted them follows. */
  | 'extfrag'
  /** Pages left the buddy lists, for an allocation that follows or for a stock of the CPU. */
  | 'zone-locked'
  /** Pages of a CPU's stock, free already, went back to the buddy lists. */
  | 'drain'
  /** Events were not recorded here. */
  | 'lost';

/** One event of Linux's page allocator. */
export interface PageEvent {
  readonly kind: PageEventKind;
  readonly task: Task | null;
  readonly cpu: number | null;
  /** Nanoseconds since the first time that was read, which may not be the earliest; null: not told, or not in seconds. */
  at: number | null;
  /** What events are sorted by. */
  place: number;
  /** Innermost first. Frames come behind the event, so it grows for a while. */
  stack: readonly string[];
  /** The first page frame; null: there was none to give. */
  readonly pfn: number | null;
  readonly order: number;
  /** As it was printed: names, or a number in hex whose bits depend on the kernel's version. Empty: not told. */
  readonly gfp: string;
  /** Null: not told. */
  readonly migratetype: number | null;
  /** How many events were not recorded; null: not told, or another kind of event. */
  readonly lost: number | null;
}

/** What the fields of an event say. */
export type PageFields = Pick<PageEvent, 'kind' | 'pfn' | 'order' | 'gfp' | 'migratetype'>;

/** A stack of which no frame was told. */
export const NO_STACK: readonly string[] = [];

/** By the name of an event: as it is now, and as it was before Linux 3.3. */
const KINDS: ReadonlyMap<string, PageEventKind> = new Map([
  ['mm_page_alloc', 'alloc'],
  ['mm_page_free', 'free'],
  ['mm_page_free_direct', 'free'],
  ['mm_page_free_batched', 'free-batched'],
  ['mm_pagevec_free', 'free-batched'],
  ['mm_page_alloc_extfrag', 'extfrag'],
  ['mm_page_alloc_zone_locked', 'zone-locked'],
  ['mm_page_pcpu_drain', 'drain'],
]);

const PFN = /\bpfn=(0x[0-9a-f]+|\d+)(?!\S)/i;
const ORDER = /\border=(\d+)(?!\S)/;
const ALLOC_ORDER = /\balloc_order=(\d+)(?!\S)/;
const GFP = /\bgfp_flags=(\S+)/;
const MIGRATETYPE = /\bmigratetype=(\d+)(?!\S)/;
const NO_PAGE = /\bpage=\s*\(n(?:ull|il)\)/;

/** One more than the greatest frame number that a trace can hold. */
const PFN_LIMIT = 2 ** 40;
/** Where a kernel prints a frame number of no page, it may be -1. */
const MINUS_ONE = 2 ** 63;

/** Does an event tell of the page allocator? One that nobody knows may be damaged. */
export function isPageEvent(name: string): boolean {
  return name.startsWith('mm_page');
}

/** What an event of the page allocator says; a text says why it says nothing. */
export function readPageFields({ name, fields }: Pick<EventLine, 'name' | 'fields'>): PageFields | string {
  const kind = KINDS.get(name);
  if (kind === undefined) return `${name} is no event of the page allocator that is known`;
  const pfnText = PFN.exec(fields)?.[1];
  if (pfnText === undefined) return `${name} without a whole pfn=`;
  const orderText = (kind === 'extfrag' ? ALLOC_ORDER : ORDER).exec(fields)?.[1];
  // Pages go in batches one by one, which some versions do not say.
  if (orderText === undefined && kind !== 'free-batched') return `${name} without a whole order=`;
  const order = Number(orderText ?? 0);
  if (order > MAX_ORDER) return `${name} of order ${order}: expected 0 to ${MAX_ORDER}`;
  const found = Number(pfnText);
  const none = found === 0 || found >= MINUS_ONE || NO_PAGE.test(fields);
  if (none && kind !== 'alloc' && kind !== 'zone-locked') return `${name} of no page`;
  if (!none && found + 2 ** order > PFN_LIMIT) return `${name} of page frame ${pfnText}: expected one below 2^40`;
  // The block that an extfrag event tells of is the other one's, and larger.
  if (!none && kind !== 'extfrag' && found % 2 ** order !== 0) {
    return `${name} of page frame ${pfnText}, which is no multiple of 2^${order}`;
  }
  const migratetype = MIGRATETYPE.exec(fields)?.[1];
  return {
    kind,
    pfn: none ? null : found,
    order,
    gfp: GFP.exec(fields)?.[1] ?? '',
    migratetype: migratetype === undefined ? null : Number(migratetype),
  };
}
