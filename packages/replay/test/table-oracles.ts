import { openState, pageInfo } from '@heaplay/core';
import type { HeapState } from '@heaplay/core';
import { isAllocation } from '../src/diff/call-class.ts';
import type { RowOf } from '../src/tables/table-schema.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { isObservation } from '../src/trace/record-kind.ts';

/** What is compared of an allocation. */
export interface FollowedAllocation {
  readonly record: number;
  readonly mfn: number;
  readonly pages: number;
  /** Pages that are not free at the end. */
  readonly held: number;
  /** The record that freed the last page. */
  readonly freed: number | null;
  readonly heap: string;
}

/** The same of a row. */
export function allocationShape({
  record,
  mfn,
  pages,
  held_pages: held,
  freed_record: freed,
  heap,
}: RowOf<'allocations'>): FollowedAllocation {
  return { record, mfn, pages, held, freed, heap };
}

/** The same of every allocation, of which each frame is looked at behind every call that is none. */
export function framesFollowed(timeline: Timeline): FollowedAllocation[] {
  interface Followed {
    readonly record: number;
    readonly mfn: number;
    readonly pages: number;
    readonly frames: Set<number>;
    readonly heap: string;
    freed: number | null;
  }
  const all: Followed[] = [];
  const open = new Set<Followed>();
  timeline.walk(0, timeline.length, (record, { view }) => {
    const call = timeline.recordAt(record);
    const result = timeline.resultAt(record);
    if (isObservation(call)) return true;
    const isBoot = call.type === 'alloc_boot_pages';
    if (isBoot || isAllocation(call.type)) {
      if (typeof result !== 'number') return true;
      const pages = isBoot ? call.pages : 'order' in call ? 2 ** call.order : 0;
      const frames = new Set(Array.from({ length: pages }, (_, at) => result + at));
      const heap = isBoot ? 'boot' : pageInfo(view, result).xenHeap ? 'xen' : 'dom';
      const made = { record, mfn: result, pages, frames, heap, freed: null };
      all.push(made);
      open.add(made);
      return true;
    }
    // What gives nothing back need not be looked at.
    if (/^(assign_pages|scrub|observe|query|map|unmap|domain_set|domain_create|init|end_boot)/.test(call.type))
      return true;
    // A free that names its frames is looked for there alone: all frames are looked at in the end.
    const named = 'mfn' in call && 'order' in call ? ([call.mfn, call.mfn + 2 ** call.order] as const) : null;
    for (const one of open) {
      const [from, to] = named ?? [one.mfn, one.mfn + one.pages];
      for (let mfn = Math.max(from, one.mfn); mfn < Math.min(to, one.mfn + one.pages); mfn++) {
        if (/^(free|offlined)$/.test(pageInfo(view, mfn).state)) one.frames.delete(mfn);
      }
      if (one.frames.size > 0) continue;
      one.freed = record;
      open.delete(one);
    }
    return true;
  });
  const end = openState(timeline.stateAt(timeline.length));
  const isGone = (mfn: number): boolean => /^(free|offlined)$/.test(pageInfo(end, mfn).state);
  const missed = [...open].flatMap(({ frames }) => [...frames].filter(isGone));
  if (missed.length > 0) throw new Error(`freed by nobody knows what: ${missed.join(', ')}`);
  return all.map(({ record, mfn, pages, frames, freed, heap }) => ({
    record,
    mfn,
    pages,
    held: frames.size,
    freed,
    heap,
  }));
}

/** The blocks of a heap, found by going from one to the next over all frames. */
export function blocksWalked(state: HeapState): unknown[] {
  const heap = openState(state);
  const { frames } = heap.platform.machine;
  const found: unknown[] = [];
  for (let mfn = 0; mfn < frames;) {
    const { head, order, state: what, owner } = pageInfo(heap, mfn);
    if (what !== 'outside' && head === mfn) found.push([mfn, order, what, owner]);
    mfn = what === 'outside' ? mfn + 1 : head + 2 ** order;
  }
  return found;
}
