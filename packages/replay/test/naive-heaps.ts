import { observeDomains, observeNodes, orderPages } from '@heaplay/core';
import type { HeapReader } from '@heaplay/core';
import { hasFailed } from '../src/diff/call-class.ts';
import { ReplaySession } from '../src/replay/replay-session.ts';
import type { TimelineSource } from '../src/timeline/timeline-source.ts';

/** The figures of a heap, counted block by block from its free lists. */
export interface NaiveHeap {
  readonly freePages: number;
  readonly failures: number;
  readonly nodes: Readonly<Record<number, number>>;
  readonly zones: Readonly<Record<number, number>>;
  readonly orders: Readonly<Record<number, number>>;
  /** Domains that hold pages. */
  readonly domains: Readonly<Record<number, number>>;
}

/** Replays a trace from power-on, without a timeline, and counts the heap behind every record; power-on comes first. */
export function naiveHeaps({ header, table }: TimelineSource): NaiveHeap[] {
  const session = ReplaySession.powerOn(header.machine, header.heap);
  let failures = 0;
  const heaps = [counted(session.heap, 0)];
  for (let record = 1; record <= table.length; record++) {
    const call = table.callAt(record);
    if (call !== undefined && hasFailed(call.type, session.apply(call).result)) failures++;
    heaps.push(counted(session.heap, failures));
  }
  return heaps;
}

function counted(heap: HeapReader, failures: number): NaiveHeap {
  let freePages = 0;
  const nodes: Record<number, number> = {};
  const zones: Record<number, number> = {};
  const orders: Record<number, number> = {};
  for (const { node, lists } of observeNodes(heap)) {
    for (const [zone, order, blocks] of lists) {
      const pages = blocks.length * orderPages(order);
      freePages += pages;
      nodes[node] = (nodes[node] ?? 0) + pages;
      zones[zone] = (zones[zone] ?? 0) + pages;
      orders[order] = (orders[order] ?? 0) + blocks.length;
    }
  }
  const domains = Object.fromEntries(
    observeDomains(heap).flatMap(({ domain, totalPages }) => (totalPages > 0 ? [[domain, totalPages]] : [])),
  );
  return { freePages, failures, nodes, zones, orders, domains };
}
