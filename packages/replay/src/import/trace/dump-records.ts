import { PAGE_SHIFT, bitLength, memFlags } from '@heaplay/core';
import type { AllocHeapPages, CallRecord, NodeId, Observation, Order, Zone } from '@heaplay/core';
import type { ReplaySession } from '../../replay/replay-session.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { DumpedZone, HeapDump } from '../machine/heap-dumps.ts';
import type { ImportProblem } from '../problem.ts';

/** Records that make an observation of a dump. */
export interface DumpRecords {
  readonly records: readonly TraceRecord[];
  /** Why there is no observation. */
  readonly problem: ImportProblem | null;
}

/**
 * Makes an observation of what a debug key showed, and before it the allocations that must have been made by then: how
 * many pages of which zone, the dump says; by whom and where, no log does. Carries them out. A dump that shows more free
 * memory than there is gives no observation.
 */
export function dumpRecords(dump: HeapDump, session: ReplaySession): DumpRecords {
  const targets = targetsOf(dump, session);
  const short = targets.find((target) => freePages(session, target) < target.pages);
  if (short !== undefined) return { records: [], problem: tooMuch(dump, short, freePages(session, short)) };
  const used = targets.flatMap((target) => useUpTo(target, session, dump.line));
  return { records: [...used, ...observationsOf(dump, targets)], problem: null };
}

/** What is to be free of a zone, of a node or of all of them. */
type Target = DumpedZone;

/** A dump that leaves out the empty zones says as much of them. */
function targetsOf(dump: HeapDump, session: ReplaySession): readonly Target[] {
  if (dump.key === 'u') return dump.nodes.flatMap(({ node, pages }) => nodeTarget(node, pages, session));
  if (!isWhole(dump)) return dump.zones;
  const named = new Set(dump.zones.map(({ node, zone }) => `${node} ${zone}`));
  const nodes = new Set(dump.zones.map(({ node }) => node));
  const rest = [...nodes].flatMap((node) =>
    Array.from({ length: session.heap.platform.zones }, (_, zone) => ({ node, zone, pages: 0 })),
  );
  return [...dump.zones, ...rest.filter(({ node, zone }) => !named.has(`${node} ${zone}`))];
}

/** Key `u` tells of no zones: what is used of a node comes from the top, as Xen gives it. */
function nodeTarget(node: number, pages: number, session: ReplaySession): readonly Target[] {
  const { zones } = session.heap.platform;
  const free = Array.from({ length: zones }, (_, zone) => ({ node, zone, pages: zonePages(session, node, zone) }));
  let excess = free.reduce((sum, zone) => sum + zone.pages, 0) - pages;
  if (excess < 0) return [{ node, zone: zones - 1, pages: zonePages(session, node, zones - 1) - excess }];
  return free.toReversed().map((target) => {
    const taken = Math.min(excess, target.pages);
    excess -= taken;
    return { ...target, pages: target.pages - taken };
  });
}

/** Are all zones with free pages in it? Then it can be held against whole nodes. */
function isWhole({ key, zones, domHeapPages }: HeapDump): boolean {
  if (key === 'm') return domHeapPages === zones.reduce((sum, { zone, pages }) => sum + (zone === 0 ? 0 : pages), 0);
  const byNode = new Map<number | null, number>();
  for (const { node } of zones) byNode.set(node, (byNode.get(node) ?? 0) + 1);
  return key === 'H' && zones.every(({ node, zone }) => zone < (byNode.get(node) ?? 0));
}

function zonePages(session: ReplaySession, node: number, zone: number): number {
  const { nodes, lists } = session.heap;
  return nodes[node]?.ready === true ? lists.zonePages(node as NodeId, zone) : 0;
}

function freePages(session: ReplaySession, { node, zone }: Target): number {
  if (zone >= session.heap.platform.zones) return 0;
  if (node !== null) return zonePages(session, node, zone);
  return session.heap.platform.nodes.reduce((sum, id) => sum + zonePages(session, id, zone), 0);
}

/** Allocates in the largest pieces that go, until as many pages are free as the dump says. */
function useUpTo(target: Target, session: ReplaySession, line: number): readonly TraceRecord[] {
  const records: TraceRecord[] = [];
  const { node, zone } = target;
  let excess = freePages(session, target) - target.pages;
  let most = session.heap.platform.config.maxOrder;
  while (excess > 0) {
    const order = Math.min(most, bitLength(excess) - 1);
    const call: AllocHeapPages = {
      type: 'alloc_heap_pages',
      zoneLo: zone as Zone,
      zoneHi: zone as Zone,
      order: order as Order,
      ...(node === null ? {} : { node: node as NodeId }),
      flags: node === null ? memFlags('no_scrub') : memFlags('exact_node', 'no_scrub'),
    };
    if (session.apply(call).result === null) {
      // A free page makes a block of order 0.
      if (order === 0) break;
      most = order - 1;
      continue;
    }
    records.push({ ...call, 'x-assumed': `in use at line ${line}` } satisfies CallRecord);
    excess -= 2 ** order;
  }
  return records;
}

function observationsOf(dump: HeapDump, targets: readonly Target[]): readonly Observation[] {
  const line = { 'x-line': dump.line };
  if (dump.key === 'u') {
    return dump.nodes.map(({ node, pages }) => ({ type: 'observe_node_avail', node, pages, ...line }));
  }
  const nodes = new Set(targets.map(({ node }) => node));
  if (isWhole(dump) && !nodes.has(null)) {
    return [
      {
        type: 'observe_heap',
        nodes: [...nodes].flatMap((node) => (node === null ? [] : [observedNode(node, targets)])),
        ...line,
      },
    ];
  }
  // Only the separate xen heap is in zone 0, which has no width.
  return targets
    .filter(({ zone, pages }) => zone > 0 && pages > 0)
    .map(({ node, zone, pages }) => ({
      type: 'observe_avail',
      ...(node === null ? {} : { node }),
      minBits: zone + PAGE_SHIFT,
      maxBits: zone + PAGE_SHIFT,
      pages,
      ...line,
    }));
}

function observedNode(
  node: number,
  targets: readonly Target[],
): { node: number; freePages: number; zones: readonly (readonly [number, number])[] } {
  const own = targets.filter((target) => target.node === node && target.pages > 0).toSorted((a, b) => a.zone - b.zone);
  return {
    node,
    freePages: own.reduce((sum, { pages }) => sum + pages, 0),
    zones: own.map(({ zone, pages }) => [zone, pages] as const),
  };
}

function tooMuch(dump: HeapDump, { node, zone, pages }: Target, there: number): ImportProblem {
  const where = `zone ${zone}${node === null ? '' : ` of node ${node}`}`;
  return {
    kind: 'odd',
    line: dump.line,
    message: `debug key ${dump.key} shows ${pages} free pages in ${where}, where a boot of this machine leaves ${there}: no observation is made of it`,
  };
}
