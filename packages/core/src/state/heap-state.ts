import { EMPTY_DIRECTORY } from '../memory/word-directory.ts';
import type { WordDirectory } from '../memory/word-directory.ts';
import type { HeapConfig } from '../machine/heap-config.ts';
import type { Machine } from '../machine/machine.ts';
import { Platform } from '../machine/platform.ts';
import type { NodeId } from '../units/ids.ts';
import type { MfnRange } from '../units/mfn.ts';
import { NIL } from './block-table.ts';
import { countersHash } from './counter-digest.ts';
import type { DomainDirectory } from './domain.ts';
import type { ListEnds } from './page-list.ts';

/** What a node has of the heap. */
export interface NodeHeap {
  readonly id: NodeId;
  /** Has the node got list heads, so a heap of its own (BUDDY-13)? */
  readonly ready: boolean;
  /** Free pages on the node. */
  readonly freePages: number;
  /** Free pages that must be scrubbed before somebody else may see them. */
  readonly needScrub: number;
}

/** The low-memory interrupt (VIRQ-1): pages, and log2 of them. */
export interface LowMemoryVirq {
  /** Raise at this many unclaimed free pages or fewer. */
  readonly threshold: number;
  /** Raise the threshold again at this many; null: never. */
  readonly high: number | null;
  /** The threshold to go back to. */
  readonly original: number;
  readonly order: number;
}

/** The counters of the whole heap. */
export interface HeapTotals {
  readonly freePages: number;
  /** Pages claimed by domains and not yet allocated (CLAIM-1). */
  readonly claims: number;
  /** Width of the DMA zone in bits; 0: none. */
  readonly dmaBits: number;
  /** Width in bits of the addresses that the xen heap may use; 0: any (MODE-3). */
  readonly xenheapBits: number;
  /** Has Xen finished booting (BOOT-6)? */
  readonly active: boolean;
  readonly virq: LowMemoryVirq;
  /** Frame of the boot allocator's own table of regions, or null (VER-4). */
  readonly bootTable: number | null;
  /** Calls reduced since power-on. */
  readonly calls: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The counters of the heap while a transaction works on them. */
export type TotalsDraft = Mutable<Omit<HeapTotals, 'virq'>> & { virq: Mutable<LowMemoryVirq> };

/** A node's share of the heap while a transaction works on it. */
export type NodeDraft = Mutable<NodeHeap>;

/**
 * Everything about the heaps at one moment. Immutable: a state that was once published never changes, and shares
 * what did not change with the states before and after it. The numbers behind it are read with the functions of `query/`.
 */
export interface HeapState {
  readonly platform: Platform;
  readonly totals: HeapTotals;
  /** By node id; absent for ids that the machine does not have. */
  readonly nodes: readonly (NodeHeap | undefined)[];
  readonly domains: DomainDirectory;
  /** The boot allocator's regions, rising, emptied ones included (BOOT-1). */
  readonly bootRegions: readonly MfnRange[];
  /** Offlined pages, and broken ones, in the order of their lists (OFF-2). */
  readonly offlined: Readonly<ListEnds>;
  readonly broken: Readonly<ListEnds>;
  /** Blocks, free lists and dirty marks: the paged word memory, laid out as `platform.memory` says. */
  readonly memory: WordDirectory;
  /** What is mapped where: a paged word memory of its own, laid out as `platform.mappings` says (MAP-11). */
  readonly mappings: WordDirectory;
  /** The two lanes of the incremental digest. */
  readonly digest: readonly [low: number, high: number];
}

/** Totals to be written. Field by field, here and nowhere else, so that all of them have one shape. */
export function draftTotals(totals: HeapTotals): TotalsDraft {
  const { virq } = totals;
  return {
    freePages: totals.freePages,
    claims: totals.claims,
    dmaBits: totals.dmaBits,
    xenheapBits: totals.xenheapBits,
    active: totals.active,
    bootTable: totals.bootTable,
    virq: { threshold: virq.threshold, high: virq.high, original: virq.original, order: virq.order },
    calls: totals.calls,
  };
}

/** A node's share of the heap to be written; as {@link draftTotals}. */
export function draftNode(node: NodeHeap): NodeDraft {
  return { id: node.id, ready: node.ready, freePages: node.freePages, needScrub: node.needScrub };
}

/** The state at power-on: no memory has been given to anybody. */
export function powerOn(machine: Machine, config: HeapConfig): HeapState {
  const platform = new Platform(machine, config);
  const nodes: (NodeHeap | undefined)[] = [];
  for (let id = 0; id < platform.nodeLimit; id++) {
    nodes.push(
      platform.nodes.includes(id as NodeId)
        ? draftNode({ id: id as NodeId, ready: false, freePages: 0, needScrub: 0 })
        : undefined,
    );
  }
  const blank = {
    platform,
    totals: draftTotals({
      freePages: 0,
      claims: 0,
      dmaBits: config.dmaBits,
      xenheapBits: 0,
      active: false,
      bootTable: null,
      virq: { threshold: 0, high: null, original: 0, order: 0 },
      calls: 0,
    }),
    nodes,
    domains: [],
    bootRegions: [],
    offlined: { first: NIL, last: NIL },
    broken: { first: NIL, last: NIL },
    memory: EMPTY_DIRECTORY,
    mappings: EMPTY_DIRECTORY,
  };
  const { low, high } = countersHash(blank);
  return { ...blank, digest: [low, high] };
}
