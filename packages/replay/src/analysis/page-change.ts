import type { RecordType } from '../trace/trace-record.ts';
import type { PageMoment } from './touch-index.ts';

/** What a record made of a page, by what it was before and is behind it. */
export type PageChange =
  /** Not a change: what it is at power-on. */
  | 'power-on'
  /** It was given to the heap. */
  | 'given'
  | 'allocated'
  | 'freed'
  /** The free block that it lies in was halved, once or more. */
  | 'split'
  /** The free block that it lies in merged with others. */
  | 'merged'
  /** A part of its allocation was freed, marked or taken offline: the block that it lies in is smaller. */
  | 'cut'
  /** It has another owner. */
  | 'assigned'
  /** It has no owner any more, and is in use still. */
  | 'released'
  | 'scrubbed'
  /** It goes offline when it is freed. */
  | 'offlining'
  | 'offlined'
  /** It is back from being offline, or is not to go there any more. */
  | 'onlined'
  /** It is what it was: its marks changed, or the record undid what it had done. */
  | 'touched';

/** What a record of a type made of a page that was `before`, and is `now`. */
export function pageChangeOf(before: PageMoment, now: PageMoment, type: RecordType): PageChange {
  if (before.state !== now.state) return stateChange(before, now);
  if (before.owner !== now.owner) return now.owner === null ? 'released' : 'assigned';
  if (now.order !== before.order) {
    if (now.state === 'free') return now.order > before.order ? 'merged' : 'split';
    return now.order < before.order ? 'cut' : 'touched';
  }
  return type === 'scrub_free_pages' && now.state === 'free' ? 'scrubbed' : 'touched';
}

function stateChange(before: PageMoment, now: PageMoment): PageChange {
  switch (now.state) {
    case 'free':
      if (before.state === 'outside') return 'given';
      return before.state === 'offlined' ? 'onlined' : 'freed';
    case 'in-use':
      return before.state === 'offlining' ? 'onlined' : 'allocated';
    case 'offlining':
    case 'offlined':
      return now.state;
    case 'outside':
      return 'touched';
  }
}
