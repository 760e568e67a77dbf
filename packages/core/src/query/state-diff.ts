import { assertInvariant } from '../invariant/assert.ts';
import { forEachChangedPage } from '../memory/changed-pages.ts';
import { PAGE_RECORDS, RECORD_WORDS, ZERO_WORDS } from '../memory/word-page.ts';
import {
  firstDirtyOf,
  freeOrderOf,
  isFree,
  kindOf,
  orderOf,
  ownerOf,
  KIND_FREE,
  KIND_NONE,
  KIND_SPLIT,
  KIND_FREE_PART,
  KIND_OUTSIDE,
  CLEAN,
} from '../state/block-record.ts';
import { changedMappings } from './mapping-diff.ts';
import type { MappingChange } from './mapping-diff.ts';
import { pageStateOf } from './page-info.ts';
import type { PageState } from './page-info.ts';
import { eachDomain, findDomain } from '../state/domain.ts';
import type { Domain } from '../state/domain.ts';
import type { HeapState, HeapTotals, NodeHeap } from '../state/heap-state.ts';
import type { DomainId } from '../units/ids.ts';
import type { Mfn } from '../units/mfn.ts';

/** A block as a difference names it. */
export interface DiffBlock {
  readonly mfn: Mfn;
  readonly order: number;
  readonly state: PageState;
  readonly owner: DomainId | null;
  /** Index of a free block's first page that may be dirty, or null. */
  readonly firstDirty: number | null;
}

/** What differs between two states of one machine. */
export interface StateDiff {
  /** Blocks of the first state that the second one does not have, and the other way round; each rising. */
  readonly vanished: readonly DiffBlock[];
  readonly appeared: readonly DiffBlock[];
  /** Domains that differ, by rising id; null where there is none. */
  readonly domains: readonly { readonly a: Domain | null; readonly b: Domain | null }[];
  readonly nodes: readonly { readonly a: NodeHeap; readonly b: NodeHeap }[];
  readonly totals: { readonly a: HeapTotals; readonly b: HeapTotals } | null;
  /** Mappings that differ, each as it is in the first state and in the second; null where there is none. */
  readonly mappings: readonly MappingChange[];
}

/**
 * What differs between two states of one run, or of two runs on one machine. States share what they have in common, so
 * the cost follows what differs. Blocks that only stand elsewhere on their list are not told.
 */
export function diffStates(a: HeapState, b: HeapState): StateDiff {
  const { memory } = a.platform;
  if (memory.end !== b.platform.memory.end) assertInvariant('the states are of different machines');
  const vanished: DiffBlock[] = [];
  const appeared: DiffBlock[] = [];
  const tables = [
    { first: memory.coarse, end: memory.middle, shift: 18 },
    { first: memory.middle, end: memory.dirty[3], shift: 9 },
    { first: memory.fine, end: memory.end, shift: 0 },
  ];
  forEachChangedPage(a.memory, b.memory, memory.depth, (pageA, pageB, number) => {
    const first = number * PAGE_RECORDS;
    const table = tables.find((place) => first >= place.first && first < place.end);
    if (table === undefined) return;
    const [wordsA, wordsB] = [pageA?.words ?? ZERO_WORDS, pageB?.words ?? ZERO_WORDS];
    for (let at = 0; at < PAGE_RECORDS; at++) {
      const mfn = (first + at - table.first) * 2 ** table.shift;
      const [inA, inB] = [blockOf(mfn, wordsA, at * RECORD_WORDS), blockOf(mfn, wordsB, at * RECORD_WORDS)];
      if (sameBlock(inA, inB)) continue;
      if (inA !== null) vanished.push(inA);
      if (inB !== null) appeared.push(inB);
    }
  });
  const rising = (x: DiffBlock, y: DiffBlock): number => x.mfn - y.mfn;
  return {
    vanished: vanished.toSorted(rising),
    appeared: appeared.toSorted(rising),
    domains: changedDomains(a, b),
    nodes: a.nodes.flatMap((node, id) => {
      const other = b.nodes[id];
      return node === undefined || other === undefined || sameFields(node, other) ? [] : [{ a: node, b: other }];
    }),
    totals: a.totals === b.totals || sameTotals(a.totals, b.totals) ? null : { a: a.totals, b: b.totals },
    mappings: changedMappings(a, b),
  };
}

function blockOf(mfn: number, words: readonly number[], offset: number): DiffBlock | null {
  const meta = words[offset] as number;
  const kind = kindOf(meta);
  if (kind === KIND_NONE || kind === KIND_SPLIT || kind === KIND_FREE_PART || kind === KIND_OUTSIDE) return null;
  const firstDirty = kind === KIND_FREE ? firstDirtyOf(meta) : CLEAN;
  return {
    mfn: mfn as Mfn,
    order: isFree(meta) ? freeOrderOf(meta) : orderOf(meta),
    state: pageStateOf(meta),
    owner: isFree(meta) ? null : ownerOf(words[offset + 1] as number),
    firstDirty: firstDirty === CLEAN ? null : firstDirty,
  };
}

function sameBlock(a: DiffBlock | null, b: DiffBlock | null): boolean {
  if (a === null || b === null) return a === b;
  return a.order === b.order && a.state === b.state && a.owner === b.owner && a.firstDirty === b.firstDirty;
}

function changedDomains(a: HeapState, b: HeapState): StateDiff['domains'] {
  if (a.domains === b.domains) return [];
  const changed: { a: Domain | null; b: Domain | null }[] = [];
  const ids = new Set<number>();
  for (const state of [a, b]) for (const { id } of eachDomain(state.domains)) ids.add(id);
  for (const id of [...ids].toSorted((x, y) => x - y)) {
    const [inA, inB] = [findDomain(a.domains, id) ?? null, findDomain(b.domains, id) ?? null];
    if (inA === inB || (inA !== null && inB !== null && sameFields(inA, inB))) continue;
    changed.push({ a: inA, b: inB });
  }
  return changed;
}

function sameTotals(a: HeapTotals, b: HeapTotals): boolean {
  const { calls: _, virq: virqA, ...restA } = a;
  const { calls: __, virq: virqB, ...restB } = b;
  return sameFields(restA, restB) && sameFields(virqA, virqB);
}

/** Are two objects of the same shape equal, field by field and those of their fields that are objects? */
function sameFields<T extends object>(a: T, b: T): boolean {
  return Object.entries(a).every(([key, value]) => {
    const other: unknown = Reflect.get(b, key);
    if (typeof value !== 'object' || value === null) return Object.is(value, other);
    return typeof other === 'object' && other !== null && sameFields<object>(value, other);
  });
}
