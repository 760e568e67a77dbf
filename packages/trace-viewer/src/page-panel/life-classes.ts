import type { DomainId, PageState } from '@heaplay/core';
import { ownerScheme } from '../map/schemes/owner-scheme.ts';
import type { FrameClass } from '../map/schemes/scheme.ts';
import { STATE_CODES } from './life-columns.ts';
import type { PageLife } from './page-handlers.ts';

/** The class of a page in the map's scheme of owners. */
export function classOf(state: PageState, owner: number | null, ram: boolean): number {
  const page = { first: 0, end: 1, head: 0, order: 0, xenMark: false, broken: false, mayBeDirty: false };
  const place = { first: 0, end: 1, ram, node: 0, zone: 0, xenPlace: false };
  const context = { record: 0, bornAt: () => 0, callerOf: () => -1, callers: [] };
  return ownerScheme.classOf({ ...page, state, owner: owner as DomainId | null }, place, false, context);
}

/** What a class looks like. */
export function describeLife(id: number): FrameClass {
  return ownerScheme.describe(id, { callers: [] });
}

/** For how many records of a life a page was of a class. */
export interface ClassShare {
  readonly id: number;
  readonly records: number;
}

/** A life in so many columns along its records: the class that each has most of, and whether something happened there. */
export interface DrawnLife {
  /** By column. */
  readonly classes: Uint32Array;
  readonly events: Uint8Array;
  /** The classes of the whole life, in the order in which they came first. */
  readonly shares: readonly ClassShare[];
}

/** Draws a life of a run of `length` records in columns. */
export function drawLife(life: PageLife, length: number, columns: number, ram: boolean): DrawnLife {
  const classes = new Uint32Array(columns);
  const events = new Uint8Array(columns);
  const most = new Float64Array(columns);
  const shares = new Map<number, number>();
  const { records, states, owners } = life;
  // Records stand at their numbers, so the last one has a place as wide as the others.
  const scale = columns / (length + 1);
  const here = new Map<number, number>();
  let column = 0;
  const settle = (): void => {
    for (const [id, part] of here) {
      if (part > (most[column] as number)) {
        most[column] = part;
        classes[column] = id;
      }
    }
    here.clear();
  };
  for (let at = 0; at < records.length; at++) {
    const [from, to] = [records[at] as number, records[at + 1] ?? length + 1];
    const owner = owners[at] as number;
    const id = classOf(STATE_CODES[states[at] as number] ?? 'outside', owner < 0 ? null : owner, ram);
    shares.set(id, (shares.get(id) ?? 0) + to - from);
    if (at > 0) events[Math.min(columns - 1, Math.floor(from * scale))] = 1;
    for (let x = from * scale; x < to * scale;) {
      const place = Math.min(columns - 1, Math.floor(x));
      if (place !== column) settle();
      column = place;
      const end = Math.min(to * scale, place + 1);
      here.set(id, (here.get(id) ?? 0) + end - x);
      if (end <= x) break;
      x = end;
    }
  }
  settle();
  return { classes, events, shares: [...shares].map(([id, part]) => ({ id, records: part })) };
}
