import { freeListPart, listCounts, openState } from '@heaplay/core';
import type { ObservedBlock, ZoneCounts } from '@heaplay/core';
import type { Engine } from '../engine/engine.ts';

/** Where in a run. */
export interface MomentAsked {
  readonly run: number;
  readonly record: number;
}

/** The free lists of a zone on a node, and what the record changed. */
export interface ZoneLists extends ZoneCounts {
  /** By order: blocks more than before the record, or fewer. */
  readonly change: readonly number[];
}

/** The free lists behind a record. */
export interface FreeLists {
  readonly record: number;
  readonly maxOrder: number;
  /** By rising node and zone; without zones where nothing is free, and was not before. */
  readonly zones: readonly ZoneLists[];
}

/** How many blocks are on each free list behind a record, and what of that the record changed. */
export function freeLists(engine: Engine, { run, record }: MomentAsked): FreeLists {
  const { timeline } = engine.run(run);
  const at = Math.min(record, timeline.length);
  // The state before comes first: the one behind is a step further then, not a replay of its own.
  const before = at === 0 ? [] : listCounts(openState(timeline.stateAt(at - 1)));
  const state = timeline.stateAt(at);
  return { record: at, maxOrder: state.platform.config.maxOrder, zones: changes(before, listCounts(openState(state))) };
}

function changes(before: readonly ZoneCounts[], now: readonly ZoneCounts[]): ZoneLists[] {
  const place = ({ node, zone }: ZoneCounts): string => `${node}.${zone}`;
  const old = new Map(before.map((counts) => [place(counts), counts]));
  const zones = now.map((counts): ZoneLists => {
    const was = old.get(place(counts));
    old.delete(place(counts));
    return { ...counts, change: counts.blocks.map((length, order) => length - (was?.blocks[order] ?? 0)) };
  });
  const emptied = [...old.values()].map(({ node, zone, blocks }): ZoneLists => {
    return { node, zone, pages: 0, blocks: blocks.map(() => 0), change: blocks.map((length) => 0 - length) };
  });
  return [...zones, ...emptied].toSorted((a, b) => a.node - b.node || a.zone - b.zone);
}

/** A part of a free list behind a record. */
export interface ListAsked extends MomentAsked {
  readonly node: number;
  readonly zone: number;
  readonly order: number;
  /** How many blocks stand before the first one that is wanted. */
  readonly from: number;
  readonly count: number;
}

/** Blocks of a free list, in its order. */
export interface ListPart {
  readonly record: number;
  /** How many are on the list. */
  readonly length: number;
  readonly from: number;
  readonly blocks: readonly ObservedBlock[];
}

/** Some blocks of a free list, from the head towards the tail. */
export function freeList(engine: Engine, { run, record, from, count, ...list }: ListAsked): ListPart {
  const { timeline } = engine.run(run);
  const at = Math.min(record, timeline.length);
  const heap = openState(timeline.stateAt(at));
  const zone = listCounts(heap).find(({ node, zone: id }) => node === list.node && id === list.zone);
  const length = zone?.blocks[list.order] ?? 0;
  // A list that became shorter is shown up to its end.
  const first = Math.max(0, Math.min(from, length - count));
  return { record: at, length, from: first, blocks: freeListPart(heap, list, first, count) };
}
